package io.clouddragon.http.json;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes JSON straight from stored bytes into bytes: no String, no char, nothing allocated once the buffer has grown.
 * (Jackson's generator holds a context that cannot be taken back when a transaction fails half-way through its answer;
 * here {@link #clear} is all that takes.)
 *
 * <p>Separators are derived from the last byte written, so there is no state but the text itself: a member or element
 * that follows an opening bracket needs none, any other needs a comma. Layout as in the documentation:
 * {@code {"Key": "a", "Version": 3}}.
 */
public final class JsonWriter {
    /** Beyond this capacity, bytes, the buffer is given back after use. */
    private static final int KEEP_BYTES = 64 << 10;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SEPARATOR = {',', ' '};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final ByteSink out = new ByteSink(1024);

    public ByteSink bytes() {
        return out;
    }

    public int size() {
        return out.size();
    }

    public void clear() {
        out.clear(KEEP_BYTES);
    }

    /** A member's name in the form that {@link #name} takes: quoted, with its colon. */
    public static byte[] encodeName(String name) {
        return ('"' + name + "\": ").getBytes(StandardCharsets.US_ASCII);
    }

    public JsonWriter openObject() {
        return one('{');
    }

    public JsonWriter closeObject() {
        return one('}');
    }

    public JsonWriter openArray() {
        return one('[');
    }

    public JsonWriter closeArray() {
        return one(']');
    }

    /** Takes back the bracket that closed an object, so that members can follow. */
    public JsonWriter reopenObject() {
        out.truncate(out.size() - 1);
        return this;
    }

    /** Begins a member; a value must follow. */
    public JsonWriter name(byte[] encodedName) {
        element();
        out.raw(encodedName, 0, encodedName.length);
        return this;
    }

    /** Begins an element of an array; a value must follow. */
    public JsonWriter element() {
        int last = out.size() == 0 ? '[' : out.array()[out.size() - 1];
        if (last != '{' && last != '[') {
            out.raw(SEPARATOR, 0, SEPARATOR.length);
        }
        return this;
    }

    public JsonWriter nullValue() {
        return raw(NULL);
    }

    public JsonWriter number(long value) {
        decimal(out, value);
        return this;
    }

    /** Text that is JSON already. */
    public JsonWriter raw(Bytes json) {
        out.raw(json.array(), json.offset(), json.length());
        return this;
    }

    public JsonWriter raw(byte[] json) {
        out.raw(json, 0, json.length);
        return this;
    }

    /** Well-formed UTF-8 as a JSON string. */
    public JsonWriter string(Bytes utf8) {
        byte[] text = utf8.array();
        int end = utf8.offset() + utf8.length();
        int written = utf8.offset();
        out.u8('"');
        for (int i = written; i < end; i++) {
            int b = text[i];
            if (b >= 0 && b < ' ' || b == '"' || b == '\\') {
                out.raw(text, written, i - written);
                escape(b);
                written = i + 1;
            }
        }
        out.raw(text, written, end - written);
        return one('"');
    }

    public JsonWriter string(String text) {
        return string(Bytes.of(text));
    }

    /** Any bytes as a JSON string in Base64 (RFC 4648, with padding). */
    public JsonWriter base64(Bytes value) {
        byte[] encoded = Base64.getEncoder().encode(value.copy());
        return one('"').raw(encoded).one('"');
    }

    private void escape(int b) {
        out.u8('\\');
        switch (b) {
            case '"', '\\' -> out.u8(b);
            case '\n' -> out.u8('n');
            case '\r' -> out.u8('r');
            case '\t' -> out.u8('t');
            default -> {
                out.u8('u');
                out.u8('0');
                out.u8('0');
                out.u8(HEX[b >> 4]);
                out.u8(HEX[b & 0xF]);
            }
        }
    }

    private JsonWriter one(char c) {
        out.u8(c);
        return this;
    }

    /** Appends a number in decimal. */
    public static void decimal(ByteSink out, long value) {
        if (value < 0) {
            out.u8('-');
        }
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        int at = out.skip(digits);
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            out.array()[i] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        }
    }
}
