package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegersTest {
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                9,
                10,
                -10,
                99,
                100,
                1234567890,
                999_999_999_999_999_999L,
                1_000_000_000_000_000_000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1
            })
    void whatIsWrittenIsReadBack(long value) {
        assertRoundTrip(value);
    }

    @Test
    void randomNumbersAreReadBack() {
        Random random = Streams.random("randomNumbersAreReadBack");
        for (int i = 0; i < 100_000; i++) {
            assertRoundTrip(random.nextLong() >> random.nextInt(64));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                "+1",
                "-0",
                "00",
                "01",
                "-01",
                " 1",
                "1 ",
                "1\0",
                "1.0",
                "1e3",
                "0x1",
                "x",
                "1x",
                "--1",
                "9223372036854775808",
                "-9223372036854775809",
                "9999999999999999999",
                "18446744073709551616",
                "18446744073709551617",
                "10000000000000000000",
                "-10000000000000000000",
                "100000000000000000000",
                "/",
                ":",
                "1/",
                "1:"
            })
    void whatIsNotACanonicalIntegerIsNone(String text) {
        byte[] surrounded = bytes("1" + text + "1");
        assertThat(Integers.isLong(surrounded, 1, text.length())).isFalse();
    }

    private static void assertRoundTrip(long value) {
        String text = Long.toString(value);
        byte[] target = new byte[30];
        Arrays.fill(target, (byte) '7');
        int end = Integers.write(value, target, 3);
        assertThat(new String(target, StandardCharsets.US_ASCII))
                .isEqualTo("777" + text + "7".repeat(27 - text.length()));
        assertThat(end).isEqualTo(3 + text.length());
        assertThat(Integers.length(value)).isEqualTo(text.length()).isLessThanOrEqualTo(Integers.MAX_LENGTH);
        assertThat(Integers.isLong(target, 3, text.length())).isTrue();
        assertThat(Integers.parseLong(target, 3, text.length())).isEqualTo(value);
    }
}
