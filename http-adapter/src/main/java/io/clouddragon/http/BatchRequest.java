package io.clouddragon.http;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Kind;

/**
 * A batch as it was asked for. Filled by {@link BatchReader}, run by {@link Batch}, reused: its texts live in {@link #texts}
 * and are valid until the next request is read into it.
 */
final class BatchRequest {
    /** Of {@link Write#ifVersion}: no condition. */
    static final long ANY_VERSION = -1;

    /** Of {@link Write#ttlMillis}: the key stays. */
    static final long NO_TTL = 0;

    private static final int KEEP_BYTES = 64 << 10;
    private static final int KEEP_ELEMENTS = 1024;

    final ByteSink texts = new ByteSink(1024);

    boolean locks;
    boolean unlocks;
    final Bytes lockId = new Bytes();
    final Bytes unlockId = new Bytes();
    long handle;
    long leaseMillis;
    long lockWaitMillis;

    final Slots<Bytes> ids = new Slots<>(Bytes::new);
    long idTtlMillis;

    final Slots<Counter> counters = new Slots<>(Counter::new);
    final Slots<Bytes> reads = new Slots<>(Bytes::new);
    final Slots<Write> writes = new Slots<>(Write::new);

    /** An element of {@code Atomic}. */
    static final class Counter {
        final Bytes key = new Bytes();
        /** {@code Set}; else {@code Add}. */
        boolean sets;

        long operand;
        boolean hasIfEq;
        long ifEq;
    }

    /** An element of {@code KVSet}. */
    static final class Write {
        final Bytes key = new Bytes();
        final Bytes value = new Bytes();
        Kind kind;
        boolean deletes;
        long ifVersion;
        long ttlMillis;
    }

    /** Whether so much came once that the object is better dropped than reused. */
    boolean isOutgrown() {
        return texts.array().length > KEEP_BYTES
                || ids.size() > KEEP_ELEMENTS
                || counters.size() > KEEP_ELEMENTS
                || reads.size() > KEEP_ELEMENTS
                || writes.size() > KEEP_ELEMENTS;
    }

    void clear() {
        texts.truncate(0);
        locks = false;
        unlocks = false;
        handle = 0;
        leaseMillis = 0;
        lockWaitMillis = 0;
        idTtlMillis = 0;
        ids.clear();
        counters.clear();
        reads.clear();
        writes.clear();
    }

    /** A lock that is held is to last longer; nothing is acquired and nothing released. */
    boolean extendsLease() {
        return locks && unlocks && lockId.equals(unlockId);
    }

    /** Whether it may change anything. */
    boolean mayWrite() {
        return locks || unlocks || ids.size() > 0 || counters.size() > 0 || writes.size() > 0;
    }

    /** Whether it takes memory: what the memory limit refuses. Reads, deletes, unlocks and extensions do not. */
    boolean grows() {
        return locks && !extendsLease() || growsBesidesLock();
    }

    /** The same but for its lock. */
    boolean growsBesidesLock() {
        if (ids.size() > 0 || counters.size() > 0) {
            return true;
        }
        for (int i = 0; i < writes.size(); i++) {
            if (!writes.get(i).deletes) {
                return true;
            }
        }
        return false;
    }
}
