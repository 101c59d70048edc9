package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Varint;
import io.clouddragon.storage.memory.HeapSize;

/**
 * Some neighbouring elements of a large list: each its length as a varint and its bytes, in one array with room before and
 * behind. An element larger than a chunk has one of its own. Offsets are positions in the array.
 */
final class ListChunk {
    /** Elements are added as long as they do not take more than this. */
    static final int TARGET_BYTES = 1024;

    private static final int FIRST_BYTES = 128;
    private static final long FIXED_BYTES = HeapSize.object(2 * HeapSize.REFERENCE + 5 * Integer.BYTES);

    private final int generation;
    private ListBody body;
    private byte[] array;
    private int begin;
    private int end;
    private int count;
    private int moves;

    ListChunk(int generation) {
        this(generation, new byte[FIRST_BYTES]);
        begin = FIRST_BYTES / 2;
        end = begin;
    }

    /** For one element, which takes so many bytes. */
    ListChunk(int generation, int encodedBytes) {
        this(generation, new byte[encodedBytes]);
    }

    private ListChunk(int generation, byte[] array) {
        this.generation = generation;
        this.array = array;
    }

    int generation() {
        return generation;
    }

    /** Whom to tell of memory; set before each change. */
    void body(ListBody owner) {
        body = owner;
    }

    int count() {
        return count;
    }

    int begin() {
        return begin;
    }

    long memoryBytes() {
        return FIXED_BYTES + HeapSize.array(array.length, 1);
    }

    ListChunk copy(int newGeneration) {
        ListChunk copy = new ListChunk(newGeneration, array.clone());
        copy.begin = begin;
        copy.end = end;
        copy.count = count;
        return copy;
    }

    static int encodedBytes(int length) {
        return Varint.bytes(length) + length;
    }

    boolean hasRoom(int encodedBytes) {
        return count == 0 || end - begin + encodedBytes <= TARGET_BYTES;
    }

    // ---- reading

    /** Points {@code into} at the element that lies at an offset. */
    Bytes get(int offset, Bytes into) {
        return Element.name(array, offset, into);
    }

    /** Where the element at this position lies; for {@code count} the end. */
    int offset(int position) {
        int at = begin;
        for (int i = 0; i < position; i++) {
            at = behind(at);
        }
        return at;
    }

    void offsets(int[] into) {
        offsets(into, 0, count);
    }

    /** Notes where the elements {@code [from, to)} lie; the one before them is noted already. */
    void offsets(int[] into, int from, int to) {
        for (int i = from; i < to; i++) {
            into[i] = i == 0 ? begin : behind(into[i - 1]);
        }
    }

    /** Changes whenever elements may lie elsewhere than before; not by what is done at the end. */
    int moves() {
        return moves;
    }

    private int behind(int offset) {
        return Varint.end(array, offset) + Varint.read(array, offset);
    }

    // ---- changes

    void append(Bytes element) {
        byte[] before = array;
        int unmoved = moves;
        insert(end, element);
        moves = array == before ? unmoved : moves;
    }

    void insert(int offset, Bytes element) {
        moves++;
        int at = gap(offset, encodedBytes(element.length()));
        write(at, element);
        count++;
    }

    void replace(int offset, Bytes element) {
        moves++;
        int position = offset - begin;
        close(offset, behind(offset) - offset);
        int at = gap(begin + position, encodedBytes(element.length()));
        write(at, element);
    }

    /** Removes the elements from a position on, which lies at {@code offset}. */
    void truncate(int position, int offset) {
        end = offset;
        count = position;
    }

    /** Removes elements; not all of them. */
    void cut(int position, int length) {
        moves++;
        int from = offset(position);
        int to = from;
        for (int i = 0; i < length; i++) {
            to = behind(to);
        }
        close(from, to - from);
        count -= length;
    }

    /** Moves the elements from a position on into a new chunk. */
    ListChunk split(int position, int newGeneration) {
        int from = offset(position);
        byte[] tail = new byte[end - from];
        System.arraycopy(array, from, tail, 0, tail.length);
        ListChunk right = new ListChunk(newGeneration, tail);
        right.end = tail.length;
        right.count = count - position;
        truncate(position, from);
        moves++;
        return right;
    }

    private void write(int offset, Bytes element) {
        element.copyTo(array, Varint.write(array, offset, element.length()));
    }

    /** Makes room for {@code bytes} at an offset, by moving the shorter side; returns where the room begins. */
    private int gap(int offset, int bytes) {
        boolean front = offset - begin < end - offset;
        if (front ? begin < bytes : array.length - end < bytes) {
            return gapInLarger(offset, bytes, front);
        }
        if (front) {
            System.arraycopy(array, begin, array, begin - bytes, offset - begin);
            begin -= bytes;
            return offset - bytes;
        }
        System.arraycopy(array, offset, array, offset + bytes, end - offset);
        end += bytes;
        return offset;
    }

    private int gapInLarger(int offset, int bytes, boolean front) {
        int used = end - begin + bytes;
        // The chunk doubles up to its target; an element larger than that takes just its room.
        int capacity = used > TARGET_BYTES ? used : Math.min(TARGET_BYTES, Math.max(FIRST_BYTES, used * 2));
        byte[] larger = new byte[capacity];
        int newBegin = front ? capacity - used : 0;
        int before = offset - begin;
        System.arraycopy(array, begin, larger, newBegin, before);
        System.arraycopy(array, offset, larger, newBegin + before + bytes, end - offset);
        long delta = HeapSize.array(capacity, 1) - HeapSize.array(array.length, 1);
        array = larger;
        begin = newBegin;
        end = newBegin + used;
        body.changed(delta);
        return newBegin + before;
    }

    private void close(int offset, int bytes) {
        if (offset - begin < end - offset - bytes) {
            System.arraycopy(array, begin, array, begin + bytes, offset - begin);
            begin += bytes;
        } else {
            System.arraycopy(array, offset + bytes, array, offset, end - offset - bytes);
            end -= bytes;
        }
    }
}
