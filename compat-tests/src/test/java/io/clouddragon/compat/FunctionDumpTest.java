package io.clouddragon.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FUNCTION DUMP of the one server is FUNCTION RESTOREd on the other, both ways. */
class FunctionDumpTest {
    private static final String COUNTER = """
            #!lua name=counter
            redis.register_function('bump', function(keys, args) return redis.call('incrby', keys[1], args[1]) end)
            redis.register_function{function_name = 'peek', callback = function(keys)
                return redis.call('get', keys[1]) end, flags = {'no-writes'}, description = 'größer'}
            """;

    @RegisterExtension
    static final ServerExtension dragonServer = ServerExtension.dragon();

    @RegisterExtension
    static final ServerExtension redisServer = ServerExtension.redis();

    private RespConnection dragon;
    private RespConnection redis;

    @BeforeEach
    void connect() {
        dragon = connect(dragonServer.server());
        redis = connect(redisServer.server());
    }

    private static RespConnection connect(TestServer server) {
        RespConnection connection = server.connect();
        connection.send("FLUSHALL");
        assertThat(connection.send("FUNCTION FLUSH")).hasToString("OK");
        return connection;
    }

    @AfterEach
    void disconnect() {
        dragon.close();
        redis.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void load(RespConnection server, String code) {
        RespValue name = server.send(bytes("FUNCTION"), bytes("LOAD"), bytes(code));
        assertThat(name.isError()).as(name.toString()).isFalse();
    }

    private static RespValue dump(RespConnection server) {
        return server.send("FUNCTION DUMP");
    }

    private static RespValue restore(RespConnection server, RespValue payload, String... policy) {
        List<byte[]> words = new ArrayList<>(List.of(bytes("FUNCTION"), bytes("RESTORE"), payload.bytes()));
        for (String word : policy) {
            words.add(bytes(word));
        }
        return server.send(words.toArray(byte[][]::new));
    }

    /** Libraries and functions are told in any order. */
    private static List<String> libraries(RespConnection server) {
        List<String> all = new ArrayList<>();
        for (RespValue library : server.send("FUNCTION LIST WITHCODE").items()) {
            List<String> functions = new ArrayList<>();
            library.item(5).items().forEach(function -> functions.add(function.toString()));
            Collections.sort(functions);
            all.add(library.item(1) + " " + functions + " " + library.item(7));
        }
        Collections.sort(all);
        return all;
    }

    /** Libraries of all lengths that the format tells apart; the last ones are such that Redis compresses, or cannot. */
    private static List<String> libraries() {
        List<String> codes = new ArrayList<>(List.of(COUNTER));
        int[] fillers = {0, 100, 20_000, 70_000};
        for (int filler : fillers) {
            codes.add("#!lua name=l" + filler + "\nredis.register_function('f" + filler + "', function() end)\n-- "
                    + "x".repeat(filler));
        }
        StringBuilder random = new StringBuilder();
        new Random(1).ints(30_000, '!', '~').forEach(c -> random.append((char) c));
        codes.add("#!lua name=random\nredis.register_function('random', function() return 1 end) -- " + random);
        return codes;
    }

    @Test
    void whatIsDumpedHereIsReadByRedis() {
        libraries().forEach(code -> load(dragon, code));
        assertThat(restore(redis, dump(dragon))).hasToString("OK");
        assertThat(libraries(redis)).isEqualTo(libraries(dragon)).hasSize(6);
        assertThat(redis.send("FCALL bump 1 k 5").integer()).isEqualTo(5);
        assertThat(redis.send("FCALL_RO peek 1 k")).hasToString("\"5\"");
    }

    @Test
    void whatRedisDumpsIsReadHere() {
        libraries().forEach(code -> load(redis, code));
        assertThat(restore(dragon, dump(redis))).hasToString("OK");
        assertThat(libraries(dragon)).isEqualTo(libraries(redis)).hasSize(6);
        assertThat(dragon.send("FCALL bump 1 k 5").integer()).isEqualTo(5);
        assertThat(dragon.send("FCALL_RO peek 1 k")).hasToString("\"5\"");
    }

    @Test
    void nothingIsDumpedTheSameWay() {
        RespValue nothing = dump(dragon);
        assertThat(nothing.bytes()).isEqualTo(dump(redis).bytes());
        load(dragon, COUNTER);
        assertThat(restore(dragon, nothing, "FLUSH")).hasToString("OK");
        assertThat(libraries(dragon)).isEmpty();
    }

    /**
     * Two libraries whose order Redis keeps when it restores them. It does not where their names, hashed with a seed that is
     * new at each start, meet in one bucket of its table; and the first of them that is there already is the one it names.
     */
    private RespValue dumpOfTwo() {
        for (int i = 0; ; i++) {
            redis.send("FUNCTION FLUSH");
            load(redis, COUNTER);
            load(redis, "#!lua name=taken" + i + "\nredis.register_function('other', function() end)");
            RespValue payload = dump(redis);
            assertThat(restore(redis, payload, "FLUSH")).hasToString("OK");
            if (dump(redis).equals(payload)) {
                return payload;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "APPEND", "REPLACE", "FLUSH", "nosuch"})
    void policiesDecideTheSame(String policy) {
        String[] words = policy.isEmpty() ? new String[0] : new String[] {policy};
        RespValue payload = dumpOfTwo();
        assertThat(redis.send("FUNCTION FLUSH")).hasToString("OK");
        for (RespConnection server : List.of(dragon, redis)) {
            load(server, "#!lua name=mine\nredis.register_function('mine', function() end)");
        }
        assertThat(restore(dragon, payload, words)).isEqualTo(restore(redis, payload, words));
        assertThat(libraries(dragon)).isEqualTo(libraries(redis));
        for (RespConnection server : List.of(dragon, redis)) {
            load(
                    server,
                    "#!lua name=" + (policy.isEmpty() ? "third" : "fourth")
                            + "\nredis.register_function('fresh', function() end)");
        }
        assertThat(restore(dragon, payload, words)).as("a second time").isEqualTo(restore(redis, payload, words));
        assertThat(libraries(dragon)).isEqualTo(libraries(redis));
    }

    @Test
    void aFunctionOfAnotherLibraryIsInTheWay() {
        load(redis, COUNTER);
        RespValue payload = dump(redis);
        redis.send("FUNCTION FLUSH");
        for (RespConnection server : List.of(dragon, redis)) {
            load(server, "#!lua name=mine\nredis.register_function('peek', function() end)");
        }
        assertThat(restore(dragon, payload, "REPLACE"))
                .isEqualTo(restore(redis, payload, "REPLACE"))
                .hasToString("(error) ERR Function peek already exists");
        assertThat(libraries(dragon)).isEqualTo(libraries(redis)).hasSize(1);
    }

    @Test
    void everyDamagedPayloadIsRefusedByBothAndChangesNothing() {
        load(redis, COUNTER);
        byte[] payload = dump(redis).bytes();
        for (int i = 0; i < payload.length; i += 7) {
            byte[] damaged = payload.clone();
            damaged[i] ^= 1;
            byte[][] command = {bytes("FUNCTION"), bytes("RESTORE"), damaged, bytes("FLUSH")};
            assertThat(dragon.send(command))
                    .as("byte %d", i)
                    .isEqualTo(redis.send(command))
                    .hasToString("(error) ERR DUMP payload version or checksum are wrong");
        }
        assertThat(libraries(redis)).hasSize(1);
        assertThat(libraries(dragon)).isEmpty();
    }
}
