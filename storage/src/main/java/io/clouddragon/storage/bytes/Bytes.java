package io.clouddragon.storage.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A view of bytes inside an array that somebody else owns: how keys and values travel from the socket's buffer into the
 * engine without a copy and without a String.
 *
 * <p>The view is mutable so that the hot path can reuse one object for every command. Whoever keeps bytes beyond the
 * call that handed them over keeps {@link #copy()} or {@link #owned()}. Not thread-safe.
 */
public final class Bytes implements Comparable<Bytes> {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NONE = new byte[0];

    private static final long MIX_A = 0x9E3779B97F4A7C15L;
    private static final long MIX_B = 0xD6E8FEB86659FD93L;

    private byte[] array = NONE;
    private int offset;
    private int length;

    public Bytes() {}

    /** A view of the whole array, not a copy of it. */
    public Bytes(byte[] array) {
        set(array, 0, array.length);
    }

    /** The UTF-8 bytes of a text. */
    public static Bytes of(String text) {
        return new Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Points this view at other bytes. */
    public Bytes set(byte[] newArray, int newOffset, int newLength) {
        array = newArray;
        offset = newOffset;
        length = newLength;
        return this;
    }

    public Bytes set(Bytes other) {
        return set(other.array, other.offset, other.length);
    }

    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public byte at(int index) {
        return array[offset + index];
    }

    /** The bytes in an array of their own. */
    public byte[] copy() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** A view that stays valid: over a copy of the bytes. */
    public Bytes owned() {
        return new Bytes(copy());
    }

    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, length);
    }

    /**
     * A 64-bit hash of the bytes, all bits well mixed. The seed is secret to the process, so that nobody can choose keys
     * that collide.
     */
    public long hash(long seed) {
        return hash(array, offset, length, seed);
    }

    /** See {@link #hash(long)}. Reads eight bytes at a time and folds 128-bit products, in the manner of wyhash. */
    public static long hash(byte[] array, int offset, int length, long seed) {
        long h = seed ^ (length * MIX_A);
        int at = offset;
        int left = length;
        while (left > 8) {
            h = fold(h ^ (long) LONG.get(array, at), MIX_A);
            at += 8;
            left -= 8;
        }
        long tail;
        if (left >= 4) {
            tail = ((int) INT.get(array, at) & 0xFFFFFFFFL) << 32 | (int) INT.get(array, at + left - 4) & 0xFFFFFFFFL;
        } else if (left > 0) {
            tail = (array[at] & 0xFFL) << 16 | (array[at + (left >> 1)] & 0xFFL) << 8 | array[at + left - 1] & 0xFFL;
        } else {
            tail = 0;
        }
        return fold(fold(h ^ tail, MIX_B) ^ left, MIX_A);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }

    public boolean equalTo(byte[] other, int otherOffset, int otherLength) {
        return Arrays.equals(array, offset, offset + length, other, otherOffset, otherOffset + otherLength);
    }

    /** Compares with an ASCII text, letter case ignored; the text must be given in upper case. */
    public boolean isWord(String upper) {
        if (length != upper.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int b = array[offset + i];
            if (b >= 'a' && b <= 'z') {
                b -= 'a' - 'A';
            }
            if (b != upper.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes b && equalTo(b.array, b.offset, b.length);
    }

    @Override
    public int hashCode() {
        return (int) hash(0);
    }

    /** Unsigned, byte by byte, as memcmp. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    /** The bytes read as UTF-8, for messages and slow paths only: malformed input is replaced. */
    @Override
    public String toString() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }
}
