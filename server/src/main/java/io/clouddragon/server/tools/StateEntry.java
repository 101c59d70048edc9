package io.clouddragon.server.tools;

import io.clouddragon.server.script.FunctionLibraries;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.util.List;

/**
 * A key, a held lock, a used idempotency id or a library of functions on its way into a data directory. The bytes are the entry's own. Of a large
 * collection it is only the beginning: entries that {@linkplain #continues go on with it} follow, one behind the other.
 *
 * @param stored as the kind has it in memory: a number's is its 8 bytes, a lock's the owner's text; of a collection nothing
 * @param deadline Unix ms, or {@code Entry.NO_DEADLINE}; of a lock, ms on the engine's clock that {@link Origin} tells
 * @param version the revision that wrote it, of a lock the handle; 0 when it comes from elsewhere
 * @param elements of a collection, as it has them in memory
 * @param continues the elements belong to the collection that the entry before began or went on with
 */
record StateEntry(
        String database,
        Tx.Space space,
        Bytes key,
        Kind kind,
        Bytes stored,
        long deadline,
        long version,
        List<Bytes> elements,
        boolean continues) {

    /** An entry whose value is in one piece. */
    StateEntry(String database, Tx.Space space, Bytes key, Kind kind, Bytes stored, long deadline, long version) {
        this(database, space, key, kind, stored, deadline, version, List.of(), false);
    }

    /** A library of functions: its text. */
    static StateEntry library(Bytes name, Bytes code, long version) {
        return new StateEntry(
                FunctionLibraries.DATABASE, Tx.Space.KEYS, name, Kind.RAW, code, Entry.NO_DEADLINE, version);
    }

    boolean isLibrary() {
        return database.equals(FunctionLibraries.DATABASE);
    }

    /** The next elements of the same collection. */
    StateEntry more(List<Bytes> next) {
        return new StateEntry(database, space, key, kind, stored, deadline, version, next, true);
    }

    /** Bytes of the value. */
    long bytes() {
        long bytes = stored.length();
        for (Bytes element : elements) {
            bytes += element.length();
        }
        return bytes;
    }

    /**
     * The state that entries were taken from.
     *
     * @param revision no entry's version is above it
     * @param engineMillis the engine's clock at that time, ms
     */
    record Origin(long revision, long engineMillis) {}
}
