package io.clouddragon.resp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * One command as it was sent: its name and arguments, all lying in one array that somebody else owns.
 *
 * <p>A connection reuses one Request for all its commands. What {@link RequestDecoder#next} put into it is valid until
 * the next call of {@code next} or {@code feed} on that decoder; whoever keeps a command longer (MULTI, a blocked
 * command) keeps a {@link #copy}. The handler may overwrite an argument's bytes. Not thread-safe.
 */
public final class Request {
    private static final byte[] NO_BYTES = new byte[0];
    private static final int[] NO_PAIRS = new int[0];
    private static final int MIN_BYTES = 256;
    private static final int MIN_PAIRS = 16;
    /** An array may be a few elements shorter than its index can count. */
    private static final int MAX_ARRAY_OVERHEAD = 8;

    private byte[] array = NO_BYTES;
    private int base;
    private int[] pairs = NO_PAIRS;
    private int count;

    /** A request of no arguments, to be filled by a decoder. */
    public Request() {}

    /** The number of arguments, the command's name included. */
    public int count() {
        return count;
    }

    /** The array that holds every argument. */
    public byte[] array() {
        return array;
    }

    /**
     * Where argument i begins in {@link #array}; 0 is the command's name.
     *
     * @throws IndexOutOfBoundsException unless 0 ≤ i &lt; count
     */
    public int offset(int i) {
        return base + pairs[2 * Objects.checkIndex(i, count)];
    }

    /**
     * The bytes of argument i.
     *
     * @throws IndexOutOfBoundsException unless 0 ≤ i &lt; count
     */
    public int length(int i) {
        return pairs[2 * Objects.checkIndex(i, count) + 1];
    }

    /** The same command in memory of its own, no byte more than needed. */
    public Request copy() {
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += length(i);
        }
        Request copy = new Request().own(count, bytes);
        for (int i = 0; i < count; i++) {
            copy.add(array, offset(i), length(i));
        }
        return copy;
    }

    /** Empties a request that has bytes of its own, to be filled again by {@link #add}; they are kept for reuse. */
    public void reset() {
        count = 0;
    }

    /** Adds an argument, of the bytes that the buffer has left. Only for a request with bytes of its own. */
    public void add(ByteBuffer argument) {
        int length = argument.remaining();
        int at = room(length);
        argument.get(array, at, length);
        added(at, length);
    }

    /** Adds an argument. */
    public void add(byte[] from, int offset, int length) {
        int at = room(length);
        System.arraycopy(from, offset, array, at, length);
        added(at, length);
    }

    private int room(int length) {
        int at = count == 0 ? 0 : pairs[2 * count - 2] + pairs[2 * count - 1];
        if (length > Integer.MAX_VALUE - MAX_ARRAY_OVERHEAD - at) {
            throw new OutOfMemoryError("the arguments of one command do not fit into an array");
        }
        if (at + length > array.length) {
            int grown = Math.min(array.length, (Integer.MAX_VALUE - MAX_ARRAY_OVERHEAD) / 2) * 2;
            array = Arrays.copyOf(array, Math.max(at + length, Math.max(grown, MIN_BYTES)));
        }
        if (2 * count == pairs.length) {
            pairs = Arrays.copyOf(pairs, Math.max(2 * pairs.length, MIN_PAIRS));
        }
        return at;
    }

    private void added(int at, int length) {
        pairs[2 * count] = at;
        pairs[2 * count + 1] = length;
        count++;
    }

    /** Gives back memory that was kept for reuse. */
    public void trim() {
        array = NO_BYTES;
        pairs = NO_PAIRS;
        count = 0;
    }

    /** Bytes of memory held. */
    public int capacity() {
        return array.length + Integer.BYTES * pairs.length;
    }

    void set(byte[] newArray, int newBase, ArgumentIndex arguments) {
        array = newArray;
        base = newBase;
        pairs = arguments.pairs();
        count = arguments.count();
    }

    void clear() {
        array = NO_BYTES;
        pairs = NO_PAIRS;
        count = 0;
    }

    private Request own(int arguments, int bytes) {
        array = new byte[bytes];
        pairs = new int[2 * arguments];
        return this;
    }
}
