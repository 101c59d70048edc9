package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Keys and values as people read them, and back. */
final class Text {
    private Text() {}

    /** In quotes, as redis-cli shows strings; what is beyond {@code maxBytes} is only counted. */
    static String quoted(Bytes bytes, int maxBytes) {
        StringBuilder text = new StringBuilder("\"");
        int shown = Math.min(bytes.length(), maxBytes);
        for (int i = 0; i < shown; i++) {
            int b = bytes.at(i) & 0xFF;
            switch (b) {
                case '\\', '"' -> text.append('\\').append((char) b);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(b >= ' ' && b < 0x7F ? "" + (char) b : String.format("\\x%02x", b));
            }
        }
        text.append('"');
        return shown < bytes.length() ? text + "... (" + bytes.length() + " bytes)" : text.toString();
    }

    /** The bytes read as UTF-8, or null when they are something else. */
    static String utf8(Bytes bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static String word(Kind kind) {
        return kind == Kind.RAW ? "string" : kind.name().toLowerCase(Locale.ROOT);
    }

    /** Null when no kind has this word. */
    static Kind kind(String word) {
        for (Kind kind : Kind.values()) {
            if (word(kind).equals(word)) {
                return kind;
            }
        }
        return null;
    }
}
