package io.clouddragon.storage.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing byte array that effects, records and snapshot items are written into. Fixed-size numbers are little-endian.
 * Reused: {@link #truncate} takes back what was written after a mark. Not thread-safe.
 */
public final class ByteSink {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST_BYTES = 64;

    private byte[] array;
    private int size;

    public ByteSink(int initialCapacity) {
        array = new byte[initialCapacity];
    }

    public byte[] array() {
        return array;
    }

    public int size() {
        return size;
    }

    /** Forgets everything from {@code newSize} on. */
    public void truncate(int newSize) {
        size = newSize;
    }

    /** Empties it, and gives memory back when it had grown beyond {@code keepCapacity} bytes, which takes next to none. */
    public void clear(int keepCapacity) {
        size = 0;
        if (array.length > keepCapacity) {
            array = new byte[Math.min(keepCapacity, FIRST_BYTES)];
        }
    }

    public void u8(int value) {
        reserve(1);
        array[size++] = (byte) value;
    }

    public void i32(int value) {
        reserve(4);
        INT.set(array, size, value);
        size += 4;
    }

    public void i64(long value) {
        reserve(8);
        LONG.set(array, size, value);
        size += 8;
    }

    /** LEB128: 1 byte below 128, at most 10. Negative numbers take 10. */
    public void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            array[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
    }

    public void raw(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, array, size, length);
        size += length;
    }

    /** Length as varint, then the bytes. */
    public void bytes(byte[] source, int offset, int length) {
        varint(length);
        raw(source, offset, length);
    }

    public void bytes(Bytes value) {
        bytes(value.array(), value.offset(), value.length());
    }

    /** Leaves room for {@code count} bytes, to be filled in later with {@link #i32At} and {@link #i64At}. */
    public int skip(int count) {
        reserve(count);
        int at = size;
        size += count;
        return at;
    }

    public void i32At(int position, int value) {
        INT.set(array, position, value);
    }

    public void i64At(int position, long value) {
        LONG.set(array, position, value);
    }

    /** @throws OutOfMemoryError when it would grow beyond what an array can hold (2 GiB) */
    private void reserve(int count) {
        int needed = size + count;
        if (needed < 0) {
            throw new OutOfMemoryError("one transaction is larger than 2 GiB");
        }
        if (needed > array.length) {
            long doubled = Math.min(Math.max(array.length * 2L, FIRST_BYTES), Integer.MAX_VALUE - 8);
            array = Arrays.copyOf(array, (int) Math.max(doubled, needed));
        }
    }
}
