package io.clouddragon.resp;

/**
 * Signed 64-bit integers as Redis writes and reads them: canonical decimal, so that a text is an integer exactly if
 * printing the integer gives the text again. No allocation; any thread.
 */
public final class Integers {
    /** The most bytes that {@link #write} needs: {@code -9223372036854775808}. */
    public static final int MAX_LENGTH = 20;

    private Integers() {}

    /**
     * Whether the bytes are a canonical integer of 64 bits: no plus sign, leading zero, space or "-0", as
     * {@code string2ll} (Redis util.c).
     */
    public static boolean isLong(byte[] text, int offset, int length) {
        if (length == 1) {
            return isDigit(text[offset]);
        }
        if (length < 1 || length > MAX_LENGTH) {
            return false;
        }
        boolean negative = text[offset] == '-';
        int at = negative ? offset + 1 : offset;
        int end = offset + length;
        if (text[at] < '1' || text[at] > '9') {
            return false;
        }
        for (int i = at + 1; i < end; i++) {
            if (!isDigit(text[i])) {
                return false;
            }
        }
        int digits = end - at;
        if (digits != 19) {
            return digits < 19;
        }
        // 19 digits fit an unsigned 64-bit number, so overflow shows as a wrong sign.
        long magnitude = parseLong(text, at, digits);
        return magnitude >= 0 || negative && magnitude == Long.MIN_VALUE;
    }

    /** The value of bytes for which {@link #isLong} is true; for others, something meaningless. */
    public static long parseLong(byte[] text, int offset, int length) {
        boolean negative = text[offset] == '-';
        long value = 0;
        for (int i = negative ? offset + 1 : offset; i < offset + length; i++) {
            value = 10 * value + (text[i] - '0');
        }
        return negative ? -value : value;
    }

    /** The number of bytes that {@link #write} writes, 1 to {@link #MAX_LENGTH}. */
    public static int length(long value) {
        int length = value < 0 ? 2 : 1;
        // Negative numbers, because the smallest has no positive counterpart.
        for (long rest = value < 0 ? value : -value; rest <= -10; rest /= 10) {
            length++;
        }
        return length;
    }

    /**
     * Writes the decimal digits of a number.
     *
     * @return the index behind the last byte written
     * @throws IndexOutOfBoundsException if the target is too short; its content is then undefined
     */
    public static int write(long value, byte[] target, int offset) {
        int end = offset + length(value);
        int at = end;
        long rest = value < 0 ? value : -value;
        do {
            long tenth = rest / 10;
            target[--at] = (byte) ('0' + (10 * tenth - rest));
            rest = tenth;
        } while (rest != 0);
        if (value < 0) {
            target[offset] = '-';
        }
        return end;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
