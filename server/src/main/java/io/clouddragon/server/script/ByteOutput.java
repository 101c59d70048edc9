package io.clouddragon.server.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow as they are written. Reused: what it holds is valid until {@link #clear}. */
final class ByteOutput {
    private static final int KEEP_BYTES = 1 << 16;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private byte[] array = new byte[256];
    private int length;
    private int most = MAX_BYTES;

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    /** As {@link #clear()}; what would make it longer than {@code mostBytes} is an error from now on. */
    void clear(long mostBytes) {
        most = (int) Math.min(mostBytes, MAX_BYTES);
        clear();
    }

    void clear() {
        length = 0;
        if (array.length > KEEP_BYTES) {
            array = new byte[256];
        }
    }

    private void room(int more) {
        if (more > array.length - length) {
            long wanted = (long) length + more;
            if (wanted > most) {
                throw new LuaError("not enough memory");
            }
            array = Arrays.copyOf(array, (int) Math.min(Math.max(wanted, 2L * array.length), MAX_BYTES));
        }
    }

    void write(int b) {
        room(1);
        array[length++] = (byte) b;
    }

    void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int from, int count) {
        room(count);
        System.arraycopy(bytes, from, array, length, count);
        length += count;
    }

    void ascii(String text) {
        write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The lowest {@code bytes} bytes of a number, the highest of them first. */
    void bigEndian(long value, int bytes) {
        room(bytes);
        for (int i = bytes - 1; i >= 0; i--) {
            array[length++] = (byte) (i < Long.BYTES ? value >>> 8 * i : 0);
        }
    }

    /** The lowest {@code bytes} bytes of a number, the lowest first. */
    void littleEndian(long value, int bytes) {
        room(bytes);
        for (int i = 0; i < bytes; i++) {
            array[length++] = (byte) (i < Long.BYTES ? value >>> 8 * i : 0);
        }
    }
}
