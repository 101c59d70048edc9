/**
 * Who is let in, who is disconnected, when, and who is not: each test is held against redis-server and Cloud Dragon alike.
 */
package io.clouddragon.compat.connections;
