package io.clouddragon.http.json;

import io.clouddragon.storage.bytes.ByteSink;
import java.util.Arrays;

/**
 * Reads the form in which the project's founding document writes its requests: an array that holds the members of objects
 * without their braces.
 *
 * <pre>
 *   "KVSet": ["Key": "ABC", "Value": "1", "Key": "DEF", "Value": "2"]
 *   "KVSet": [{"Key": "ABC", "Value": "1"},{"Key": "DEF", "Value": "2"}]
 * </pre>
 *
 * <p>Every repeat of the first name opens the next object. Only arrays that are members of the outermost object are read so;
 * inside a value the form stays what it is, an error. The text is rewritten and then parsed strictly, so nothing is accepted
 * here that a parser would not accept; what was inserted is remembered, so that an error is told at its place in the
 * original. A slow path: taken after a strict parse has failed.
 */
public final class PairsForm {
    /** Depth of an array that is a member of the outermost object. */
    private static final int PAIRS_DEPTH = 2;

    private final byte[] source;
    private final int length;
    private final ByteSink out;
    /** For each insertion, where in the rewritten text it stands: its bytes are not in the original. */
    private int[] inserted = new int[8];

    private int insertions;
    private int copiedTo;

    private PairsForm(byte[] source, int length) {
        this.source = source;
        this.length = length;
        this.out = new ByteSink(length + 16);
    }

    /** The text in standard form; null when there is no such array in it. */
    public static PairsForm rewrite(byte[] json, int length) {
        PairsForm form = new PairsForm(json, length);
        form.scan();
        return form.insertions == 0 ? null : form;
    }

    public byte[] text() {
        return out.array();
    }

    public int length() {
        return out.size();
    }

    /** Where a byte of the rewritten text stood in the original. */
    public int originalOffset(int offset) {
        int before = 0;
        while (before < insertions && inserted[before] < offset) {
            before++;
        }
        return offset - before;
    }

    private void scan() {
        int depth = 0;
        int at = 0;
        while (at < length) {
            byte b = source[at];
            if (b == '"') {
                at = JsonText.endOfString(source, at, length);
                continue;
            }
            at++;
            if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            }
            if (b == '[' && depth == PAIRS_DEPTH && isName(skipSpace(at))) {
                at = pairs(skipSpace(at));
                depth--;
            }
        }
        copyTo(length);
    }

    /** Puts braces around the objects of an array whose first name begins at {@code at}; returns the index behind it. */
    private int pairs(int firstName) {
        int firstEnd = JsonText.endOfString(source, firstName, length);
        insert(firstName, '{');
        int depth = 0;
        int comma = -1;
        int at = firstEnd;
        while (at < length) {
            byte b = source[at];
            if (b == '"') {
                int end = JsonText.endOfString(source, at, length);
                boolean isRepeat = depth == 0
                        && comma >= 0
                        && isName(at)
                        && Arrays.equals(source, firstName, firstEnd, source, at, end);
                if (isRepeat) {
                    insert(comma, '}');
                    insert(at, '{');
                }
                comma = -1;
                at = end;
                continue;
            }
            if (b == ']' && depth == 0) {
                insert(at, '}');
                return at + 1;
            }
            if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            }
            if (!JsonText.isSpace(b)) {
                comma = b == ',' && depth == 0 ? at : -1;
            }
            at++;
        }
        return at;
    }

    /** Whether a string begins here that a colon follows. */
    private boolean isName(int at) {
        if (at >= length || source[at] != '"') {
            return false;
        }
        int after = skipSpace(JsonText.endOfString(source, at, length));
        return after < length && source[after] == ':';
    }

    private int skipSpace(int at) {
        int next = at;
        while (next < length && JsonText.isSpace(source[next])) {
            next++;
        }
        return next;
    }

    private void insert(int at, char brace) {
        copyTo(at);
        if (insertions == inserted.length) {
            inserted = Arrays.copyOf(inserted, insertions * 2);
        }
        inserted[insertions++] = out.size();
        out.u8(brace);
    }

    private void copyTo(int at) {
        out.raw(source, copiedTo, at - copiedTo);
        copiedTo = at;
    }
}
