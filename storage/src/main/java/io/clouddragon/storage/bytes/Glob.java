package io.clouddragon.storage.bytes;

/**
 * Redis' glob patterns, byte for byte as its {@code stringmatchlen}: {@code *} any bytes, {@code ?} any one byte, {@code
 * [abc]}, {@code [a-z]} and {@code [^a]} one byte of a class, {@code \x} the byte x. A class that is not closed ends with
 * the pattern. The empty text is matched by the empty pattern only, not even by {@code *}: see {@link #selects}.
 *
 * <p>Every element but {@code *} takes exactly one byte, so after a mismatch only the latest {@code *} needs to be tried
 * again, one byte further on: time is at most |pattern| × |text|, whatever a client sends. No allocation, no state.
 */
public final class Glob {
    private static final int NONE = -1;

    private Glob() {}

    public static boolean matches(Bytes pattern, Bytes text) {
        return matches(pattern, text, false);
    }

    /** As KEYS and SCAN take a pattern: {@code *} alone means all, the empty name included. */
    public static boolean selects(Bytes pattern, Bytes name) {
        return pattern.length() == 1 && pattern.at(0) == '*' || matches(pattern, name);
    }

    /** @param ignoreCase whether ASCII letters match in either case */
    public static boolean matches(Bytes pattern, Bytes text, boolean ignoreCase) {
        if (text.length() == 0) {
            return pattern.length() == 0;
        }
        int at = 0;
        int position = 0;
        int afterStar = NONE;
        int starTakesTo = 0;
        while (position < text.length()) {
            if (at < pattern.length() && pattern.at(at) == '*') {
                afterStar = ++at;
                starTakesTo = position;
                continue;
            }
            int next = at < pattern.length() ? step(pattern, at, text.at(position), ignoreCase) : NONE;
            if (next != NONE) {
                at = next;
                position++;
            } else if (afterStar != NONE) {
                at = afterStar;
                position = ++starTakesTo;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.at(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    /** Where the pattern goes on when its element at {@code at} takes this byte; NONE when it does not. */
    private static int step(Bytes pattern, int at, byte value, boolean ignoreCase) {
        switch (pattern.at(at)) {
            case '?':
                return at + 1;
            case '[':
                return stepClass(pattern, at + 1, value, ignoreCase);
            case '\\':
                int literal = at + 1 < pattern.length() ? at + 1 : at;
                return same(pattern.at(literal), value, ignoreCase) ? literal + 1 : NONE;
            default:
                return same(pattern.at(at), value, ignoreCase) ? at + 1 : NONE;
        }
    }

    /** As {@link #step}, for a class whose first byte after the bracket is at {@code at}. */
    private static int stepClass(Bytes pattern, int at, byte value, boolean ignoreCase) {
        int end = pattern.length();
        boolean negated = at < end && pattern.at(at) == '^';
        if (negated) {
            at++;
        }
        boolean found = false;
        while (at < end && pattern.at(at) != ']') {
            if (pattern.at(at) == '\\' && at + 1 < end) {
                found |= same(pattern.at(at + 1), value, ignoreCase);
                at += 2;
            } else if (at + 2 < end && pattern.at(at + 1) == '-') {
                found |= inRange(pattern.at(at), pattern.at(at + 2), value, ignoreCase);
                at += 3;
            } else {
                found |= same(pattern.at(at), value, ignoreCase);
                at++;
            }
        }
        if (found == negated) {
            return NONE;
        }
        return at < end ? at + 1 : at;
    }

    private static boolean same(byte expected, byte value, boolean ignoreCase) {
        return ignoreCase ? lower(expected) == lower(value) : expected == value;
    }

    /** A range given backwards means the same range. */
    private static boolean inRange(byte from, byte to, byte value, boolean ignoreCase) {
        int low = ignoreCase ? lower(from) : from & 0xFF;
        int high = ignoreCase ? lower(to) : to & 0xFF;
        int found = ignoreCase ? lower(value) : value & 0xFF;
        return Math.min(low, high) <= found && found <= Math.max(low, high);
    }

    private static int lower(byte value) {
        return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value & 0xFF;
    }
}
