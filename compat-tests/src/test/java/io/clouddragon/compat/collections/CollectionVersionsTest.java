package io.clouddragon.compat.collections;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Collections as versioned keys: at both doors each has a version, can be watched and, where the version is as expected,
 * deleted or replaced; none is told as a value, and a batch that asks for that does nothing.
 */
class CollectionVersionsTest {
    /** Elements of one that lies inside its entry, and of one that Redis would not hold compactly. */
    private static final int[] SIZES = {3, 1000};

    @RegisterExtension
    static final ServerExtension server = ServerExtension.dragon();

    private RespConnection resp;
    private RespConnection watcher;
    private HttpConnection http;

    @BeforeEach
    void connect() {
        resp = server.connect();
        watcher = server.connect();
        http = HttpConnection.to(server.httpPort());
        resp.send("FLUSHALL");
    }

    @AfterEach
    void disconnect() {
        resp.close();
        watcher.close();
        http.close();
    }

    /** The version of {@code c}, which has no value. */
    private long version() {
        RespValue pair = resp.send("DRAGON.GET c").item(0);
        assertThat(pair.item(0).isNull()).isTrue();
        return pair.item(1).integer();
    }

    private void run(String command) {
        assertThat(resp.send(command).isError()).as(command).isFalse();
    }

    /** Has both doors watch {@code c}, runs the command, and checks what they tell: the version, and what else is given. */
    private void changesAndTells(String command, long versionBefore, String respValue, String httpFields) {
        http.send("/watch/0", "{\"ID\": \"c\", \"Version\": " + versionBefore + ", \"Wait\": 30}");
        RespValue told =
                server.blockedUntil(() -> run(command), () -> watcher.send("DRAGON.WATCH c " + versionBefore + " 30"));
        long version = resp.send("DRAGON.GET c").item(0).item(1).integer();
        assertThat(told).hasToString("1) \"c\"\n2) (integer) " + version + "\n3) " + respValue);
        assertThat(http.read())
                .as(command)
                .hasToString("200 {\"Key\": \"c\", \"Version\": " + version + ", \"Value\": " + httpFields + "}");
        assertThat(version).as(command).isNotEqualTo(versionBefore);
    }

    @ParameterizedTest
    @EnumSource
    void everyChangeIsToldAtBothDoors(CollectionType type) {
        String asCollection = "null, \"Type\": \"" + type.word + "\"";
        for (int size : SIZES) {
            type.make(resp, size);
            for (String command : type.changes) {
                long before = version();
                changesAndTells(command, before, "(nil)", asCollection);
                assertThat(version()).as(command).isGreaterThan(before);
            }
            changesAndTells(type.emptying, version(), "(nil)", "null");
            assertThat(version()).as("of a key that is gone").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatChangesNothingLeavesTheVersion(CollectionType type) {
        for (int size : SIZES) {
            type.make(resp, size);
            long version = version();
            for (String command : type.idle) {
                run(command);
                assertThat(version()).as(command).isEqualTo(version);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void expiryIsToldAtBothDoors(CollectionType type) {
        for (int size : SIZES) {
            type.make(resp, size);
            RespValue transaction = resp.pipeline(List.of("MULTI", "PEXPIRE c 150", "DRAGON.GET c", "EXEC"))
                    .get(3);
            long version = transaction.item(1).item(0).item(1).integer();
            changesAndTells("PING", version, "(nil)", "null");
            assertThat(version()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void deletedOrReplacedWhereTheVersionIsAsExpected(CollectionType type) {
        for (int size : SIZES) {
            type.make(resp, size);
            long version = version();
            for (long other : new long[] {0, version - 1, version + 1}) {
                assertThat(resp.send("DRAGON.DEL c IFVERSION " + other)).hasToString("(integer) 0");
                assertThat(resp.send("DRAGON.SET c v IFVERSION " + other).isNull())
                        .isTrue();
            }
            assertThat(version()).isEqualTo(version);
            changesAndTells("DRAGON.DEL c IFVERSION " + version, version, "(nil)", "null");

            type.make(resp, size);
            run("RENAME c other");
            long ofText = resp.send("DRAGON.SET c text").integer();
            changesAndTells("RENAME other c", ofText, "(nil)", "null, \"Type\": \"" + type.word + "\"");
            changesAndTells("DRAGON.SET c new IFVERSION " + version(), version(), "\"new\"", "\"new\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBatchThatTakesItForAValueDoesNothing(CollectionType type) {
        for (int size : SIZES) {
            type.make(resp, size);
            long version = version();
            String id = "batch on a " + type.word + " of " + size;
            for (String part : List.of(
                    "\"KVGet\": [\"missing\", \"c\"]",
                    "\"KVSet\": [{\"Key\": \"fine\", \"Value\": 1}, {\"Key\": \"c\", \"Value\": 1}]",
                    "\"KVSet\": [{\"Key\": \"fine\", \"Value\": 1}, {\"Key\": \"c\", \"Delete\": true}]",
                    "\"KVSet\": {\"Key\": \"c\", \"Value\": 1, \"IfVersion\": " + version + "}",
                    "\"Atomic\": [{\"Key\": \"fine\", \"Add\": 1}, {\"Key\": \"c\", \"Add\": 1}]",
                    "\"Atomic\": [{\"Key\": \"fine\", \"Set\": 1}, {\"Key\": \"c\", \"Set\": 1}]",
                    "\"Atomic\": {\"Key\": \"c\", \"Set\": 1, \"IfEq\": 0}")) {
                String batch = "{\"LockID\": \"lock\", \"IdempotencyIDs\": [\"" + id + "\"], " + part + "}";
                assertThat(http.post("/db/0", batch))
                        .as(batch)
                        .hasToString("409 {\"Code\": \"wrong_type\", \"Message\":"
                                + " \"the key holds another type of value than a string\", \"Key\": \"c\"}");
                assertThat(resp.send("EXISTS fine")).as(batch).hasToString("(integer) 0");
                assertThat(resp.send("DRAGON.LOCKINFO lock").isNull()).as(batch).isTrue();
                assertThat(version()).as(batch).isEqualTo(version);
            }
            assertThat(http.post("/db/0", "{\"IdempotencyIDs\": [\"" + id + "\"]}")
                            .status())
                    .as("the id is not used up")
                    .isEqualTo(200);
        }
    }

    @Test
    void valuesAndCollectionsAreToldTogether() {
        resp.pipeline(List.of("RPUSH l a", "HSET h f v", "SADD s m", "ZADD z 1 m", "SET text x", "SETBIT bits 1 1"));
        RespValue all = resp.send("DRAGON.GET l h s z text bits none");
        for (int i = 0; i < 4; i++) {
            assertThat(all.item(i).item(0).isNull()).isTrue();
            assertThat(all.item(i).item(1).integer())
                    .isEqualTo(all.item(0).item(1).integer() + i);
        }
        assertThat(all.item(4).item(0).text()).isEqualTo("x");
        assertThat(all.item(5).item(0).text()).isEqualTo("@");
        assertThat(all.item(6)).hasToString("1) (nil)\n2) (integer) 0");
        String watch = "DRAGON.WATCH";
        for (int i = 0; i < 4; i++) {
            watch += " " + "lhsz".charAt(i) + " " + all.item(i).item(1).integer();
        }
        String line = watch + " 30";
        RespValue told = server.blockedUntil(() -> run("ZINCRBY z 1 m"), () -> watcher.send(line));
        assertThat(told.item(0).text()).isEqualTo("z");
        assertThat(told.item(2).isNull()).isTrue();
    }
}
