package io.clouddragon.resp;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A number as C's {@code long double} on x86-64 holds it: {@code significand * 2^exponent}, the significand of at most 64
 * bits, rounded half to even. INCRBYFLOAT and HINCRBYFLOAT add in this format, and to print what Redis prints means to
 * round where it rounds: when a text is read, after the sum, and when it is printed. Finite numbers only. Immutable.
 *
 * <p>Sources: {@code string2ld}, {@code ld2string} (Redis 7.0 util.c); Intel SDM volume 1, 4.2.2 (double extended).
 */
public final class LongDouble {
    private static final int SIGNIFICAND_BITS = 64;
    /** A finite number is less than 2 to this power. */
    private static final int MAX_BITS = 16_384;
    /** The exponent of the smallest subnormal number. */
    private static final int MIN_EXPONENT = -16_445;
    /** Beyond this decimal exponent no text of a permitted length is in range. */
    private static final int MAX_DECIMAL_EXPONENT = 20_000;

    private static final int DECIMALS = 17;
    private static final BigInteger TEN_TO_DECIMALS = BigInteger.TEN.pow(DECIMALS);

    /** Without the classes that {@link #parse} needs: they take the start of a server 20 ms. */
    public static final LongDouble ZERO = new LongDouble(BigInteger.ZERO, 0);

    private final BigInteger significand;
    private final int exponent;

    private LongDouble(BigInteger significand, int exponent) {
        this.significand = significand;
        this.exponent = exponent;
    }

    /**
     * Reads a number as {@code string2ld} does, see {@link RedisDoubles#parse}, with the wider range of this format.
     *
     * @return null if the bytes are no number, out of range, or infinity in words; the last can be told apart with
     *     {@link RedisDoubles#parse}
     */
    public static LongDouble parse(byte[] text, int offset, int length) {
        return switch (FloatSyntax.of(text, offset, length)) {
            case DECIMAL -> parseDecimal(FloatSyntax.string(text, offset, length));
            case HEXADECIMAL -> parseHexadecimal(FloatSyntax.string(text, offset, length));
            case INFINITY, NOT_A_NUMBER -> null;
        };
    }

    /** The rounded sum, or null if it is infinite. */
    public LongDouble plus(LongDouble other) {
        int common = Math.min(exponent, other.exponent);
        BigInteger sum =
                significand.shiftLeft(exponent - common).add(other.significand.shiftLeft(other.exponent - common));
        return rounded(sum, common);
    }

    /** As {@code %.17Lf} with trailing zeros, and a minus before a zero, cut. */
    @Override
    public String toString() {
        BigInteger scaled = shift(significand.multiply(TEN_TO_DECIMALS), exponent);
        return new BigDecimal(scaled, DECIMALS).stripTrailingZeros().toPlainString();
    }

    private static LongDouble parseDecimal(String number) {
        if (RedisDoubles.isZero(number, 'e')) {
            return ZERO;
        }
        int mark = RedisDoubles.exponentMark(number, 'e');
        int power = mark < 0 ? 0 : clampedInt(number.substring(mark + 1));
        if (Math.abs(power) > MAX_DECIMAL_EXPONENT) {
            return null;
        }
        BigDecimal digits = new BigDecimal(mark < 0 ? number : number.substring(0, mark));
        return notZero(ratio(digits.unscaledValue(), digits.scale() - power));
    }

    private static LongDouble parseHexadecimal(String number) {
        int mark = RedisDoubles.exponentMark(number, 'p');
        int power = mark < 0 ? 0 : clampedInt(number.substring(mark + 1));
        String digits = number.substring(number.indexOf('0') + 2, mark < 0 ? number.length() : mark);
        int point = digits.indexOf('.');
        int fraction = point < 0 ? 0 : digits.length() - point - 1;
        BigInteger magnitude = new BigInteger(digits.replace(".", ""), 16);
        if (magnitude.signum() == 0) {
            return ZERO;
        }
        if (Math.abs(power) > 4 * MAX_DECIMAL_EXPONENT) {
            return null;
        }
        return notZero(rounded(number.charAt(0) == '-' ? magnitude.negate() : magnitude, power - 4 * fraction));
    }

    /** An int of any number of digits, the large ones replaced by something large. */
    private static int clampedInt(String digits) {
        BigInteger value = new BigInteger(digits);
        return value.bitLength() < 31 ? value.intValue() : value.signum() * (Integer.MAX_VALUE / 2);
    }

    private static LongDouble notZero(LongDouble value) {
        return value == null || value.significand.signum() == 0 ? null : value;
    }

    /** {@code unscaled * 10^-scale}, rounded. */
    private static LongDouble ratio(BigInteger unscaled, int scale) {
        if (scale <= 0) {
            return rounded(unscaled.multiply(BigInteger.TEN.pow(-scale)), 0);
        }
        // Two bits more than the significand has, and one that tells whether anything follows: enough to round once.
        BigInteger divisor = BigInteger.TEN.pow(scale);
        int up = Math.max(0, SIGNIFICAND_BITS + 2 + divisor.bitLength() - unscaled.bitLength());
        BigInteger[] parts = unscaled.abs().shiftLeft(up).divideAndRemainder(divisor);
        BigInteger quotient = parts[0].shiftLeft(1);
        if (parts[1].signum() != 0) {
            quotient = quotient.setBit(0);
        }
        return rounded(unscaled.signum() < 0 ? quotient.negate() : quotient, -up - 1);
    }

    /** The nearest number of the format to {@code value * 2^exponent}, or null if that is infinite. */
    private static LongDouble rounded(BigInteger value, int exponent) {
        int excess = Math.max(value.abs().bitLength() - SIGNIFICAND_BITS, MIN_EXPONENT - exponent);
        LongDouble result = excess <= 0
                ? new LongDouble(value, exponent)
                : new LongDouble(shift(value, -excess), exponent + excess);
        return result.significand.abs().bitLength() + result.exponent > MAX_BITS ? null : result;
    }

    /** {@code value * 2^bits}, rounded half to even to an integer. */
    private static BigInteger shift(BigInteger value, int bits) {
        if (bits >= 0) {
            return value.shiftLeft(bits);
        }
        BigInteger magnitude = value.abs();
        BigInteger floor = magnitude.shiftRight(-bits);
        boolean half = magnitude.testBit(-bits - 1);
        boolean more = magnitude.getLowestSetBit() < -bits - 1;
        BigInteger nearest = half && (more || floor.testBit(0)) ? floor.add(BigInteger.ONE) : floor;
        return value.signum() < 0 ? nearest.negate() : nearest;
    }
}
