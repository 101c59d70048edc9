/**
 * Lists, hashes, sets and sorted sets as they are in memory: small ones as {@link
 * io.clouddragon.storage.collection.PackedElements bytes inside the entry}, large ones as a {@link
 * io.clouddragon.storage.collection.Body} that is changed in place.
 */
package io.clouddragon.storage.collection;
