package io.clouddragon.storage.memory;

import io.clouddragon.storage.bytes.Bytes;

/**
 * One piece of a {@link HashTable}: an open-addressing table of fixed size with linear probing, Robin Hood order (Celis
 * 1986) and deletion by backward shift, so without tombstones.
 *
 * <p>All hashes in a segment share their first {@code depth} bits. The bits after these choose the home slot. An element
 * lies in its home slot or in one of the slots after it (circularly, without an empty slot between), and elements lie in
 * the order of their home slots. Hence a probe that has come d slots from home ends at the first element that is less
 * than d slots from its own home: a miss is as quick as a hit.
 *
 * <p>A byte per slot, the tag, answers nearly all questions without touching the element:
 *
 * <pre>
 *   bits 7..4   0: empty, 1..14: distance from home + 1, 15: farther (ask the element)
 *   bits 3..0   the last four bits of the hash
 * </pre>
 *
 * A key is compared only with elements of the same home and the same four bits: a miss compares 0.05 keys on average.
 */
final class Segment {
    static final long BYTES_PER_SLOT = HeapSize.REFERENCE + 1;
    /** Bytes of a segment with its two arrays, except what grows with the slots. */
    static final long FIXED_BYTES =
            HeapSize.object(2 * HeapSize.REFERENCE + Integer.BYTES + 2) + 2 * HeapSize.array(0, Byte.BYTES);

    private static final int ONE_STEP = 0x10;
    private static final int FINGERPRINT = 0x0F;
    /** The distance field of an element that is this minus one, or more, slots away from home. */
    private static final int FAR = 15;

    private final byte[] tags;
    private final Object[] elements;
    private int size;
    private final byte depth;
    private final byte bits;

    /**
     * @param bits the segment has 2^bits slots; at least 1
     * @param depth number of leading hash bits that all elements share
     */
    Segment(int bits, int depth) {
        this.bits = (byte) bits;
        this.depth = (byte) depth;
        tags = new byte[1 << bits];
        elements = new Object[1 << bits];
    }

    int bits() {
        return bits;
    }

    int depth() {
        return depth;
    }

    int capacity() {
        return tags.length;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** An eighth of the slots stays empty: enough for short probes, and every probe ends. */
    boolean isFull() {
        return size >= capacity() - Math.max(1, capacity() >>> 3);
    }

    /** Far enough below {@link #isFull} that growing and shrinking do not alternate. */
    boolean isSparse() {
        return size <= capacity() >>> 2;
    }

    /** The slot of the element with this key; if there is none, ~slot where {@link #insertAt} has to put it. */
    int find(HashTable table, Bytes key, long hash) {
        int fingerprint = (int) hash & FINGERPRINT;
        int slot = home(hash);
        for (int distance = 0; ; distance++) {
            int field = distanceField(distance);
            int tag = tags[slot] & 0xFF;
            if (tag >>> 4 < field || field == FAR && distance(table, slot) < distance) {
                return ~slot;
            }
            if (tag == (field << 4 | fingerprint)
                    && table.keyEquals(elements[slot], key.array(), key.offset(), key.length())) {
                return slot;
            }
            slot = after(slot);
        }
    }

    Object element(int slot) {
        return elements[slot];
    }

    Object replace(int slot, Object element) {
        Object replaced = elements[slot];
        elements[slot] = element;
        return replaced;
    }

    /** Inserts at the slot that {@link #find} gave, and shifts the elements there one slot on. Not when full. */
    void insertAt(int slot, Object element, long hash) {
        int at = slot;
        int tag = distanceField(at - home(hash) & mask()) << 4 | (int) hash & FINGERPRINT;
        Object carried = element;
        while (tags[at] != 0) {
            int shiftedTag = tags[at] & 0xFF;
            Object shifted = elements[at];
            tags[at] = (byte) tag;
            elements[at] = carried;
            tag = shiftedTag >>> 4 == FAR ? shiftedTag : shiftedTag + ONE_STEP;
            carried = shifted;
            at = after(at);
        }
        tags[at] = (byte) tag;
        elements[at] = carried;
        size++;
    }

    /** Empties the slot and shifts the elements after it back, as far as they are not at home. */
    Object removeAt(HashTable table, int slot) {
        Object removed = elements[slot];
        int hole = slot;
        int next = after(hole);
        while ((tags[next] & 0xFF) >>> 4 > 1) {
            int field = distanceField(distance(table, next) - 1);
            tags[hole] = (byte) (field << 4 | tags[next] & FINGERPRINT);
            elements[hole] = elements[next];
            hole = next;
            next = after(next);
        }
        tags[hole] = 0;
        elements[hole] = null;
        size--;
        return removed;
    }

    /** Copies all elements to empty slots of two other segments, by the hash bit after the shared ones. */
    void moveTo(HashTable table, Segment low, Segment high) {
        for (Object element : elements) {
            if (element != null) {
                long hash = table.hashOf(element);
                boolean isHigh = hash << depth < 0;
                (isHigh ? high : low).insert(table, element, hash);
            }
        }
    }

    private void insert(HashTable table, Object element, long hash) {
        int slot = home(hash);
        int distance = 0;
        while (distance(table, slot) >= distance) {
            slot = after(slot);
            distance++;
        }
        insertAt(slot, element, hash);
    }

    /** Visits the elements whose home slot is that of the hash. */
    void visitHome(HashTable table, long hash, HashTable.Visitor visitor) {
        int slot = home(hash);
        for (int distance = 0; ; distance++) {
            int found = distance(table, slot);
            if (found < distance) {
                return;
            }
            if (found == distance) {
                visitor.visit(elements[slot]);
            }
            slot = after(slot);
        }
    }

    void forEach(HashTable.Visitor visitor) {
        for (Object element : elements) {
            if (element != null) {
                visitor.visit(element);
            }
        }
    }

    /** The element in a slot, or null; any number is taken modulo the number of slots. */
    Object at(int slot) {
        return elements[slot & mask()];
    }

    /** The first element in the slot or after it, circularly. Not when empty. */
    Object atOrAfter(int slot) {
        int at = slot & mask();
        while (elements[at] == null) {
            at = after(at);
        }
        return elements[at];
    }

    private int home(long hash) {
        return (int) (hash << depth >>> Long.SIZE - bits);
    }

    /** How far the element in the slot is from its home; -1 if the slot is empty. */
    private int distance(HashTable table, int slot) {
        int field = (tags[slot] & 0xFF) >>> 4;
        return field == FAR ? slot - home(table.hashOf(elements[slot])) & mask() : field - 1;
    }

    private static int distanceField(int distance) {
        return Math.min(distance + 1, FAR);
    }

    private int after(int slot) {
        return slot + 1 & mask();
    }

    private int mask() {
        return tags.length - 1;
    }
}
