package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.log.SnapshotWriter;
import java.util.ArrayDeque;

/**
 * Writes all state into a snapshot while the engine goes on serving: a few buckets at a time, between turns.
 *
 * <p>What comes out is fuzzy: each entry as it was when the walk came by, at some revision between the snapshot's base and
 * its end. Nothing is copied and nothing stands still; {@link Replayer} says why that is enough. Entries are immutable, so
 * a half-written one cannot be met. Engine thread only.
 */
final class Snapshotter {
    /** The walk pauses while so much waits to be written, bytes: a slow disk must not fill the heap. */
    private static final int MAX_BACKLOG_BYTES = 8 << 20;

    private final SnapshotWriter writer;
    private final ArrayDeque<Keyspace> left = new ArrayDeque<>();
    private final Entry entry = new Entry();
    private final Bytes key = new Bytes();
    private final Bytes value = new Bytes();
    private final long entriesAtStart;
    private long entriesWritten;
    private Keyspace current;
    private long cursor;

    Snapshotter(Databases databases, SnapshotWriter writer) {
        this.writer = writer;
        long entries = 0;
        for (Database database : databases.existing()) {
            Effects.database(writer.item(), database);
            writer.endItem();
            left.add(database.keys());
            left.add(database.locks());
            left.add(database.onceIds());
            entries +=
                    database.size() + database.lockCount() + database.onceIds().size();
        }
        entriesAtStart = entries;
    }

    /**
     * Walks on by one bucket.
     *
     * @return false when the walk is at its end
     */
    boolean step() {
        if (current == null) {
            current = left.poll();
            cursor = 0;
            if (current == null) {
                return false;
            }
        }
        cursor = current.scan(cursor, this::write);
        if (cursor == 0) {
            current = null;
        }
        return true;
    }

    /** Whether the writer lags so far behind that the walk has to wait for it. */
    boolean mustWait() {
        return writer.backlogBytes() > MAX_BACKLOG_BYTES;
    }

    SnapshotWriter writer() {
        return writer;
    }

    long entriesWritten() {
        return entriesWritten;
    }

    /** 0 to 1. */
    double progress() {
        return entriesAtStart == 0 ? 1 : Math.min(1, (double) entriesWritten / entriesAtStart);
    }

    private void write(Object element) {
        Keyspace.view(element, entry);
        Effects.entry(writer.item(), current.id(), entry, key, value);
        writer.endItem();
        entriesWritten++;
    }
}
