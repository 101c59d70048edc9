package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.BodyReader;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.log.SnapshotWriter;
import io.clouddragon.storage.memory.HashTable;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Writes all state into a snapshot while the engine goes on serving: a few buckets at a time, between turns.
 *
 * <p>What comes out is fuzzy: each entry as it was when the walk came by, at some revision between the snapshot's base and
 * its end. Long values are handed to the writer as they lie in memory; nothing stands still; {@link Replayer} says why that
 * is enough. Most entries are immutable, so a half-written one cannot be met. A value with a body is written head first,
 * then a part at a time, see {@link BodyReader}.
 *
 * <p>A key that such a value was moved to may lie where the walk has been already, and the log says of the move only where
 * the value came from: {@link #visit} makes sure that it is written. Engine thread only.
 */
final class Snapshotter {
    /** The walk pauses while so much waits to be written, bytes: a slow disk must not fill the heap. */
    private static final long MAX_BACKLOG_BYTES = 8 << 20;

    /** Parts of a body are gathered into items of about this size, bytes... */
    private static final int ITEM_BYTES = 2 << 10;
    /** ...from at most so many reads, which may find nothing. */
    private static final int READS_PER_STEP = 64;
    /** What one read finds goes on in another item after so many bytes: an item must fit in memory when it is loaded. */
    private static final int MAX_PARTS_BYTES = 64 << 10;

    private final Engine engine;
    private final SnapshotWriter writer;
    private final ArrayDeque<Keyspace> left = new ArrayDeque<>();
    /** Keys with values that have a body, to be written next. */
    private final ArrayDeque<LargeKey> large = new ArrayDeque<>();
    /** Keyspaces that the snapshot has told the owner of. */
    private final Set<Long> announced = new HashSet<>();

    private final HashTable.Visitor write = this::write;
    private final BodyReader.Visitor writePart = this::writePart;
    private final Entry entry = new Entry();
    private final Bytes key = new Bytes();
    private final Bytes value = new Bytes();
    private final long entriesAtStart;
    private long entriesWritten;
    private Keyspace current;
    private long cursor;

    // The body that is being written.
    private BodyReader body;
    private LargeKey bodyOf;
    private boolean bodyIsText;
    private ByteSink item;
    private int itemHeaderBytes;

    private record LargeKey(Keyspace space, byte[] key) {}

    /** Outside of any transaction; ends with {@link #finish} or {@link #abort}. */
    Snapshotter(Engine engine) {
        this.engine = engine;
        this.writer = engine.log().beginSnapshot();
        engine.snapshotter(this);
        try {
            entriesAtStart = begin();
        } catch (RuntimeException | Error e) {
            // There may have been no memory: the log must not take it for one that goes on.
            abort();
            throw e;
        }
    }

    /** How many entries there are to be written. */
    private long begin() {
        long entries = 0;
        for (Database database : engine.databases().persistent()) {
            announce(database);
            left.add(database.keys());
            left.add(database.locks());
            left.add(database.onceIds());
            entries +=
                    database.size() + database.lockCount() + database.onceIds().size();
        }
        return entries;
    }

    private void announce(Database database) {
        Effects.database(writer.item(), database);
        writer.endItem();
        announced.add(database.keys().id());
    }

    /** Makes sure that what the key now holds is written, or what it holds later. */
    void visit(Keyspace space, Bytes ofKey) {
        large.add(new LargeKey(space, ofKey.copy()));
    }

    /**
     * Walks on by one bucket, or by a part of a large value.
     *
     * @return false when the walk is at its end
     */
    boolean step() {
        if (body != null) {
            writeParts();
        } else if (!large.isEmpty()) {
            writeLarge(large.poll());
        } else if (current != null) {
            cursor = current.scan(cursor, write);
            if (cursor == 0) {
                current = null;
            }
        } else if (!left.isEmpty()) {
            current = left.poll();
            cursor = 0;
        } else {
            return false;
        }
        return true;
    }

    /** Whether the writer lags so far behind that the walk has to wait for it. */
    boolean mustWait() {
        return writer.backlogBytes() > MAX_BACKLOG_BYTES;
    }

    /** The walk is at its end. What comes of it is told when the snapshot is on disk, or has failed. */
    CompletableFuture<Void> finish() {
        engine.snapshotter(null);
        return writer.finish(engine.revision());
    }

    void abort() {
        engine.snapshotter(null);
        writer.abort();
    }

    long bytesWritten() {
        return writer.fedBytes();
    }

    long entriesWritten() {
        return entriesWritten;
    }

    /** How many there were when the walk began. */
    long entriesAtStart() {
        return entriesAtStart;
    }

    /** 0 to 1. */
    double progress() {
        return entriesAtStart == 0 ? 1 : Math.min(1, (double) entriesWritten / entriesAtStart);
    }

    private void write(Object element) {
        Keyspace.view(element, entry);
        if (entry.body() != null) {
            visit(current, entry.key(key));
        } else {
            writeEntry(current);
        }
    }

    private void writeEntry(Keyspace space) {
        ByteSink sink = writer.item();
        Effects.entry(sink, space.id(), entry.key(key), entry.kind(), entry.deadline());
        // Values of entries are immutable.
        writer.share(entry.head(value));
        sink.varint(entry.version());
        writer.endItem();
        entriesWritten++;
    }

    /** Head and reader are made at the same moment: the version in the head is that of what the reader begins with. */
    private void writeLarge(LargeKey next) {
        key.set(next.key, 0, next.key.length);
        if (!next.space.find(key, next.space.hash(key), entry) || !isAnnounced(next.space)) {
            return;
        }
        writeEntry(next.space);
        if (entry.body() != null) {
            bodyOf = next;
            bodyIsText = !entry.kind().isCollection();
            body = entry.body().reader();
        }
    }

    /** False when the keyspace is no database's any more: what is in it need not be written. */
    private boolean isAnnounced(Keyspace space) {
        if (announced.contains(space.id())) {
            return true;
        }
        for (Database database : engine.databases().persistent()) {
            if (database.keys() == space) {
                announce(database);
                return true;
            }
        }
        return false;
    }

    private void writeParts() {
        boolean more = true;
        for (int i = 0; more && i < READS_PER_STEP && (item == null || writer.itemBytes() < ITEM_BYTES); i++) {
            more = body.read(writePart);
        }
        endItem();
        if (!more) {
            body = null;
        }
    }

    private void endItem() {
        if (item != null) {
            writer.endItem();
            item = null;
        }
    }

    private void writePart(Bytes part, long position) {
        int opcode = bodyIsText ? Effects.SPLICE : Effects.ADD;
        if (item != null && writer.itemBytes() - itemHeaderBytes >= MAX_PARTS_BYTES) {
            endItem();
        }
        if (item == null) {
            item = writer.item();
            Effects.header(item, opcode, bodyOf.space.id(), key.set(bodyOf.key, 0, bodyOf.key.length));
            itemHeaderBytes = writer.itemBytes();
        } else {
            item.u8(opcode | Effects.SAME_KEY);
        }
        if (bodyIsText) {
            item.varint(position);
            // A text is edited in place.
            item.bytes(part);
        } else {
            writer.share(part);
        }
    }
}
