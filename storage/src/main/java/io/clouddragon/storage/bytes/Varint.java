package io.clouddragon.storage.bytes;

/**
 * Lengths in seven bits a byte, lowest first, the eighth telling that another follows: in arrays that this process has written
 * or checked. What comes from disk is read by {@link ByteSource}.
 */
public final class Varint {
    private Varint() {}

    /** The value that begins at {@code at}. */
    public static int read(byte[] array, int at) {
        int first = array[at];
        return first >= 0 ? first : readLong(array, at);
    }

    private static int readLong(byte[] array, int at) {
        int value = 0;
        int position = at;
        for (int shift = 0; ; shift += 7) {
            int next = array[position++];
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** Where the value that begins at {@code at} ends. */
    public static int end(byte[] array, int at) {
        int position = at;
        while (array[position] < 0) {
            position++;
        }
        return position + 1;
    }

    /** Bytes that a value takes; it is not negative. */
    public static int bytes(int value) {
        int bytes = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    /** Writes a value that is not negative; returns where it ends. */
    public static int write(byte[] target, int at, int value) {
        int position = at;
        int rest = value;
        while (rest >= 0x80) {
            target[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[position++] = (byte) rest;
        return position;
    }
}
