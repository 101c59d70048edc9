package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of one element of a hash, set or sorted set; the same in an entry, in a {@link KeyedBody}, in the log and in a
 * snapshot. An element of a list is just its bytes.
 *
 * <pre>
 *   +---------------+-------+-------------------------------------------------------------------+
 *   | name length n | name  | of a hash: the value; of a set: nothing; of a sorted set: the     |
 *   | varint        | bytes | score, an IEEE 754 double, little-endian                          |
 *   +---------------+-------+-------------------------------------------------------------------+
 * </pre>
 */
public final class Element {
    public static final int SCORE_BYTES = 8;

    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private Element() {}

    /** Writes an element into an emptied sink and points {@code into} at it. */
    public static Bytes encode(ByteSink sink, Bytes name, Bytes payload, Bytes into) {
        sink.truncate(0);
        sink.bytes(name);
        sink.raw(payload.array(), payload.offset(), payload.length());
        return into.set(sink.array(), 0, sink.size());
    }

    /** As {@link #encode(ByteSink, Bytes, Bytes, Bytes)}, of a sorted set. */
    public static Bytes encode(ByteSink sink, Bytes name, double score, Bytes into) {
        sink.truncate(0);
        sink.bytes(name);
        sink.i64(Double.doubleToRawLongBits(score));
        return into.set(sink.array(), 0, sink.size());
    }

    /** Points {@code into} at the name of the element that lies at {@code offset}. */
    public static Bytes name(byte[] array, int offset, Bytes into) {
        return into.set(array, Varint.end(array, offset), Varint.read(array, offset));
    }

    /** Whether the bytes are an element at all: they may come from disk. */
    public static boolean isValid(Bytes element, boolean scored) {
        int at = element.offset();
        int end = at + element.length();
        long length = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            if (at == end) {
                return false;
            }
            int next = element.array()[at++];
            length |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                break;
            }
        }
        return scored ? length == end - at - SCORE_BYTES : length <= end - at;
    }

    /** Points {@code into} at what follows the name. */
    public static Bytes payload(byte[] array, int offset, int length, Bytes into) {
        name(array, offset, into);
        int at = into.offset() + into.length();
        return into.set(array, at, offset + length - at);
    }

    /** The score of an element that ends at {@code end}. */
    public static double score(byte[] array, int end) {
        return (double) DOUBLE.get(array, end - SCORE_BYTES);
    }
}
