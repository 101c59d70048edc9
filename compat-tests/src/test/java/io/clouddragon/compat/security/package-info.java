/** Whether anything can be done without the right to do it. */
package io.clouddragon.compat.security;
