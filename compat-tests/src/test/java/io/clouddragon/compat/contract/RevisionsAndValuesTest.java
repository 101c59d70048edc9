package io.clouddragon.compat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.Pause;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one door does to the revision, and to the versions and values that the other one tells. */
class RevisionsAndValuesTest {
    @RegisterExtension
    static final ServerExtension server = ServerExtension.dragon();

    private RespConnection resp;
    private HttpConnection http;

    @BeforeEach
    void connect() {
        resp = server.connect();
        http = HttpConnection.to(server.httpPort());
        resp.send("FLUSHALL");
        run("MSET s 1 t 1 | SADD set a | HSET h f v | ZADD z 1 m | RPUSH l a b | SET mortal x EX 100");
    }

    @AfterEach
    void disconnect() {
        resp.close();
        http.close();
    }

    /** Commands with a bar between them; the last one's reply. */
    private RespValue run(String commands) {
        List<RespValue> replies =
                Arrays.stream(commands.split(" \\| ")).map(resp::send).toList();
        return replies.get(replies.size() - 1);
    }

    private long version(String key) {
        return resp.send("DRAGON.GET " + key).item(0).item(1).integer();
    }

    private long revision() {
        return http.post("/db/0", "{}").revision();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET s 1",
                "INCRBY s 0",
                "HSET h f v",
                "EXPIRE s 100",
                "PERSIST mortal",
                "GETEX s EX 100",
                "EXPIREAT s 1",
                "RENAME s u",
                "COPY s u",
                "MOVE s 3",
                "FLUSHDB",
                "FLUSHALL",
                "SWAPDB 0 3",
                "MSET a 1 b 2 c 3",
                "MULTI | SET a 1 | DEL s t | LPUSH l x | EXEC",
                "MULTI | SET a 1 | DEL a | EXEC",
                "MULTI | INCR mortal | SET a 1 | EXEC",
                "MULTI | DRAGON.ONCE first | EXEC",
                "EVAL \"redis.call('SET','a','1') redis.call('DEL','s') return 1\" 0",
                "DRAGON.LOCK a-lock EX 600",
                "MULTI | DRAGON.LOCK two-1 EX 600 | DRAGON.LOCK two-2 EX 600 | EXEC",
            })
    void whatChangesAnythingIsOneRevision(String commands) {
        long before = revision();
        run(commands);
        assertThat(revision()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DEL nosuch",
                "SETNX s 2",
                "SET s 2 NX",
                "SET nosuch 2 XX",
                "EXPIRE nosuch 5",
                "PERSIST s",
                "GETEX s PERSIST",
                "GETEX s",
                "SADD set a",
                "SREM set b",
                "ZADD z 1 m",
                "ZADD z XX 5 n",
                "HSETNX h f w",
                "LREM l 0 x",
                "LTRIM l 0 -1",
                "RENAME s s",
                "COPY s t",
                "MOVE s 0",
                "SWAPDB 0 0",
                "INCR set",
                "FLUSHALL | FLUSHALL",
                "MULTI | EXEC",
                "MULTI | GET s | EXEC",
                "MULTI | SET a 1 | DISCARD",
                "WATCH s | MULTI | GET s | EXEC",
                "DRAGON.SET s 5 IFVERSION 1",
                "DRAGON.DEL s IFVERSION 1",
                "DRAGON.UNLOCK nosuch 1",
                "DRAGON.EXTEND nosuch 1 PX 5",
                "PUBLISH channel message",
                "SCRIPT LOAD return",
            })
    void whatChangesNothingIsNone(String commands) {
        if (commands.startsWith("FLUSHALL")) {
            resp.send("FLUSHALL");
        }
        long before = revision();
        run(commands);
        assertThat(revision()).isEqualTo(before);
    }

    /** The version is the revision of the transaction that last changed the key, whatever else was changed since. */
    @ParameterizedTest(name = "{0}: of {1}")
    @CsvSource({
        "SET s 1, s",
        "APPEND s x, s",
        "EXPIRE s 100, s",
        "PERSIST mortal, mortal",
        "GETEX s EX 100, s",
        "RENAME s u, u",
        "COPY s u, u",
        "COPY s t REPLACE, t",
        "SELECT 3 | SET u 1 | MOVE u 0 | SELECT 0, u",
        "DEL s | SET s 1, s",
        "FLUSHALL | SET s 1, s",
        "SELECT 3 | SET s 3 | SELECT 0 | DEL s | SET s 1, s",
    })
    void aVersionIsTheRevisionOfTheLastChange(String commands, String key) {
        long before = revision();
        run(commands);
        long changed = revision();
        assertThat(version(key)).isGreaterThan(before).isEqualTo(changed);
        run("SET another x | INCR t2");
        assertThat(version(key)).isEqualTo(changed);
    }

    @Test
    void whatIsGoneHasNoVersionAndWhatTakesItsNameAHigherOne() {
        long last = version("s");
        for (String going : List.of("DEL s", "RENAME s u", "MOVE s 3", "FLUSHALL", "SWAPDB 0 3", "EXPIREAT s 1")) {
            run(going);
            assertThat(version("s")).as(going).isZero();
            resp.send("SET s again");
            assertThat(version("s")).as(going).isGreaterThan(last);
            last = version("s");
            run("SELECT 3 | FLUSHDB | SELECT 0");
        }
    }

    /** What a key was set by decides how it is told; what changes its text makes it text. */
    static Stream<String[]> values() {
        return Stream.of(
                new String[] {"5", "PING", "5"},
                new String[] {"\"5\"", "PING", "\"5\""},
                new String[] {"5", "INCR v", "6"},
                new String[] {"\"5\"", "INCR v", "6"},
                new String[] {"\"5\"", "INCRBYFLOAT v 1.5", "\"6.5\""},
                new String[] {"[1]", "EXPIRE v 100", "[1]"},
                new String[] {"[1]", "RENAME v w | RENAME w v", "[1]"},
                new String[] {"[1]", "COPY v w | COPY w v REPLACE", "[1]"},
                new String[] {"[1]", "MOVE v 3 | SELECT 3 | MOVE v 0 | SELECT 0", "[1]"},
                new String[] {"[1]", "APPEND v x", "\"[1]x\""},
                new String[] {"[1]", "SETRANGE v 1 2", "\"[2]\""},
                new String[] {"[1]", "SET v [2]", "\"[2]\""},
                new String[] {"[1]", "INCR v", "[1]"},
                new String[] {"9223372036854775807", "INCR v", "9223372036854775807"},
                new String[] {"9223372036854775806", "INCR v", "9223372036854775807"},
                new String[] {"1", "SETBIT v 0 1", "\"Base64\": \"sQ==\""});
    }

    @ParameterizedTest(name = "{0} then {1} is {2}")
    @MethodSource("values")
    void aValueSetOverHttpAndChangedOverResp(String json, String commands, String told) {
        http.post("/db/0", "{\"KVSet\": {\"Key\": \"v\", \"Value\": " + json + "}}");
        run(commands);
        String field = told.startsWith("\"Base64\"") ? told : "\"Value\": " + told;
        assertThat(http.post("/db/0", "{\"KVGet\": \"v\"}").body())
                .isEqualTo("{\"KV\": [{\"Key\": \"v\", \"Version\": " + version("v") + ", " + field + "}]}");
    }

    @Test
    void anIdThatOneDoorHasUsedIsUsedAtTheOtherToo() {
        http.post("/db/0", "{\"IdempotencyIDs\": [\"web-1\", \"web-2\"]}");
        assertThat(run("MULTI | DRAGON.ONCE web-2 | SET s 2 | EXEC").text()).startsWith("DUPLICATE ");
        run("MULTI | DRAGON.ONCE resp-1 resp-2 | EXEC");
        assertThat(http.post("/db/0", "{\"IdempotencyIDs\": \"resp-1\"}"))
                .hasToString("409 {\"Code\": \"duplicate_request\"}");
        run("FLUSHALL");
        assertThat(http.post("/db/0", "{\"IdempotencyIDs\": \"resp-2\"}").status())
                .isEqualTo(409);
    }

    /** An id's time to live goes by the wall clock: it runs while the server is down. */
    @Test
    void idsAreRememberedAcrossAKillUntilTheirTimeIsOver() {
        try (DragonServer own = new DragonServer().start()) {
            try (HttpConnection before = HttpConnection.to(own.httpPort())) {
                before.post("/db/0", "{\"IdempotencyIDs\": \"short\", \"IdempotencyTTL\": 1}");
                before.post("/db/0", "{\"IdempotencyIDs\": [\"long-1\", \"long-2\"]}");
            }
            own.kill9();
            Pause.millis(1_100);
            own.start();
            try (HttpConnection after = HttpConnection.to(own.httpPort())) {
                assertThat(after.post("/db/0", "{\"IdempotencyIDs\": \"short\"}"))
                        .hasToString("200 {}");
                assertThat(after.post("/db/0", "{\"IdempotencyIDs\": \"long-2\"}")
                                .status())
                        .isEqualTo(409);
            }
        }
    }
}
