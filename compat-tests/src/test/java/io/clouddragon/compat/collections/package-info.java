/** Lists, hashes, sets and sorted sets: their versions at both doors, what large ones take and how long others wait for them. */
package io.clouddragon.compat.collections;
