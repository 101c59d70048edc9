/** Lists, hashes, sets and sorted sets, large ones above all: what they take in memory and how long others wait for them. */
package io.clouddragon.compat.collections;
