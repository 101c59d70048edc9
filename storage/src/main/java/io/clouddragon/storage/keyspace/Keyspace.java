package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Body;
import io.clouddragon.storage.collection.Undoable;
import io.clouddragon.storage.memory.HashTable;
import io.clouddragon.storage.memory.StateLostException;
import io.clouddragon.storage.memory.TimerWheel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One namespace of a database: its keys, its locks or its used idempotency ids. A hash table of entries with the timer
 * wheel of those that have a deadline.
 *
 * <p>Elements are opaque objects to callers, who hold them only to put them back (undo, see {@link #restore}). Invariants:
 * an element is in the wheel exactly while it is in the table and has a deadline; {@link #entryBytes} is the sum over the
 * elements in the table. Engine thread only; time comes in as an argument.
 */
public final class Keyspace extends HashTable implements Undoable {
    private static final Logger LOG = LoggerFactory.getLogger(Keyspace.class);

    private static final long RETRY_MILLIS = 1000;

    /** Which of the engine's two clocks the deadlines of a keyspace are told by. */
    public enum Clock {
        /** Unix time: what EXPIREAT means, steps with the machine's clock. */
        WALL,
        /** The engine's own, monotonic and persisted: a step of the wall clock frees no lock. */
        ENGINE
    }

    private final long id;
    private final Clock clock;
    private final MemoryMeter meter;
    private DeadlineListener onDeadline;
    private TimerWheel deadlines;
    private long withDeadline;
    private long entryBytes;
    /** The sum of the deadlines, which no one number holds: of their upper halves and of their lower ones. */
    private long deadlineHighs;

    private long deadlineLows;
    private Object replaced;
    private boolean deadlinesWatched;

    /** Told by {@link #advance} of an element whose deadline has come; it removes the element. */
    @FunctionalInterface
    public interface DeadlineListener {
        void deadlineReached(Keyspace space, Object element);
    }

    /**
     * @param id number in the log, unique for ever: a flush makes a new keyspace
     * @param seed of the hash function, secret to the process
     * @param meter counts the bytes of this and all other keyspaces
     */
    public Keyspace(long id, Clock clock, long seed, MemoryMeter meter) {
        super(seed);
        this.id = id;
        this.clock = clock;
        this.meter = meter;
    }

    public void onDeadline(DeadlineListener listener) {
        onDeadline = listener;
    }

    public long id() {
        return id;
    }

    public Clock clock() {
        return clock;
    }

    /** Points {@code into} at the key's entry; false when there is none. A deadline in the past is the caller's to see. */
    public boolean find(Bytes key, long hash, Entry into) {
        Object element = find(key, hash);
        if (element == null) {
            return false;
        }
        into.set(element);
        return true;
    }

    /**
     * Puts bytes as the key's entry, in place of what was there.
     *
     * @return the new element; {@link #replaced()} is the old one
     */
    public Object write(
            Bytes key, long hash, Kind kind, long version, byte[] value, int offset, int length, long deadline) {
        byte[] packed = Packed.create(key.array(), key.offset(), key.length(), kind, version, length);
        System.arraycopy(value, offset, packed, packed.length - length, length);
        return place(key, hash, packed, null, deadline);
    }

    /** As {@link #write}, for a {@link Kind#NUMBER}. */
    public Object writeNumber(Bytes key, long hash, long version, long number, long deadline) {
        byte[] packed =
                Packed.create(key.array(), key.offset(), key.length(), Kind.NUMBER, version, Packed.NUMBER_BYTES);
        Packed.number(packed, number);
        return place(key, hash, packed, null, deadline);
    }

    /** A small collection with its elements {@code [from, to)} replaced by one, or by nothing; counts and flags as given. */
    Object writeElements(Bytes key, long hash, long version, Change change, long deadline) {
        byte[] packed =
                Packed.create(key.array(), key.offset(), key.length(), change.kind, version, change.valueBytes());
        change.writeTo(packed, packed.length - change.valueBytes());
        return place(key, hash, packed, null, deadline);
    }

    /**
     * The entry of a value that is changed in place: its own bytes are the head, which may be empty.
     *
     * @return the new element; {@link #replaced()} is the old one
     */
    public Object writeBody(Bytes key, long hash, Kind kind, long version, Bytes head, Body body, long deadline) {
        byte[] packed = Packed.create(key.array(), key.offset(), key.length(), kind, version, head.length());
        head.copyTo(packed, packed.length - head.length());
        return place(key, hash, packed, body, deadline);
    }

    /** The same entry with another version and deadline. */
    public Object rewrite(Bytes key, long hash, Entry old, long version, long deadline) {
        return writeBody(key, hash, old.kind(), version, old.head(new Bytes()), old.body(), deadline);
    }

    private Object place(Bytes key, long hash, byte[] packed, Body body, long deadline) {
        Object element = packed;
        if (deadline != Entry.NO_DEADLINE || body != null) {
            element = new EntryNode(packed, body, deadline, this);
        }
        try {
            replaced = put(key, hash, element);
            if (replaced != null) {
                unlink(replaced);
            }
            link(element);
        } catch (OutOfMemoryError e) {
            throw new StateLostException(e);
        }
        return element;
    }

    /** The element that the last write took the place of, or null. */
    public Object replaced() {
        return replaced;
    }

    /** Removes the key's entry and returns its element, or null. */
    public Object delete(Bytes key, long hash) {
        Object element = remove(key, hash);
        if (element != null) {
            unlink(element);
        }
        return element;
    }

    /** Takes a write or delete back: {@code old} returns to where {@code written} is (either may be null). */
    public void restore(Object written, Object old) {
        Bytes key = keyOf(written != null ? written : old, new Bytes());
        long hash = hash(key);
        if (old == null) {
            delete(key, hash);
            return;
        }
        Object current = put(key, hash, old);
        if (current != null) {
            unlink(current);
        }
        link(old);
    }

    @Override
    public void undo(Object written, Object old, long number) {
        restore(written, old);
    }

    private void link(Object element) {
        count(memoryBytes(element));
        if (element instanceof EntryNode node) {
            if (node.body != null) {
                node.body.owner(node);
            }
            if (node.hasDeadline()) {
                if (deadlines == null) {
                    deadlines = new TimerWheel(0);
                }
                deadlines.schedule(node, node.deadline());
                countDeadline(node.deadline(), 1);
            }
        }
    }

    private void unlink(Object element) {
        count(-memoryBytes(element));
        if (element instanceof EntryNode node) {
            if (node.body != null) {
                node.body.owner(null);
            }
            if (node.hasDeadline()) {
                deadlines.cancel(node);
                countDeadline(node.deadline(), -1);
            }
        }
    }

    private void countDeadline(long deadline, int times) {
        withDeadline += times;
        deadlineHighs += times * (deadline >> Integer.SIZE);
        deadlineLows += times * (deadline & 0xFFFFFFFFL);
    }

    void bodyGrew(long bytes) {
        count(bytes);
    }

    private void count(long bytes) {
        entryBytes += bytes;
        meter.add(bytes);
    }

    /** An entry that cannot be removed now, for want of memory say, is tried again: it would stay for ever. */
    void deadlineReached(EntryNode node, long nowMillis) {
        try {
            onDeadline.deadlineReached(this, node);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("An entry could not expire; it is tried again in {} ms", RETRY_MILLIS, e);
            Bytes key = keyOf(node, new Bytes());
            if (find(key, hash(key)) == node) {
                deadlines.schedule(node, nowMillis + RETRY_MILLIS);
            }
        }
    }

    /**
     * Hands entries whose deadline is at or before {@code nowMillis} (on {@link #clock()}) to the callback, at most {@code max}.
     *
     * @return how many
     */
    public int advance(long nowMillis, int max) {
        return deadlines == null ? 0 : deadlines.advance(nowMillis, max);
    }

    /** The clock was set back a good deal: a new wheel, since the present one's time never goes back. O(entries). */
    public void rebuildDeadlines() {
        TimerWheel old = deadlines;
        TimerWheel rebuilt = new TimerWheel(0);
        forEach(element -> {
            if (element instanceof EntryNode node && node.hasDeadline()) {
                old.cancel(node);
                rebuilt.schedule(node, node.deadline());
            }
        });
        deadlines = rebuilt;
    }

    /** No deadline comes before this (milliseconds on {@link #clock()}). */
    public long nextDeadline() {
        return withDeadline == 0 ? Entry.NO_DEADLINE : deadlines.nextDeadline();
    }

    /** Whether the engine has this keyspace among those whose deadlines it looks at: kept here to ask it quickly. */
    public boolean deadlinesWatched() {
        return deadlinesWatched;
    }

    public void deadlinesWatched(boolean watched) {
        deadlinesWatched = watched;
        if (!watched && withDeadline == 0) {
            deadlines = null;
        }
    }

    /** Nobody needs the entries any more; takes constant time. {@link MemoryMeter} is the caller's to tell. */
    public void forgetEntries() {
        clear();
        deadlines = null;
        withDeadline = 0;
        deadlineHighs = 0;
        deadlineLows = 0;
        entryBytes = 0;
        replaced = null;
    }

    /** Entries with a deadline. */
    public long withDeadline() {
        return withDeadline;
    }

    /** Mean time to live of the entries that have a deadline, milliseconds; 0 when there are none. */
    public long meanTimeToLive(long nowMillis) {
        if (withDeadline == 0) {
            return 0;
        }
        double mean = (deadlineHighs * 0x1p32 + deadlineLows) / withDeadline;
        return Math.max(0, (long) mean - nowMillis);
    }

    /** Heap bytes of the entries alone. */
    public long entryBytes() {
        return entryBytes;
    }

    /** Notes a use, for OBJECT IDLETIME. */
    public static void touch(Object element, long nowMillis) {
        Packed.accessClock(packed(element), (int) (nowMillis / 1000));
    }

    public static Bytes keyOf(Object element, Bytes into) {
        byte[] packed = packed(element);
        int length = Packed.keyLength(packed);
        return into.set(packed, Packed.keyOffset(length), length);
    }

    public static void view(Object element, Entry into) {
        into.set(element);
    }

    private static byte[] packed(Object element) {
        return element instanceof byte[] bytes ? bytes : ((EntryNode) element).packed;
    }

    private static long memoryBytes(Object element) {
        return element instanceof byte[] bytes ? Packed.memoryBytes(bytes) : ((EntryNode) element).memoryBytes();
    }

    @Override
    protected boolean keyEquals(Object element, byte[] key, int offset, int length) {
        return Packed.keyEquals(packed(element), key, offset, length);
    }

    @Override
    protected long hashOf(Object element) {
        return Packed.keyHash(packed(element), seed());
    }
}
