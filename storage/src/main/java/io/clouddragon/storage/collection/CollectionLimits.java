package io.clouddragon.storage.collection;

/**
 * Up to which sizes Redis would keep its compact encodings: what OBJECT ENCODING answers follows from these, nothing else
 * does. May be changed at any time; a collection that has outgrown them once stays converted. Engine thread only.
 */
public final class CollectionLimits {
    /** hash-max-listpack-entries. */
    public long hashEntries = 512;
    /** hash-max-listpack-value, bytes of a field or value. */
    public long hashValueBytes = 64;
    /** set-max-intset-entries. */
    public long setIntegers = 512;
    /** zset-max-listpack-entries. */
    public long sortedSetEntries = 128;
    /** zset-max-listpack-value, bytes of a member. */
    public long sortedSetValueBytes = 64;
}
