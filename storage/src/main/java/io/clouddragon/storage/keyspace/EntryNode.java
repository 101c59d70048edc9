package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.memory.Timer;

/**
 * An entry that is more than bytes: one with a deadline. (A collection will be one more field here.) It sits in the table
 * in place of its bare {@link Packed} bytes and in its keyspace's timer wheel.
 */
final class EntryNode extends Timer {
    /** Heap bytes of the node itself: object header, wheel links, deadline and two references. */
    static final int MEMORY_BYTES = 40;

    final byte[] packed;

    private final Keyspace space;

    EntryNode(byte[] packed, Keyspace space) {
        this.packed = packed;
        this.space = space;
    }

    @Override
    protected void fire(long nowMillis) {
        space.deadlineReached(this);
    }
}
