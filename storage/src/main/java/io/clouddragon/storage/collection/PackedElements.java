package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.CorruptDataException;
import io.clouddragon.storage.bytes.Varint;
import java.util.Arrays;

/**
 * A view of a small collection: the value of its entry. Also the head of a large one, which then counts no elements.
 *
 * <pre>
 *   0       1       2
 *   +-------+-------+----------+-----------+----------+-----------+---
 *   | flags | count | length n | element   | length n | element   | ...
 *   | u8    | u8    | varint   | n bytes   | varint   |           |
 *   +-------+-------+----------+-----------+----------+-----------+---
 * </pre>
 *
 * The elements of a list and of a sorted set lie in their order, those of a hash as they came. Like every entry the bytes
 * are never changed in place. The view notes where each element begins, and after some questions about names where each name
 * is found, so it is worth keeping for several questions.
 */
public final class PackedElements {
    /** More elements than this make a collection large; the count is one byte. */
    public static final int MAX_COUNT = 128;
    /** So do more bytes: a change copies them all. */
    public static final int MAX_BYTES = 1024;

    public static final int HEAD_BYTES = 2;

    /** Flag: Redis would have given up its compact encoding; tells OBJECT ENCODING and never goes away. */
    public static final int CONVERTED = 1;

    private static final byte[] NONE = new byte[HEAD_BYTES];

    /** From the next question on a table of names pays: making one costs as much as some searches. */
    private static final int SEARCHES = 4;
    /** Fewer elements are searched as fast. */
    private static final int SMALL = 8;
    /** Twice what one byte counts. */
    private static final int SLOTS = 512;

    private final Bytes name = new Bytes();
    private final Bytes each = new Bytes();
    private byte[] array = NONE;
    private int end = HEAD_BYTES;
    private int count;
    private int flags;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int searches;
    /** By hash of the name, open addressing: 1 + the position, 0 = empty. */
    private short[] slots;

    /** Points this view at the value of an entry. */
    public PackedElements set(Bytes value) {
        array = value.array();
        int at = value.offset();
        end = at + value.length();
        flags = array[at];
        count = array[at + 1] & 0xFF;
        if (starts.length < count) {
            starts = new int[256];
            ends = new int[256];
        }
        searches = 0;
        at += HEAD_BYTES;
        for (int i = 0; i < count; i++) {
            at = element(i, at);
        }
        return this;
    }

    /** Reads the length of element {@code i} at {@code at}; returns where the next one begins. */
    private int element(int i, int at) {
        int start = Varint.end(array, at);
        starts[i] = start;
        ends[i] = start + Varint.read(array, at);
        return ends[i];
    }

    /** Whether a value is what this class writes: it may come from disk. */
    public static boolean isValid(Bytes value, boolean keyed, boolean scored) {
        if (value.length() < HEAD_BYTES) {
            return false;
        }
        try {
            Bytes element = new Bytes();
            var source = new ByteSource(value.array(), value.offset() + HEAD_BYTES, value.length() - HEAD_BYTES);
            for (int left = value.at(1) & 0xFF; left > 0; left--) {
                source.bytes(element);
                if (keyed && !Element.isValid(element, scored)) {
                    return false;
                }
            }
            return source.remaining() == 0;
        } catch (CorruptDataException e) {
            return false;
        }
    }

    public byte[] array() {
        return array;
    }

    public int count() {
        return count;
    }

    public int flags() {
        return flags;
    }

    /** Bytes of the elements with their lengths. */
    public int bytes() {
        return end - begin();
    }

    /** Where the first element's length lies. */
    public int begin() {
        return count == 0 ? end : starts[0] - Varint.bytes(ends[0] - starts[0]);
    }

    /** Where element {@code i} lies, its length included; for {@code i == count} the end. */
    public int position(int i) {
        return i == 0 ? begin() : ends[i - 1];
    }

    public int start(int i) {
        return starts[i];
    }

    public int end(int i) {
        return ends[i];
    }

    public Bytes get(int i, Bytes into) {
        return into.set(array, starts[i], ends[i] - starts[i]);
    }

    public Bytes name(int i, Bytes into) {
        return Element.name(array, starts[i], into);
    }

    public Bytes payload(int i, Bytes into) {
        return Element.payload(array, starts[i], ends[i] - starts[i], into);
    }

    public double score(int i) {
        return Element.score(array, ends[i]);
    }

    /** The position of the element of this name; -1 when there is none. */
    public int indexOf(Bytes wanted) {
        if (count > SMALL && searches <= SEARCHES && ++searches > SEARCHES) {
            fillSlots();
        }
        return searches > SEARCHES ? slots[slot(wanted)] - 1 : search(wanted);
    }

    private int search(Bytes wanted) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, wanted)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isNamed(int i, Bytes wanted) {
        Element.name(array, starts[i], name);
        int length = wanted.length();
        if (name.length() != length) {
            return false;
        }
        // Names of one length mostly begin alike.
        return length == 0
                || array[name.offset() + length - 1] == wanted.at(length - 1)
                        && wanted.equalTo(array, name.offset(), length);
    }

    private void fillSlots() {
        if (slots == null) {
            slots = new short[SLOTS];
        } else {
            Arrays.fill(slots, (short) 0);
        }
        for (int i = 0; i < count; i++) {
            slots[slot(name(i, each))] = (short) (i + 1);
        }
    }

    /** The slot of the element of this name, or the empty one where it would be. */
    private int slot(Bytes wanted) {
        int slot = (int) wanted.hash(0) & SLOTS - 1;
        while (slots[slot] != 0 && !isNamed(slots[slot] - 1, wanted)) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    /** How many elements come before a bound in a sorted set. */
    public int position(SortedBound bound) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (bound.isAfter(array, starts[middle], ends[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
