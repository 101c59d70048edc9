package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Kind;

/**
 * A key, a held lock or a used idempotency id on its way into a data directory. The bytes are the entry's own.
 *
 * @param stored as the kind has it in memory: a number's is its 8 bytes, a lock's the owner's text
 * @param deadline Unix ms, or {@code Entry.NO_DEADLINE}; of a lock, ms on the engine's clock that {@link Origin} tells
 * @param version the revision that wrote it, of a lock the handle; 0 when it comes from elsewhere
 */
record StateEntry(String database, Tx.Space space, Bytes key, Kind kind, Bytes stored, long deadline, long version) {
    /**
     * The state that entries were taken from.
     *
     * @param revision no entry's version is above it
     * @param engineMillis the engine's clock at that time, ms
     */
    record Origin(long revision, long engineMillis) {}
}
