package io.clouddragon.compat.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text forms are those of redis-cli, which is asked. */
class RedisCliTest {
    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis();

    @Test
    void splitUndoesJoin() {
        SplittableRandom random = new SplittableRandom(Seeds.next("splitUndoesJoin"));
        for (int i = 0; i < 2_000; i++) {
            byte[][] arguments = new byte[random.nextInt(1, 5)][];
            for (int j = 0; j < arguments.length; j++) {
                arguments[j] = new byte[random.nextInt(8)];
                random.nextBytes(arguments[j]);
            }
            assertThat(RedisCli.split(RedisCli.join(arguments))).isDeepEqualTo(arguments);
        }
    }

    @Test
    void unbalancedQuotesAreRefused() {
        for (String line : List.of("a \"b", "a 'b", "a \"b\"c", "\"a\\", "'a\\'")) {
            assertThatThrownBy(() -> RedisCli.split(line)).as(line).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET k \"\\x00\\xff\\r\\n\\t\\a\\b\\\\\\\"\"",
                "GET k",
                "GET nosuch",
                "NOSUCH",
                "STRLEN k",
                "COMMAND GETKEYSANDFLAGS RENAME a b",
                "COMMAND INFO set",
                "COMMAND DOCS expire",
                "CLIENT TRACKINGINFO",
                "CONFIG GET nosuch",
                "CLIENT HELP"
            })
    void repliesAreShownAsRedisCliShowsThem(String line) throws IOException {
        for (String protocol : List.of("-2", "-3")) {
            String shown = Tools.run(
                            (line + "\n").getBytes(StandardCharsets.UTF_8),
                            Duration.ofSeconds(10),
                            List.of(
                                    Tools.require("redis-cli").toString(),
                                    "-p",
                                    "" + redis.port(),
                                    protocol,
                                    "--no-raw"))
                    .output();
            try (RespConnection connection = redis.connect().hello(protocol.equals("-3") ? 3 : 2)) {
                assertThat(connection.send(line).toString().stripTrailing()).isEqualTo(shown.stripTrailing());
            }
        }
    }
}
