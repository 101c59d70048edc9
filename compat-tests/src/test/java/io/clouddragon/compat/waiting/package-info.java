/** Clients that wait, at one door for what happens at the other, and ten thousand of them at once. */
package io.clouddragon.compat.waiting;
