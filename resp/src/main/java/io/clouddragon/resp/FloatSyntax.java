package io.clouddragon.resp;

import java.nio.charset.StandardCharsets;

/**
 * What C's {@code strtod} takes for a number, with nothing before or behind it: decimal ({@code 1}, {@code .5},
 * {@code -2.e+7}), hexadecimal ({@code 0x1.8p3}, the exponent optional), or infinity in words. NaN is left out, because
 * Redis refuses it everywhere.
 */
enum FloatSyntax {
    DECIMAL,
    HEXADECIMAL,
    INFINITY,
    NOT_A_NUMBER;

    /** Longer texts are no numbers: {@code MAX_LONG_DOUBLE_CHARS} (Redis util.h). */
    private static final int MAX_LENGTH = 5 * 1024 - 1;

    static FloatSyntax of(byte[] text, int offset, int length) {
        int at = offset;
        int end = offset + length;
        if (length > 0 && (text[at] == '-' || text[at] == '+')) {
            at++;
        }
        if (at == end || length > MAX_LENGTH) {
            return NOT_A_NUMBER;
        }
        if (text[at] != '.' && !Integers.isDigit(text[at])) {
            return isInfinity(text, at, end) ? INFINITY : NOT_A_NUMBER;
        }
        if (end - at > 2 && text[at] == '0' && (text[at + 1] | 0x20) == 'x') {
            return isNumber(text, at + 2, end, 16, 'p') ? HEXADECIMAL : NOT_A_NUMBER;
        }
        return isNumber(text, at, end, 10, 'e') ? DECIMAL : NOT_A_NUMBER;
    }

    /** The text as a String: all bytes of a number are ASCII. */
    static String string(byte[] text, int offset, int length) {
        return new String(text, offset, length, StandardCharsets.ISO_8859_1);
    }

    private static boolean isInfinity(byte[] text, int from, int to) {
        String word = string(text, from, to - from);
        return word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity");
    }

    /** Digits with at most one point, then perhaps the mark of an exponent (either case) and a signed decimal. */
    private static boolean isNumber(byte[] text, int from, int to, int radix, char mark) {
        int at = digits(text, from, to, radix);
        int count = at - from;
        if (at < to && text[at] == '.') {
            int fraction = at + 1;
            at = digits(text, fraction, to, radix);
            count += at - fraction;
        }
        if (count == 0 || at == to) {
            return count > 0;
        }
        if ((text[at++] | 0x20) != mark) {
            return false;
        }
        if (at < to && (text[at] == '-' || text[at] == '+')) {
            at++;
        }
        return at < to && digits(text, at, to, 10) == to;
    }

    private static int digits(byte[] text, int from, int to, int radix) {
        int at = from;
        while (at < to && Character.digit(text[at], radix) >= 0) {
            at++;
        }
        return at;
    }
}
