package io.clouddragon.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    private static final int ROUNDS = 20_000;

    private static long seed() {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println("-Dseed=" + seed);
        return seed;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"S\": [\"K\": 1]}                         | {\"S\": [{\"K\": 1}]}",
                "{\"S\": [\"K\": 1, \"V\": 2, \"K\": 3]}     | {\"S\": [{\"K\": 1, \"V\": 2}, {\"K\": 3}]}",
                "{\"S\": [\"K\": {\"K\": 1}, \"K\": [\"K\"]]} | {\"S\": [{\"K\": {\"K\": 1}}, {\"K\": [\"K\"]}]}",
                "{\"S\": [\"K\": \"K\", \"K\": 1 , ] }       | {\"S\": [{\"K\": \"K\"}, {\"K\": 1 , }] }",
                "{\"S\": [ \"K\" : 1 ], \"T\": [\"L\":2]}    | {\"S\": [ {\"K\" : 1 }], \"T\": [{\"L\":2}]}",
                "{\"S\": [\"K\": \"a]}\\\"\"]}               | {\"S\": [{\"K\": \"a]}\\\"\"}]}",
            })
    void pairs_in_an_array_become_objects(String pairs, String objects) {
        PairsForm form = PairsForm.rewrite(bytes(pairs), bytes(pairs).length);
        assertThat(new String(form.text(), 0, form.length(), StandardCharsets.UTF_8))
                .isEqualTo(objects);
        for (int i = 0; i < form.length(); i++) {
            char rewritten = (char) form.text()[i];
            if (rewritten != '{' && rewritten != '}') {
                assertThat(pairs.charAt(form.originalOffset(i))).isEqualTo(rewritten);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"S\": [{\"K\": 1}]}",
                "{\"S\": [\"K\", \"L\"]}",
                "{\"S\": {\"V\": [\"K\": 1]}}",
                "[\"K\": 1]",
                "{\"S\": [\"K\"",
                "\"",
                "'{\"S\": [\"\\'",
            })
    void anything_else_is_left_alone(String text) {
        assertThat(PairsForm.rewrite(bytes(text), bytes(text).length)).isNull();
    }

    @Test
    void numbers_are_written_in_decimal() {
        for (long value : new long[] {0, 7, -7, 10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53}) {
            ByteSink out = new ByteSink(0);
            JsonWriter.decimal(out, value);
            assertThat(text(out)).isEqualTo(Long.toString(value));
        }
    }

    @Test
    void positions_count_lines_and_characters() {
        byte[] json = bytes("{\n \"äö\": x");
        assertThat(JsonText.position(json, json.length, 0)).isEqualTo("line 1, column 1");
        assertThat(JsonText.position(json, json.length, json.length - 1)).isEqualTo("line 2, column 8");
    }

    @Test
    void utf8_is_what_java_takes_for_utf8() {
        SplittableRandom random = new SplittableRandom(seed());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] text = new byte[random.nextInt(24)];
            for (int i = 0; i < text.length; i++) {
                // Mostly bytes near the borders of the ranges that matter.
                int[] edges = {0x7F, 0x80, 0xBF, 0xC2, 0xDF, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 'a'};
                text[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : edges[random.nextInt(edges.length)]);
            }
            assertThat(Utf8.isValid(text, 0, text.length)).isEqualTo(isValid(text));
        }
    }

    private static boolean isValid(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void encoding_agrees_with_java_and_refuses_half_pairs() {
        SplittableRandom random = new SplittableRandom(seed());
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                int point = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1);
                text.appendCodePoint(Character.isSurrogate((char) point) && point <= 0xFFFF ? 'x' : point);
            }
            char[] chars = text.toString().toCharArray();
            ByteSink out = new ByteSink(8);
            assertThat(Utf8.encode(chars, 0, chars.length, out)).isTrue();
            assertThat(text(out)).isEqualTo(text.toString());
        }
        for (String half : new String[] {"a\ud800", "\udc00a", "\ud800\ud800\udc00"}) {
            assertThat(Utf8.encode(half.toCharArray(), 0, half.length(), new ByteSink(8)))
                    .isFalse();
        }
    }

    @Test
    void strings_are_escaped_as_json_wants() {
        JsonWriter json = new JsonWriter();
        json.string(Bytes.of("a\"\\\n\r\t\u0000\u001f\u007fä"));
        assertThat(text(json.bytes())).isEqualTo("\"a\\\"\\\\\\n\\r\\t\\u0000\\u001f\u007fä\"");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteSink out) {
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }
}
