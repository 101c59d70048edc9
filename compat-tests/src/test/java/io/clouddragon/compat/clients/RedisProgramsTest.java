package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** redis-cli and redis-benchmark, as they come with Redis. */
class RedisProgramsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @BeforeEach
    void empty() {
        try (RespConnection connection = server.connect()) {
            connection.send("FLUSHALL");
        }
    }

    @Test
    void redisCliSendsSingleCommands() throws IOException {
        assertThat(redisCli("", "PING")).isEqualTo("PONG\n");
        assertThat(redisCli("", "SET", "k", "two words")).isEqualTo("OK\n");
        assertThat(redisCli("", "-3", "--no-raw", "GET", "k")).isEqualTo("\"two words\"\n");
        assertThat(redisCli("", "-n", "1", "EXISTS", "k")).isEqualTo("0\n");
        assertThat(redisCli("", "NOSUCH", "a")).startsWith("ERR unknown command 'NOSUCH'");
    }

    @Test
    void redisCliReadsCommandsFromItsInput() throws IOException {
        assertThat(redisCli("MULTI\nINCR n\nINCR n\nEXEC\nGET n\n")).isEqualTo("OK\nQUEUED\nQUEUED\n1\n2\n2\n");
    }

    @Test
    void redisCliRepeatsACommand() throws IOException {
        assertThat(redisCli("", "-r", "3", "INCR", "n")).isEqualTo("1\n2\n3\n");
    }

    @Test
    void redisCliPipesMassInsertions() throws IOException {
        ByteArrayOutputStream protocol = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            protocol.writeBytes(RespConnection.encode(bytes("SET"), bytes("key:" + i), bytes("value")));
        }
        assertThat(redisCli(protocol.toByteArray(), "--pipe")).contains("errors: 0, replies: 10000");
        assertThat(redisCli("", "DBSIZE")).isEqualTo("10000\n");
    }

    @Test
    void redisCliScansKeys() throws IOException {
        redisCli("", "MSET", "a:1", "x", "a:2", "yyyy", "b:1", "z");
        assertThat(redisCli("", "--scan", "--pattern", "a:*").lines()).containsExactlyInAnyOrder("a:1", "a:2");
        assertThat(redisCli("", "--bigkeys"))
                .contains("Sampled 3 keys in the keyspace!")
                .contains("Biggest string found");
        assertThat(redisCli("", "--memkeys")).contains("Sampled 3 keys in the keyspace!");
    }

    @Test
    void redisCliShowsInformation() throws IOException {
        assertThat(redisCli("", "INFO", "server")).contains("redis_version:");
        assertThat(redisCli("", "CLIENT", "LIST")).contains("cmd=client|list");
        assertThat(redisCli("", "--json", "-3", "CONFIG", "GET", "appendfsync"))
                .isEqualTo("{\"appendfsync\":\"always\"}\n");
    }

    @Test
    void redisBenchmarkRuns() throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Tools.require("redis-benchmark").toString(), "-p", Integer.toString(server.port()), "-q"));
        command.addAll(List.of("-t", "ping,set,get,incr,mset", "-n", "2000", "-c", "10", "-P", "4", "-r", "1000"));
        Tools.Finished finished = Tools.run(new byte[0], LIMIT, command);
        assertThat(finished.status()).as(finished.output()).isZero();
        for (String test : List.of("PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)")) {
            assertThat(finished.output()).contains(test + ": ");
        }
        assertThat(finished.output()).doesNotContain("WARNING", "Error");
    }

    private static String redisCli(String input, String... arguments) throws IOException {
        return redisCli(bytes(input), arguments);
    }

    private static String redisCli(byte[] input, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Tools.require("redis-cli").toString(), "-p", Integer.toString(server.port())));
        command.addAll(List.of(arguments));
        return Tools.run(input, LIMIT, command).output();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
