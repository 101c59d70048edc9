package io.clouddragon.storage.keyspace;

/** Sum of the heap bytes of all live entries: what maxmemory is held against. Engine thread only. */
public final class MemoryMeter {
    private long bytes;

    /** A keyspace was dropped as a whole (negative), or has come back by undo. */
    public void add(long delta) {
        bytes += delta;
    }

    public long bytes() {
        return bytes;
    }
}
