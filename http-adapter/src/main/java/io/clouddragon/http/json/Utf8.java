package io.clouddragon.http.json;

import io.clouddragon.storage.bytes.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF. Java's own decoder replaces what is
 * malformed; here it must be told from what is not, without a String.
 */
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    public static boolean isValid(byte[] text, int from, int to) {
        return firstInvalid(text, from, to) < 0;
    }

    /** Index of the first byte that does not begin a well-formed character; -1 when all do. */
    public static int firstInvalid(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            if (to - at >= Long.BYTES && ((long) LONG.get(text, at) & NOT_ASCII) == 0) {
                at += Long.BYTES;
                continue;
            }
            int length = characterLength(text, at, to);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return -1;
    }

    /** Bytes of the character at {@code at}; 0 when it is malformed or cut off. Table 3-7 of the Unicode standard. */
    private static int characterLength(byte[] text, int at, int to) {
        int first = text[at] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (at + length > to) {
            return 0;
        }
        int second = text[at + 1] & 0xFF;
        int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((text[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /**
     * Appends UTF-16 text as UTF-8.
     *
     * @return false when half of a surrogate pair stands alone, which UTF-8 cannot say; what came before it is written
     */
    public static boolean encode(char[] text, int offset, int length, ByteSink out) {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            int c = text[i];
            if (c < 0x80) {
                out.u8(c);
            } else if (c < 0x800) {
                out.u8(0xC0 | c >> 6);
                out.u8(0x80 | c & 0x3F);
            } else if (!Character.isSurrogate((char) c)) {
                out.u8(0xE0 | c >> 12);
                out.u8(0x80 | c >> 6 & 0x3F);
                out.u8(0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate((char) c) && i + 1 < end && Character.isLowSurrogate(text[i + 1])) {
                int point = Character.toCodePoint((char) c, text[++i]);
                out.u8(0xF0 | point >> 18);
                out.u8(0x80 | point >> 12 & 0x3F);
                out.u8(0x80 | point >> 6 & 0x3F);
                out.u8(0x80 | point & 0x3F);
            } else {
                return false;
            }
        }
        return true;
    }
}
