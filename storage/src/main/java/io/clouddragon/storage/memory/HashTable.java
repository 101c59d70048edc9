package io.clouddragon.storage.memory;

import io.clouddragon.storage.bytes.Bytes;
import java.util.Arrays;

/**
 * The engine's hash table: one object per entry, found by the bytes of its key, and never a pause. Engine thread only.
 *
 * <p>It is extendible hashing (Fagin et al. 1979): a directory of small {@link Segment}s, each an open-addressing table
 * of its own. The first {@code depth} bits of a hash choose the directory's entry. A segment of local depth d holds all
 * hashes that share its first d bits, so 2^(depth - d) neighbouring entries point to it:
 *
 * <pre>
 *   depth 2        directory          segment   local depth   first bits
 *                  [00] ------------> A         2             00
 *                  [01] ------------> B         2             01
 *                  [10] ---+--------> C         1             1
 *                  [11] ---+
 * </pre>
 *
 * A full segment splits in two by its next bit; two sparse neighbours that came from one split merge again. Either moves
 * 448 elements at most, which bounds the worst operation; there is no old and new table, so a lookup always probes one
 * place. The directory doubles by copying one reference per some 300 elements. A small table is a single segment that
 * doubles from four slots on.
 *
 * <p>The order of the segments, and of the home slots in a segment, is the order of the hashes. An element's hash never
 * changes, therefore a {@link #scan} in the order of the hashes needs no more than the hash where it stopped to go on,
 * however often the table grew or shrank in between.
 *
 * <p>The table does not know what an element looks like: subclasses (final, one per kind of element, so that the calls
 * inline) say which key it has. Nothing here allocates, except to grow or shrink.
 *
 * <p>Invariants: every directory entry is non-null; a segment's entries are contiguous and aligned to their number;
 * segments smaller than {@link #SEGMENT_BITS} exist only at depth 0; the sum of the segments' sizes is {@code size}.
 */
public abstract class HashTable {
    /** Receives the elements of a scan. It must not change the table. */
    public interface Visitor {
        void visit(Object element);
    }

    /** 4 slots: thousands of small tables must be cheap. */
    private static final int MIN_SEGMENT_BITS = 2;
    /** 512 slots: a split moves 448 elements, which takes 30 to 100 microseconds when they are not in the cache. */
    private static final int SEGMENT_BITS = 9;
    /** 2^24 segments hold 10^10 elements; and depth and slot bits must fit into the bits of a cursor. */
    private static final int MAX_DEPTH = 24;
    /**
     * The directory doubles only while it has fewer entries than this share of the elements. Good hashes stay far from
     * the limit; if they collide, the segment grows instead of the directory exploding.
     */
    private static final int MIN_ELEMENTS_PER_ENTRY = 64;

    /** A cursor is the first 48 bits of a hash: exact in a double too, as JSON clients read numbers. */
    private static final int CURSOR_BITS = 48;

    private static final int RANDOM_TRIES = 100;

    private final long seed;
    private Segment[] directory;
    /** The directory has 2^depth entries. */
    private int depth;
    /** Tells when no segment needs the last bit of the directory any more. */
    private int[] segmentsAtDepth;

    private long size;
    private long slots;

    /** @param seed of the keys' hashes: random and secret, so that nobody can choose keys that collide */
    protected HashTable(long seed) {
        this.seed = seed;
        clear();
    }

    /** Whether the element's key equals these bytes. */
    protected abstract boolean keyEquals(Object element, byte[] key, int offset, int length);

    /** The {@link #hash} of the element's key; the same as long as the element is in the table. */
    protected abstract long hashOf(Object element);

    /** The hash to pass to the other methods together with the key. */
    public final long hash(Bytes key) {
        return key.hash(seed);
    }

    public final long seed() {
        return seed;
    }

    public final long size() {
        return size;
    }

    /** The element with this key, or null. */
    public final Object find(Bytes key, long hash) {
        Segment segment = segment(hash);
        int slot = segment.find(this, key, hash);
        return slot < 0 ? null : segment.element(slot);
    }

    /**
     * Inserts the element, or puts it in the place of the one with the same key.
     *
     * @param element not null; it must have this key and this hash
     * @return the replaced element, or null
     */
    public final Object put(Bytes key, long hash, Object element) {
        Segment segment = segment(hash);
        int slot = segment.find(this, key, hash);
        if (slot >= 0) {
            return segment.replace(slot, element);
        }
        if (segment.isFull()) {
            segment = makeRoom(hash);
            slot = segment.find(this, key, hash);
        }
        segment.insertAt(~slot, element, hash);
        size++;
        return null;
    }

    /** Removes and returns the element with this key; null if there is none. */
    public final Object remove(Bytes key, long hash) {
        Segment segment = segment(hash);
        int slot = segment.find(this, key, hash);
        if (slot < 0) {
            return null;
        }
        Object removed = segment.removeAt(this, slot);
        size--;
        if (segment.isSparse()) {
            try {
                release(segment, hash);
            } catch (OutOfMemoryError e) {
                // To give memory back takes some: another time. The element is removed all the same.
            }
        }
        return removed;
    }

    /** Forgets all elements, in constant time. */
    public final void clear() {
        directory = new Segment[] {new Segment(MIN_SEGMENT_BITS, 0)};
        depth = 0;
        segmentsAtDepth = new int[] {1};
        size = 0;
        slots = 1 << MIN_SEGMENT_BITS;
    }

    /**
     * One step of a walk through the table that other operations may interrupt: visits the elements of one home slot,
     * often none. With Redis' guarantee (https://redis.io/docs/latest/commands/scan/): an element that is in the table
     * from the first step to the last is visited at least once. It is visited again only if the table shrank meanwhile.
     *
     * @param cursor 0 to begin, else what the last step returned; any other value is tolerated
     * @return the cursor of the next step, less than 2^48; 0 when the walk is complete
     */
    public final long scan(long cursor, Visitor visitor) {
        long from = cursor & (1L << CURSOR_BITS) - 1;
        long hash = from << Long.SIZE - CURSOR_BITS;
        Segment segment = segment(hash);
        segment.visitHome(this, hash, visitor);
        int bitsWithinHome = CURSOR_BITS - segment.depth() - segment.bits();
        long next = (from >>> bitsWithinHome) + 1 << bitsWithinHome;
        return next >>> CURSOR_BITS == 0 ? next : 0;
    }

    /** Visits every element once, all in one go. */
    public final void forEach(Visitor visitor) {
        for (int entry = 0; entry < directory.length; entry += span(directory[entry])) {
            directory[entry].forEach(visitor);
        }
    }

    /**
     * An element that the given random bits choose, each with the same probability; null if the table is empty. Draws
     * slots until one is occupied; the table is never sparse enough for this to take long, except if hashes collide:
     * then the draw ends at the next element.
     */
    public final Object random(long bits) {
        if (size == 0) {
            return null;
        }
        long random = bits;
        for (int i = 0; i < RANDOM_TRIES; i++) {
            random = mix(random);
            int entry = entry(random);
            Segment segment = directory[entry];
            // Of the entries of one segment only the first counts: a segment is as likely as any other.
            Object element = entry == firstEntry(segment, entry) ? segment.at((int) random) : null;
            if (element != null) {
                return element;
            }
        }
        int entry = entry(random);
        while (directory[entry].isEmpty()) {
            entry = entry + 1 & directory.length - 1;
        }
        return directory[entry].atOrAfter((int) random);
    }

    /** Bytes of heap that the table itself takes, without the elements. Quick enough to ask often. */
    public final long memoryBytes() {
        long segments = 0;
        for (int count : segmentsAtDepth) {
            segments += count;
        }
        return HeapSize.object(2 * HeapSize.REFERENCE + 3 * Long.BYTES + Integer.BYTES)
                + HeapSize.array(directory.length, HeapSize.REFERENCE)
                + HeapSize.array(segmentsAtDepth.length, Integer.BYTES)
                + segments * Segment.FIXED_BYTES
                + slots * Segment.BYTES_PER_SLOT;
    }

    private Segment segment(long hash) {
        return directory[entry(hash)];
    }

    private int entry(long hash) {
        // Two shifts, since a shift by 64 is a shift by 0.
        return (int) (hash >>> 1 >>> Long.SIZE - 1 - depth);
    }

    /** The number of directory entries that point to the segment. */
    private int span(Segment segment) {
        return 1 << depth - segment.depth();
    }

    private int firstEntry(Segment segment, int entry) {
        return entry & -span(segment);
    }

    /** Splits or enlarges the hash's segment until it has a free slot; returns the segment. */
    private Segment makeRoom(long hash) {
        Segment segment = segment(hash);
        while (segment.isFull()) {
            if (maySplit(segment)) {
                split(segment, hash);
            } else {
                resize(segment, hash, segment.bits() + 1);
            }
            segment = segment(hash);
        }
        return segment;
    }

    private boolean maySplit(Segment segment) {
        return segment.bits() == SEGMENT_BITS
                && segment.depth() < MAX_DEPTH
                && (segment.depth() < depth || directory.length * 2L <= size / MIN_ELEMENTS_PER_ENTRY);
    }

    private void split(Segment segment, long hash) {
        if (segment.depth() == depth) {
            doubleDirectory();
        }
        int half = span(segment) / 2;
        int first = firstEntry(segment, entry(hash));
        Segment low = new Segment(segment.bits(), segment.depth() + 1);
        Segment high = new Segment(segment.bits(), segment.depth() + 1);
        segment.moveTo(this, low, high);
        Arrays.fill(directory, first, first + half, low);
        Arrays.fill(directory, first + half, first + 2 * half, high);
        segmentsAtDepth[segment.depth()]--;
        segmentsAtDepth[low.depth()] += 2;
        slots += segment.capacity();
    }

    private void resize(Segment segment, long hash, int bits) {
        Segment resized = new Segment(bits, segment.depth());
        segment.moveTo(this, resized, resized);
        int first = firstEntry(segment, entry(hash));
        Arrays.fill(directory, first, first + span(segment), resized);
        slots += resized.capacity() - segment.capacity();
    }

    /** Gives back memory of a sparse segment: half of its slots, or itself by merging it with its buddy. */
    private void release(Segment segment, long hash) {
        if (segment.depth() > 0 && segment.bits() == SEGMENT_BITS) {
            merge(segment, hash);
        } else if (segment.bits() > MIN_SEGMENT_BITS) {
            resize(segment, hash, segment.bits() - 1);
        }
    }

    private void merge(Segment segment, long hash) {
        int span = span(segment);
        int first = firstEntry(segment, entry(hash));
        Segment buddy = directory[first ^ span];
        if (buddy.depth() != segment.depth() || buddy.size() + segment.size() > segment.capacity() / 2) {
            return;
        }
        Segment merged = new Segment(SEGMENT_BITS, segment.depth() - 1);
        segment.moveTo(this, merged, merged);
        buddy.moveTo(this, merged, merged);
        int mergedFirst = first & -2 * span;
        Arrays.fill(directory, mergedFirst, mergedFirst + 2 * span, merged);
        segmentsAtDepth[segment.depth()] -= 2;
        segmentsAtDepth[merged.depth()]++;
        slots += merged.capacity() - segment.capacity() - buddy.capacity();
        while (depth > 0 && segmentsAtDepth[depth] == 0) {
            halveDirectory();
        }
    }

    private void doubleDirectory() {
        Segment[] doubled = new Segment[directory.length * 2];
        for (int entry = 0; entry < directory.length; entry++) {
            doubled[2 * entry] = directory[entry];
            doubled[2 * entry + 1] = directory[entry];
        }
        setDirectory(doubled, depth + 1);
    }

    private void halveDirectory() {
        Segment[] halved = new Segment[directory.length / 2];
        for (int entry = 0; entry < halved.length; entry++) {
            halved[entry] = directory[2 * entry];
        }
        setDirectory(halved, depth - 1);
    }

    private void setDirectory(Segment[] newDirectory, int newDepth) {
        // First what needs memory: without it the table stays as it is.
        int[] counts = Arrays.copyOf(segmentsAtDepth, newDepth + 1);
        directory = newDirectory;
        depth = newDepth;
        segmentsAtDepth = counts;
    }

    /** The next state and output of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long bits) {
        long z = bits + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
