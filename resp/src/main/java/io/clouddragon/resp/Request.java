package io.clouddragon.resp;

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

    private byte[] array = NO_BYTES;
    private int base;
    private int[] pairs = NO_PAIRS;
    private int count;

    /** A request of no arguments, to be filled by a decoder. */
    public Request() {}

    /** A request with bytes of its own, for commands that do not come from a socket. */
    public static Request of(byte[]... arguments) {
        int bytes = 0;
        for (byte[] argument : arguments) {
            bytes += argument.length;
        }
        Request request = new Request().own(arguments.length, bytes);
        for (byte[] argument : arguments) {
            request.append(argument, 0, argument.length);
        }
        return request;
    }

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
            copy.append(array, offset(i), length(i));
        }
        return copy;
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

    private void append(byte[] from, int offset, int length) {
        int at = count == 0 ? 0 : pairs[2 * count - 2] + pairs[2 * count - 1];
        System.arraycopy(from, offset, array, at, length);
        pairs[2 * count] = at;
        pairs[2 * count + 1] = length;
        count++;
    }
}
