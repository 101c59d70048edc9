package io.clouddragon.resp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * 64-bit floating-point numbers as the texts that Redis clients send and see. Any thread.
 *
 * <p>Scores are printed with C's {@code %.17g} ({@code addReplyDouble}, Redis 7.0 networking.c): 17 significant digits,
 * enough to tell any two doubles apart, hence 3.1 is {@code 3.1000000000000001}. INCRBYFLOAT prints another way and
 * calculates with more bits: {@link LongDouble}.
 */
public final class RedisDoubles {
    private static final int SIGNIFICANT_DIGITS = 17;
    private static final MathContext PRECISION = new MathContext(SIGNIFICANT_DIGITS, RoundingMode.HALF_EVEN);
    private static final double TEN_TO_17 = 1e17;
    /** So many decimal digits are exact in a double's 53 bits. */
    private static final int EXACT_DIGITS = 15;

    private RedisDoubles() {}

    /**
     * Whether the number is printed as an integer: then {@code (long) value} has the same digits as {@link #format}, which
     * allows to write it without a String. False for -0.0.
     */
    public static boolean isInteger(double value) {
        return value == (long) value && Math.abs(value) < TEN_TO_17 && (value != 0 || 1 / value > 0);
    }

    /** The number as C's {@code %.17g} prints it; {@code inf}, {@code -inf}, {@code nan}. */
    public static String format(double value) {
        return isInteger(value) ? Long.toString((long) value) : format(value, PRECISION);
    }

    /** The number as C's {@code %g} prints it with at most so many significant digits, 1 to 17. */
    public static String format(double value, int significantDigits) {
        return format(value, new MathContext(significantDigits, RoundingMode.HALF_EVEN));
    }

    private static String format(double value, MathContext precision) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        String sign = value < 0 || 1 / value < 0 ? "-" : "";
        if (Double.isInfinite(value)) {
            return sign + "inf";
        }
        if (value == 0) {
            return sign + "0";
        }
        BigDecimal rounded = new BigDecimal(Math.abs(value)).round(precision).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        boolean fixed = exponent >= -4 && exponent < precision.getPrecision();
        return sign + (fixed ? rounded.toPlainString() : scientific(rounded, exponent));
    }

    /**
     * Reads a number as {@code string2d} (Redis util.c) does: whatever C's {@code strtod} takes, hexadecimal and
     * {@code inf} included, but no space around it, no NaN, nothing too large for a double and nothing that is not zero
     * but so small that it becomes zero.
     *
     * @return NaN if the bytes are no such number
     */
    public static double parse(byte[] text, int offset, int length) {
        if (length <= EXACT_DIGITS && Integers.isLong(text, offset, length)) {
            return Integers.parseLong(text, offset, length);
        }
        return switch (FloatSyntax.of(text, offset, length)) {
            case DECIMAL -> inRange(FloatSyntax.string(text, offset, length), 'e');
            case HEXADECIMAL -> inRange(withExponent(FloatSyntax.string(text, offset, length)), 'p');
            case INFINITY -> text[offset] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            case NOT_A_NUMBER -> Double.NaN;
        };
    }

    /**
     * Reads a number as C's {@code strtod} does where Redis calls it without further checks, for the ends of a range of
     * scores: white space before it is skipped, a NUL ends it, nothing at all is 0, what is too large is infinite and what
     * is too small is 0.
     *
     * @return NaN if the bytes are no such number
     */
    public static double parseLoosely(byte[] text, int offset, int length) {
        int from = offset;
        int to = offset;
        while (to < offset + length && text[to] != 0) {
            to++;
        }
        if (from == to) {
            return 0;
        }
        while (from < to && isSpace(text[from])) {
            from++;
        }
        return switch (FloatSyntax.of(text, from, to - from)) {
            case DECIMAL -> Double.parseDouble(FloatSyntax.string(text, from, to - from));
            case HEXADECIMAL -> Double.parseDouble(withExponent(FloatSyntax.string(text, from, to - from)));
            case INFINITY -> text[from] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            case NOT_A_NUMBER -> Double.NaN;
        };
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    /** Java wants the exponent that C leaves out. */
    private static String withExponent(String hexadecimal) {
        return exponentMark(hexadecimal, 'p') < 0 ? hexadecimal + "p0" : hexadecimal;
    }

    /** NaN where C sets ERANGE: too large, or not zero in the text but zero as a double. */
    private static double inRange(String number, char mark) {
        double value = Double.parseDouble(number);
        boolean outOfRange = Double.isInfinite(value) || value == 0 && !isZero(number, mark);
        return outOfRange ? Double.NaN : value;
    }

    /** Whether all digits before the exponent are 0. */
    static boolean isZero(String number, char mark) {
        int exponent = exponentMark(number, mark);
        int end = exponent < 0 ? number.length() : exponent;
        for (int i = 0; i < end; i++) {
            if (Character.digit(number.charAt(i), 16) > 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the exponent's e or p is, or -1. */
    static int exponentMark(String number, char mark) {
        return Math.max(number.indexOf(mark), number.indexOf(Character.toUpperCase(mark)));
    }

    private static String scientific(BigDecimal value, int exponent) {
        String digits = value.unscaledValue().toString();
        StringBuilder text = new StringBuilder(SIGNIFICANT_DIGITS + 6).append(digits.charAt(0));
        if (digits.length() > 1) {
            text.append('.').append(digits, 1, digits.length());
        }
        text.append('e').append(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        return text.append(magnitude < 10 ? "0" : "").append(magnitude).toString();
    }
}
