package io.clouddragon.storage.bytes;

/**
 * Signed 64-bit numbers in decimal text, as strict as Redis' {@code string2ll}: no sign but '-', no leading zero, no
 * space, nothing that does not fit. Without exceptions or boxing: ask {@link #isLong} first.
 */
public final class Decimal {
    private static final int MAX_LENGTH = 20;

    private Decimal() {}

    public static boolean isLong(Bytes text) {
        return isLong(text.array(), text.offset(), text.length());
    }

    public static boolean isLong(byte[] array, int offset, int length) {
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        boolean negative = array[offset] == '-';
        int at = negative ? offset + 1 : offset;
        int end = offset + length;
        if (at == end || array[at] == '0' && length > 1) {
            return false;
        }
        long value = 0;
        for (; at < end; at++) {
            int digit = array[at] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            // Gathered as a negative number, whose range is larger by one.
            if (value < (Long.MIN_VALUE + digit) / 10) {
                return false;
            }
            value = value * 10 - digit;
        }
        return negative || value != Long.MIN_VALUE;
    }

    /** The value of a text for which {@link #isLong} holds. */
    public static long toLong(Bytes text) {
        return toLong(text.array(), text.offset(), text.length());
    }

    public static long toLong(byte[] array, int offset, int length) {
        boolean negative = array[offset] == '-';
        long value = 0;
        for (int at = negative ? offset + 1 : offset; at < offset + length; at++) {
            value = value * 10 - (array[at] - '0');
        }
        return negative ? value : -value;
    }
}
