/**
 * Who is let in, who is disconnected, when, and who is not: redis-server and Cloud Dragon are held to the same, where both
 * have it.
 */
package io.clouddragon.compat.connections;
