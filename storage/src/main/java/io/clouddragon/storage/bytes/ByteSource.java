package io.clouddragon.storage.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads what a {@link ByteSink} wrote. A read beyond the end throws {@link CorruptDataException}: the bytes come from
 * disk and are not to be trusted. Not thread-safe.
 */
public final class ByteSource {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] array;
    private int at;
    private int end;

    public ByteSource() {
        this(new byte[0], 0, 0);
    }

    public ByteSource(byte[] array, int offset, int length) {
        set(array, offset, length);
    }

    public void set(byte[] newArray, int offset, int length) {
        array = newArray;
        at = offset;
        end = offset + length;
    }

    public int remaining() {
        return end - at;
    }

    public int u8() {
        need(1);
        return array[at++] & 0xFF;
    }

    public long i64() {
        need(8);
        long value = (long) LONG.get(array, at);
        at += 8;
        return value;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new CorruptDataException("a varint has more than 10 bytes");
    }

    /** Points {@code into} at the next length-prefixed bytes, without a copy. */
    public Bytes bytes(Bytes into) {
        long length = varint();
        if (length < 0 || length > remaining()) {
            throw new CorruptDataException("a length of " + length + " with " + remaining() + " bytes left");
        }
        into.set(array, at, (int) length);
        at += (int) length;
        return into;
    }

    private void need(int count) {
        if (count > end - at) {
            throw new CorruptDataException(count + " bytes wanted, " + (end - at) + " left");
        }
    }
}
