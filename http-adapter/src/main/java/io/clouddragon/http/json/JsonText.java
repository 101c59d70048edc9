package io.clouddragon.http.json;

import io.clouddragon.storage.bytes.ByteSink;

/** Work on JSON text as text: what a parser has already found to be well-formed. */
public final class JsonText {
    private JsonText() {}

    /**
     * Appends a well-formed value without the white space between its tokens and without trailing commas. Everything else
     * stays as it was written: numbers digit by digit (a 30-digit integer, {@code 1.0}, {@code 1e400}), escapes, the order of
     * members, repeated names.
     */
    public static void compact(byte[] json, int from, int to, ByteSink out) {
        int at = from;
        while (at < to) {
            byte b = json[at];
            if (b == '"') {
                int end = endOfString(json, at, to);
                out.raw(json, at, end - at);
                at = end;
                continue;
            }
            if (b == ']' || b == '}') {
                dropComma(out);
            }
            if (!isSpace(b)) {
                out.u8(b);
            }
            at++;
        }
    }

    /** A comma before a closing bracket is never the end of a string: a string ends with its quote. */
    private static void dropComma(ByteSink out) {
        int last = out.size() - 1;
        if (last >= 0 && out.array()[last] == ',') {
            out.truncate(last);
        }
    }

    /** Index behind the closing quote of the string that opens at {@code at}, or {@code to} when it is not closed. */
    public static int endOfString(byte[] json, int at, int to) {
        for (int i = at + 1; i < to; i++) {
            if (json[i] == '\\') {
                i++;
            } else if (json[i] == '"') {
                return i + 1;
            }
        }
        return to;
    }

    public static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** "line 3, column 14" of a byte; both count from 1, columns in characters. */
    public static String position(byte[] json, int length, int offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(offset, length); i++) {
            if (json[i] == '\n') {
                line++;
                column = 1;
            } else if ((json[i] & 0xC0) != 0x80) {
                column++;
            }
        }
        return "line " + line + ", column " + column;
    }
}
