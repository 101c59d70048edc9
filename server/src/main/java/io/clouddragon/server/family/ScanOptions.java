package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import io.clouddragon.storage.keyspace.Kind;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What SCAN, HSCAN, SSCAN and ZSCAN are told beside where to look: a cursor, COUNT, MATCH, and of keys TYPE. */
final class ScanOptions {
    /** What C's {@code strtoul} takes, up to the first NUL; nothing at all is 0. No more digits than 64 bits have. */
    private static final Pattern CURSOR = Pattern.compile("(?:[+-]?0*(\\d{1,20}))?(?:\0.*)?", Pattern.DOTALL);

    private static final int CURSOR_BITS = 64;
    private static final int DEFAULT_COUNT = 10;
    /** A scan gives up looking for COUNT elements after so many times COUNT steps. */
    private static final int STEPS_PER_COUNT = 10;

    private long cursor;
    private long count = DEFAULT_COUNT;
    private Bytes pattern;
    private Bytes type;

    /** Reads word {@code i} as the cursor. False when it is none: the error has been written. */
    boolean readCursor(Call call, int i) {
        Matcher word = CURSOR.matcher(call.arg(i).toString());
        BigInteger value = word.matches() ? new BigInteger(word.group(1) == null ? "0" : word.group(1)) : null;
        if (value == null || value.bitLength() > CURSOR_BITS) {
            call.error("ERR invalid cursor");
            return false;
        }
        cursor = value.longValue();
        return true;
    }

    /**
     * Reads the words from {@code first} on. False when they are wrong: the error has been written.
     *
     * @param ofKeys TYPE may be among them
     */
    boolean read(Call call, int first, boolean ofKeys) {
        for (int i = first; i < call.count(); i += 2) {
            boolean hasValue = i + 1 < call.count();
            if (hasValue && call.isWord(i, "COUNT")) {
                if (!call.integer(i + 1)) {
                    return false;
                }
                count = call.number();
                if (count < 1) {
                    call.syntaxError();
                    return false;
                }
            } else if (hasValue && call.isWord(i, "MATCH")) {
                pattern = call.arg(i + 1);
            } else if (hasValue && ofKeys && call.isWord(i, "TYPE")) {
                type = call.arg(i + 1);
            } else {
                call.syntaxError();
                return false;
            }
        }
        return true;
    }

    /** Where the scan goes on from. */
    long cursor() {
        return cursor;
    }

    boolean matches(Bytes name) {
        return pattern == null || Glob.selects(pattern, name);
    }

    boolean matches(Kind.Type found) {
        return type == null || type.isWord(found.word().toUpperCase(Locale.ROOT));
    }

    /** Whether one call has looked at enough. */
    boolean isEnough(long visited, long steps) {
        return visited >= count || steps / STEPS_PER_COUNT >= count;
    }
}
