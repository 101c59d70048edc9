package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An entry in one byte array: the whole memory of a key that has no deadline, at 16 (array header) + 12 + key + value
 * bytes.
 *
 * <pre>
 *   0      1            8              11              11+n    11+n+k
 *   +------+------------+--------------+---------------+-------+---------+
 *   | kind | version    | access clock | key length k  | key   | value   |
 *   | u8   | 56 bit     | 24 bit, secs | varint, n byte|       |         |
 *   +------+------------+--------------+---------------+-------+---------+
 * </pre>
 *
 * Version and kind share one little-endian long. A NUMBER's value is 8 bytes, little-endian. Key and value are never
 * changed in place: a write makes a new array, so that a reader, an undo and a snapshot may hold on to the old one. Only
 * the access clock is overwritten by reads.
 */
final class Packed {
    static final int KEY_LENGTH_AT = 11;
    static final int NUMBER_BYTES = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int ARRAY_HEADER_BYTES = 16;

    private Packed() {}

    /** A new entry; room for {@code valueLength} bytes of value is left at its end. */
    static byte[] create(byte[] key, int keyOffset, int keyLength, Kind kind, long version, int valueLength) {
        int keyAt = KEY_LENGTH_AT + Varint.bytes(keyLength);
        byte[] packed = new byte[Math.addExact(keyAt + keyLength, valueLength)];
        LONG.set(packed, 0, version << 8 | kind.ordinal());
        Varint.write(packed, KEY_LENGTH_AT, keyLength);
        System.arraycopy(key, keyOffset, packed, keyAt, keyLength);
        return packed;
    }

    static long version(byte[] packed) {
        return (long) LONG.get(packed, 0) >>> 8;
    }

    static Kind kind(byte[] packed) {
        return Kind.of(packed[0]);
    }

    static void version(byte[] packed, long version) {
        LONG.set(packed, 0, version << 8 | packed[0] & 0xFF);
    }

    /** The low 24 bits of the second at which the entry was last used; wraps after 194 days, as in Redis. */
    static int accessClock(byte[] packed) {
        return packed[8] & 0xFF | (packed[9] & 0xFF) << 8 | (packed[10] & 0xFF) << 16;
    }

    static void accessClock(byte[] packed, int seconds) {
        packed[8] = (byte) seconds;
        packed[9] = (byte) (seconds >>> 8);
        packed[10] = (byte) (seconds >>> 16);
    }

    static int keyLength(byte[] packed) {
        return Varint.read(packed, KEY_LENGTH_AT);
    }

    static int keyOffset(int keyLength) {
        return KEY_LENGTH_AT + Varint.bytes(keyLength);
    }

    static boolean keyEquals(byte[] packed, byte[] key, int offset, int length) {
        int keyLength = keyLength(packed);
        if (keyLength != length) {
            return false;
        }
        int at = keyOffset(keyLength);
        return Arrays.equals(packed, at, at + length, key, offset, offset + length);
    }

    static long keyHash(byte[] packed, long seed) {
        int keyLength = keyLength(packed);
        return Bytes.hash(packed, keyOffset(keyLength), keyLength, seed);
    }

    static long number(byte[] packed) {
        return (long) LONG.get(packed, packed.length - NUMBER_BYTES);
    }

    static void number(byte[] packed, long number) {
        LONG.set(packed, packed.length - NUMBER_BYTES, number);
    }

    /** Heap bytes: rounded up to 8 as the JVM does. */
    static long memoryBytes(byte[] packed) {
        return (long) ARRAY_HEADER_BYTES + packed.length + 7 & ~7L;
    }
}
