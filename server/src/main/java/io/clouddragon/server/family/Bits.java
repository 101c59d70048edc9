package io.clouddragon.server.family;

import io.clouddragon.storage.bytes.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A string as bits: bit 0 is the most significant one of byte 0, as in Redis. All work is done on words of 64 bits, read big
 * end first so that the order of bits in a word is their order in the string; beyond its end a string reads as zeros.
 */
final class Bits {
    /** No such bit. */
    static final long NONE = -1;

    /** Bytes that a field of up to 64 bits may touch. */
    static final int MAX_FIELD_BYTES = 9;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** What BITOP does with two strings, or with one and zeros. */
    enum Operation {
        AND,
        OR,
        XOR,
        NOT;

        private long apply(long a, long b) {
            return switch (this) {
                case AND -> a & b;
                case OR -> a | b;
                case XOR -> a ^ b;
                case NOT -> ~a;
            };
        }
    }

    private Bits() {}

    /** Bits that are set from {@code first} to {@code last}, both included and inside the string. */
    static long count(Bytes bytes, long first, long last) {
        long from = first >>> 6;
        long to = last >>> 6;
        if (from == to) {
            return Long.bitCount(word(bytes, from << 3) & notBefore(first) & notAfter(last));
        }
        long count = Long.bitCount(word(bytes, from << 3) & notBefore(first))
                + Long.bitCount(word(bytes, to << 3) & notAfter(last));
        for (long i = from + 1; i < to; i++) {
            count += Long.bitCount(wholeWord(bytes, i << 3));
        }
        return count;
    }

    /** The first bit with that value from {@code first} to {@code last}, both included and inside the string, or NONE. */
    static long find(Bytes bytes, boolean value, long first, long last) {
        long flip = value ? 0 : -1;
        long to = last >>> 6;
        long mask = notBefore(first);
        for (long i = first >>> 6; i <= to; i++) {
            long found = (word(bytes, i << 3) ^ flip) & mask;
            if (i == to) {
                found &= notAfter(last);
            }
            if (found != 0) {
                return (i << 6) + Long.numberOfLeadingZeros(found);
            }
            mask = -1;
        }
        return NONE;
    }

    /** The bits of a word from its bit {@code first} on, which is counted from the string's begin. */
    private static long notBefore(long first) {
        return -1L >>> (first & 63);
    }

    private static long notAfter(long last) {
        return -1L << (63 - (last & 63));
    }

    /** Whether the bit is set; beyond the end it is not. */
    static boolean isSet(Bytes bytes, long bit) {
        return (byteAt(bytes, bit >>> 3) & mask(bit)) != 0;
    }

    /** The byte that holds this bit, with the bit set or cleared. */
    static byte with(Bytes bytes, long bit, boolean value) {
        int others = byteAt(bytes, bit >>> 3) & ~mask(bit);
        return (byte) (value ? others | mask(bit) : others);
    }

    private static int mask(long bit) {
        return 0x80 >>> (bit & 7);
    }

    /** A field of 1 to 64 bits, with its sign or without. */
    static long field(Bytes bytes, long bit, int width, boolean signed) {
        int shift = (int) bit & 7;
        long at = bit >>> 3;
        long bits = word(bytes, at) << shift;
        if (shift > 0) {
            bits |= byteAt(bytes, at + Long.BYTES) >>> 8 - shift;
        }
        int unused = Long.SIZE - width;
        return signed ? bits >> unused : bits >>> unused;
    }

    /**
     * The bytes that hold a field, with the field's value laid over them.
     *
     * @param into gets them; {@link #MAX_FIELD_BYTES} long
     * @return how many
     */
    static int withField(Bytes bytes, long bit, int width, long value, byte[] into) {
        long at = bit >>> 3;
        int length = (int) ((bit + width - 1 >>> 3) - at + 1);
        for (int i = 0; i < length; i++) {
            into[i] = (byte) byteAt(bytes, at + i);
        }
        long rest = value;
        for (long to = bit + width - 1 - (at << 3); to >= (bit & 7); to--) {
            int old = into[(int) (to >>> 3)];
            into[(int) (to >>> 3)] = (byte) ((rest & 1) != 0 ? old | mask(to) : old & ~mask(to));
            rest >>>= 1;
        }
        return length;
    }

    /** The operation over all strings; the shorter ones are taken as if zeros followed. Its length is a multiple of 8. */
    static byte[] combine(Operation operation, Bytes[] strings) {
        int longest = 0;
        for (Bytes string : strings) {
            longest = Math.max(longest, string.length());
        }
        byte[] result = new byte[Math.addExact(longest, Long.BYTES - 1) & -Long.BYTES];
        strings[0].copyTo(result, 0);
        if (operation == Operation.NOT) {
            combine(operation, result, new Bytes());
        }
        for (int i = 1; i < strings.length; i++) {
            combine(operation, result, strings[i]);
        }
        return result;
    }

    private static void combine(Operation operation, byte[] result, Bytes string) {
        int whole = string.length() & -Long.BYTES;
        for (int at = 0; at < whole; at += Long.BYTES) {
            LONG.set(result, at, operation.apply((long) LONG.get(result, at), wholeWord(string, at)));
        }
        for (int at = whole; at < result.length; at += Long.BYTES) {
            LONG.set(result, at, operation.apply((long) LONG.get(result, at), word(string, at)));
        }
    }

    /** The 64 bits from byte {@code at} on, all of which the string has. */
    private static long wholeWord(Bytes bytes, long at) {
        return (long) LONG.get(bytes.array(), bytes.offset() + (int) at);
    }

    private static long word(Bytes bytes, long at) {
        if (at + Long.BYTES <= bytes.length()) {
            return wholeWord(bytes, at);
        }
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word = word << 8 | byteAt(bytes, at + i);
        }
        return word;
    }

    private static int byteAt(Bytes bytes, long at) {
        return at < bytes.length() ? bytes.at((int) at) & 0xFF : 0;
    }
}
