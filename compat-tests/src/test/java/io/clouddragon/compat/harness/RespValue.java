package io.clouddragon.compat.harness;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One reply of a server, nothing lost: the type marker of the wire, and either bytes, or items, or nothing.
 *
 * <p>Two values are equal when their bytes on the wire are. Nulls keep their marker: {@code $-1}, {@code *-1} and {@code _}
 * are three different values. A map's items are key, value, key, value. Immutable.
 */
public final class RespValue {
    private final char marker;
    private final byte[] bytes;
    private final List<RespValue> items;

    private RespValue(char marker, byte[] bytes, List<RespValue> items) {
        this.marker = marker;
        this.bytes = bytes;
        this.items = items;
    }

    /** A value of a type that carries bytes: {@code + - : $ , ( # = !}. */
    public static RespValue of(char marker, byte[] bytes) {
        return new RespValue(marker, bytes, null);
    }

    /** A value of a type that carries values: {@code * % ~ > |}. */
    public static RespValue of(char marker, List<RespValue> items) {
        return new RespValue(marker, null, List.copyOf(items));
    }

    /** A null in one of its three forms: {@code $ * _}. */
    public static RespValue nullOf(char marker) {
        return new RespValue(marker, null, null);
    }

    /** The first byte on the wire. */
    public char marker() {
        return marker;
    }

    public boolean isNull() {
        return bytes == null && items == null;
    }

    public boolean isError() {
        return marker == '-' || marker == '!';
    }

    public boolean isAggregate() {
        return items != null;
    }

    /** The content of a value without items. */
    public byte[] bytes() {
        return Objects.requireNonNull(bytes, "no bytes in this reply");
    }

    /** The content as text, one character per byte. */
    public String text() {
        return new String(bytes(), StandardCharsets.ISO_8859_1);
    }

    /** The content as a number. */
    public long integer() {
        return Long.parseLong(text());
    }

    public List<RespValue> items() {
        return Objects.requireNonNull(items, "no items in this reply");
    }

    public RespValue item(int index) {
        return items().get(index);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RespValue that
                && marker == that.marker
                && Arrays.equals(bytes, that.bytes)
                && Objects.equals(items, that.items);
    }

    @Override
    public int hashCode() {
        return Objects.hash(marker, Arrays.hashCode(bytes), items);
    }

    /** As redis-cli shows it, see {@link RedisCli#render}. */
    @Override
    public String toString() {
        return RedisCli.render(this);
    }
}
