package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules by themselves; {@link RealRedisTest} compares with the real server. */
class RedisDoublesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-17, -17",
        "3.1, 3.1000000000000001",
        "-3.1, -3.1000000000000001",
        "0.5, 0.5",
        "100.25, 100.25",
        "0.0001, 0.0001",
        "0.00001, 1.0000000000000001e-05",
        "1e16, 10000000000000000",
        "99999999999999984, 99999999999999984",
        "1e17, 1e+17",
        "1.5e17, 1.5e+17",
        "123456789012345680, 1.2345678901234568e+17",
        "1e100, 1e+100",
        "4.9e-324, 4.9406564584124654e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "Infinity, inf",
        "-Infinity, -inf",
        "NaN, nan"
    })
    void doublesArePrintedWithSeventeenSignificantDigits(double value, String expected) {
        assertThat(RedisDoubles.format(value)).isEqualTo(expected);
    }

    @Test
    void everyDoubleIsReadBackFromItsText() {
        Random random = Streams.random("everyDoubleIsReadBackFromItsText");
        for (int i = 0; i < 20_000; i++) {
            double value = NumberTexts.finite(random);
            byte[] text = bytes(RedisDoubles.format(value));
            assertThat(RedisDoubles.parse(text, 0, text.length)).isEqualTo(value);
        }
    }

    @Test
    void aDoubleIsAnIntegerExactlyIfItIsPrintedAsOne() {
        Random random = Streams.random("aDoubleIsAnIntegerExactlyIfItIsPrintedAsOne");
        for (int i = 0; i < 20_000; i++) {
            double value = random.nextBoolean() ? NumberTexts.finite(random) : random.nextLong() >> random.nextInt(64);
            byte[] text = bytes(RedisDoubles.format(value));
            assertThat(RedisDoubles.isInteger(value)).as("%s", value).isEqualTo(Integers.isLong(text, 0, text.length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                "e1",
                "1e",
                " 1",
                "1 ",
                "1d",
                "1f",
                "nan",
                "1e309",
                "-1e309",
                "1e-400",
                "0x",
                "0x1p",
                "0x1p5000",
                "1.2.3",
                "infi"
            })
    void whatIsNoNumberIsNaN(String text) {
        assertThat(RedisDoubles.parse(bytes(text), 0, text.length())).isNaN();
    }

    @Test
    void aNumberOfMoreThanFiveThousandDigitsIsNone() {
        byte[] text = bytes("1".repeat(5 * 1024));
        assertThat(RedisDoubles.parse(text, 0, 300)).isFinite();
        assertThat(LongDouble.parse(text, 0, 4_000)).isNotNull();
        assertThat(LongDouble.parse(text, 0, text.length)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 3",
        "0.1, 0.2, 0.3",
        "3.0e3, 200, 3200",
        "10.5, 0.1, 10.6",
        "1e-17, 0, 0.00000000000000001",
        "-1e-18, 0, 0",
        "18446744073709551615, 1, 18446744073709551616",
        "36893488147419103232, 1, 36893488147419103232",
        "36893488147419103232, 3, 36893488147419103236"
    })
    void longDoublesAreAddedWithSixtyFourBits(String a, String b, String sum) {
        LongDouble first = LongDouble.parse(bytes(a), 0, a.length());
        LongDouble second = LongDouble.parse(bytes(b), 0, b.length());
        assertThat(first.plus(second)).hasToString(sum);
    }

    @Test
    void aSumBeyondTheRangeOfALongDoubleIsNone() {
        LongDouble large = LongDouble.parse(bytes("1e4932"), 0, 6);
        assertThat(large.plus(large)).isNull();
    }
}
