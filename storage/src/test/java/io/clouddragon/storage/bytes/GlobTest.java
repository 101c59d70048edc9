package io.clouddragon.storage.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    /** The expected answers are those of redis-server 7.0.15 (KEYS with one key). */
    @ParameterizedTest(name = "{0} on {1} is {2}")
    @CsvSource({
        "*, anything, true",
        "*, '', true",
        "**, '', false",
        "'', '', true",
        "'', a, false",
        "a, '', false",
        "h?llo, hello, true",
        "h?llo, hllo, false",
        "h*llo, heeeello, true",
        "h*l*o, heeeelooo, true",
        "*aab, aaaaaab, true",
        "*a*b*c, xxaxxbxxd, false",
        "h[ae]llo, hallo, true",
        "h[ae]llo, hillo, false",
        "h[^e]llo, hallo, true",
        "h[^e]llo, hello, false",
        "h[a-c]llo, hbllo, true",
        "h[c-a]llo, hbllo, true",
        "h[a-c]llo, hdllo, false",
        "h[\\^]llo, h^llo, true",
        "h[\\]]llo, h]llo, true",
        "h[]llo, hello, false",
        "h[ae, ha, true",
        "h[, h, false",
        "\\*, *, true",
        "\\*, a, false",
        "a\\, a\\, true",
        "[a-, -, true",
        "***a***, a, true",
        "A, a, false",
    })
    void patternsMatchAsInRedis(String pattern, String text, boolean expected) {
        assertThat(Glob.selects(Bytes.of(pattern), Bytes.of(text))).isEqualTo(expected);
    }

    /** What PUBLISH to it answers while a client has asked for {@code PSUBSCRIBE *}: 0. */
    @Test
    void anEmptyChannelIsMatchedByNoPatternButTheEmptyOne() {
        Bytes empty = Bytes.of("");
        assertThat(Glob.matches(Bytes.of("*"), empty)).isFalse();
        assertThat(Glob.matches(empty, empty)).isTrue();
    }

    @Test
    void lettersOfEitherCaseMatchWhenCaseIsIgnored() {
        assertThat(Glob.matches(Bytes.of("MAX*"), Bytes.of("maxmemory"), true)).isTrue();
        assertThat(Glob.matches(Bytes.of("[L-N]ax?emory"), Bytes.of("MAXMEMORY"), true))
                .isTrue();
        assertThat(Glob.matches(Bytes.of("[A-C]ax?emory"), Bytes.of("MAXMEMORY"), true))
                .isFalse();
    }

    @Test
    void bytesAboveAsciiAreOrderedAsUnsigned() {
        Bytes pattern = new Bytes(new byte[] {'[', 0x10, '-', (byte) 0xF0, ']'});
        assertThat(Glob.matches(pattern, new Bytes(new byte[] {(byte) 0x90}))).isTrue();
        assertThat(Glob.matches(pattern, new Bytes(new byte[] {(byte) 0xF8}))).isFalse();
    }

    @Test
    void manyStarsDoNotTakeExponentialTime() {
        Bytes pattern = Bytes.of("a*".repeat(60) + "b");
        Bytes text = Bytes.of("a".repeat(5_000));
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(Glob.matches(pattern, text)).isFalse());
    }
}
