package io.clouddragon.server.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow as they are written. Reused: what it holds is valid until {@link #clear}. */
final class ByteOutput {
    private static final int KEEP_BYTES = 1 << 16;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    /** Some milliseconds, when a script's table has itself as an element many times. */
    private static final int BYTES_BETWEEN_INTERRUPTS = 1 << 16;

    private byte[] array = new byte[256];
    private int length;
    private int most = MAX_BYTES;
    /** Whose script writes; null when none does. */
    private Interpreter interpreter;

    private int nextInterrupt = MAX_BYTES;

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    /** As {@link #clear()}, for what a script has written: more than its memory is an error, and it may be ended meanwhile. */
    void clear(Interpreter writing) {
        most = (int) Math.min(writing.limitBytes(), MAX_BYTES);
        interpreter = writing;
        nextInterrupt = BYTES_BETWEEN_INTERRUPTS;
        clear();
    }

    void clear() {
        length = 0;
        if (array.length > KEEP_BYTES) {
            array = new byte[256];
        }
    }

    private void room(int more) {
        if (length >= nextInterrupt) {
            nextInterrupt = length + BYTES_BETWEEN_INTERRUPTS;
            interpreter.interrupt();
        }
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
