package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.LogBuilder;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills a new data directory with a given state, versions, handles and clocks included: clients go on as if nothing had
 * happened. Streams; one thread. See {@link LogBuilder} for when it is on disk.
 */
public final class StateBuilder implements Closeable {
    private static final int KEYSPACES_PER_DATABASE = Tx.Space.values().length;

    /** Elements are gathered into items of about this size. */
    private static final int ITEM_BYTES = 2 << 10;

    private final LogBuilder log;
    private final long revision;
    private final Map<String, Integer> firstSpaces = new HashMap<>();

    /** See {@link LogBuilder#LogBuilder}. */
    public StateBuilder(Disk disk, long revision, long engineMillis) throws IOException {
        this.revision = revision;
        log = new LogBuilder(disk, revision, engineMillis);
    }

    /**
     * Adds an entry; of two with the same key the later one counts.
     *
     * @param database a valid name, see {@link Databases#isValidName}
     * @param stored the value in the form that the kind has in memory: a number's is its 8 bytes; of a collection its head,
     *     {@link #elements} follow
     * @param deadline on the namespace's clock, ms: of locks the engine's, else Unix time
     * @param version not above the state's revision
     * @throws IllegalArgumentException when it is
     */
    public void entry(String database, Tx.Space space, Bytes key, Kind kind, Bytes stored, long deadline, long version)
            throws IOException {
        if (version < 0 || version > revision) {
            throw new IllegalArgumentException("version " + version + " in a state of revision " + revision);
        }
        int id = firstSpace(database) + space.ordinal();
        ByteSink item = log.item();
        Effects.entry(item, id, key, kind, deadline);
        item.bytes(stored);
        item.varint(version);
        log.endItem();
    }

    /**
     * Adds elements to the list, hash, set or sorted set that the key's entry is: to a list at its end.
     *
     * @param elements as the kind has them in memory, see {@link io.clouddragon.storage.collection.Element}
     */
    public void elements(String database, Bytes key, List<Bytes> elements) throws IOException {
        int id = firstSpace(database) + Tx.Space.KEYS.ordinal();
        ByteSink item = null;
        int start = 0;
        for (Bytes element : elements) {
            if (item == null) {
                item = log.item();
                start = item.size();
                Effects.header(item, Effects.ADD, id, key);
            } else {
                item.u8(Effects.ADD | Effects.SAME_KEY);
            }
            item.bytes(element);
            if (item.size() - start >= ITEM_BYTES) {
                log.endItem();
                item = null;
            }
        }
        if (item != null) {
            log.endItem();
        }
    }

    private int firstSpace(String database) throws IOException {
        Integer known = firstSpaces.get(database);
        if (known != null) {
            return known;
        }
        int first = 1 + firstSpaces.size() * KEYSPACES_PER_DATABASE;
        firstSpaces.put(database, first);
        ByteSink sink = log.item();
        Effects.database(
                sink,
                database,
                first + Tx.Space.KEYS.ordinal(),
                first + Tx.Space.LOCKS.ordinal(),
                first + Tx.Space.ONCE_IDS.ordinal());
        log.endItem();
        return first;
    }

    /** When this returns, the state is on disk and the directory is ready for a server. */
    public void finish() throws IOException {
        log.finish();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
