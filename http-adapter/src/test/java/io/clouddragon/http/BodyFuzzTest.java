package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies made of the pieces of good ones, cut, swapped and flipped: each gets an answer, and the server goes on. */
class BodyFuzzTest {
    private static final int ROUNDS = 4_000;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\n",
        "\"",
        "\\",
        "\"LockID\"",
        "\"LockDur\"",
        "\"LockWait\": 0",
        "\"UnlockID\"",
        "\"Unlock\"",
        "\"IdempotencyIDs\"",
        "\"IdempotencyTTL\"",
        "\"Atomic\": [",
        "\"KVGet\": [",
        "\"KVSet\": [",
        "\"Key\": \"a\"",
        "\"Key\": ",
        "\"Value\": ",
        "\"Add\": 1",
        "\"Set\": 2",
        "\"IfEq\": ",
        "\"Delete\": true",
        "\"IfVersion\": ",
        "\"TTL\": ",
        "\"Base64\": ",
        "\"a\"",
        "\"\\u00e4\"",
        "\"\\ud800\"",
        "\"ä\"",
        "0",
        "-1",
        "1e999",
        "1.5",
        "9223372036854775808",
        "true",
        "false",
        "null",
        "nul",
        "{}",
        "[]",
        "{\"x\": [1, 2,]}",
        "//",
        "'",
        "\u0000",
    };
    private static final String[] SEEDS = {
        "{\"KVSet\": [\"Key\": \"ABC\", \"Value\": \"123\"], \"KVGet\": [\"Key\": \"CDE\"], \"Atomic\": [\"Key\": \"T\", \"Add\": 1]}",
        "{\"LockID\": \"l\", \"LockDur\": 0.001, \"KVSet\": [{\"Key\": \"k\", \"Value\": {\"a\": [1, null]}, \"TTL\": 1}]}",
        "{\"UnlockID\": \"l\", \"Unlock\": \"12\", \"IdempotencyIDs\": [\"i\",], \"IdempotencyTTL\": 0.001}",
    };

    @Test
    void every_body_gets_an_answer(@TempDir Path directory) throws Exception {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println("-Dseed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int[] answers = new int[600];
        try (TestServer server = new TestServer(directory);
                Wire wire = server.connect()) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] body = body(random);
                wire.send("POST /db/fuzz HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n");
                Wire.Reply reply = wire.send(body).read();
                assertThat(reply.status())
                        .as(new String(body, StandardCharsets.UTF_8))
                        .isIn(200, 400, 409, 412, 423);
                assertThat(reply.body()).startsWith("{").endsWith("}").doesNotContain("internal");
                answers[reply.status()]++;
            }
            assertThat(wire.post("/db/fuzz", "{}").text()).isEqualTo("200 {}");
        }
        // A generator that only makes rubbish, or none, would show nothing.
        assertThat(answers[200]).isGreaterThan(ROUNDS / 100);
        assertThat(answers[400]).isGreaterThan(ROUNDS / 4);
    }

    private static byte[] body(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        if (random.nextBoolean()) {
            text.append(SEEDS[random.nextInt(SEEDS.length)]);
            for (int edits = random.nextInt(3); edits > 0 && text.length() > 0; edits--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
                } else {
                    text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                }
            }
        } else {
            text.append(random.nextInt(4) == 0 ? "" : "{");
            for (int pieces = random.nextInt(20); pieces > 0; pieces--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
        }
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        if (body.length > 0 && random.nextInt(8) == 0) {
            body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return body;
    }
}
