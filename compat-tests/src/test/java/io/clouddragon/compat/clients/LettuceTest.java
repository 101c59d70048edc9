package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.compat.harness.Target;
import io.lettuce.core.CompareCondition;
import io.lettuce.core.CopyArgs;
import io.lettuce.core.ExpireArgs;
import io.lettuce.core.GetExArgs;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.KillArgs;
import io.lettuce.core.LcsArgs;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TransactionResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Lettuce: synchronous, asynchronous and reactive, in RESP2 and RESP3. */
class LettuceTest extends LettuceFixture {
    private static final Instant YEAR_2100 = Instant.ofEpochSecond(4_102_444_800L);

    @Test
    @SuppressWarnings("deprecation") // SETNX, SETEX and the like are deprecated, and in use.
    void setsAndGetsWithEveryOption() {
        assertThat(commands.ping()).isEqualTo("PONG");
        assertThat(commands.echo("x")).isEqualTo("x");
        assertThat(commands.set("k", "a")).isEqualTo("OK");
        assertThat(commands.get("k")).isEqualTo("a");
        assertThat(commands.get("nosuch")).isNull();
        assertThat(commands.set("k", "b", SetArgs.Builder.nx())).isNull();
        assertThat(commands.set("k", "b", SetArgs.Builder.xx().ex(100))).isEqualTo("OK");
        assertThat(commands.set("k", "c", SetArgs.Builder.keepttl())).isEqualTo("OK");
        assertThat(commands.ttl("k")).isBetween(98L, 100L);
        assertThat(commands.set("k", "c", SetArgs.Builder.exAt(YEAR_2100))).isEqualTo("OK");
        assertThat(commands.expiretime("k")).isEqualTo(YEAR_2100.getEpochSecond());
        assertThat(commands.setGet("k", "d")).isEqualTo("c");
        assertThat(commands.setex("k", 100, "e")).isEqualTo("OK");
        assertThat(commands.psetex("k", 100_000, "e")).isEqualTo("OK");
        assertThat(commands.getex("k", GetExArgs.Builder.persist())).isEqualTo("e");
        assertThat(commands.getdel("k")).isEqualTo("e");
        assertThat(commands.setnx("k", "f")).isTrue();
        assertThat(commands.setGet("k", "g", SetArgs.Builder.px(100_000))).isEqualTo("f");
    }

    @Test
    void comparesAndSets() {
        Target.requireDragon();
        commands.set("k", "a");
        assertThat(commands.set("k", "b", new SetArgs().compareCondition(CompareCondition.valueEq("nope"))))
                .isNull();
        assertThat(commands.set("k", "b", new SetArgs().compareCondition(CompareCondition.valueEq("a"))))
                .isEqualTo("OK");
        assertThat(commands.delex("k", CompareCondition.valueNe("b"))).isZero();
        assertThat(commands.delex("k", CompareCondition.valueEq("b"))).isEqualTo(1);
    }

    @Test
    void readsAndChangesStrings() {
        assertThat(commands.mset(Map.of("a", "1", "b", "2"))).isEqualTo("OK");
        assertThat(commands.mget("a", "nosuch")).containsExactly(KeyValue.just("a", "1"), KeyValue.empty("nosuch"));
        assertThat(commands.msetnx(Map.of("b", "x", "c", "x"))).isFalse();
        assertThat(commands.append("a", "23")).isEqualTo(3);
        assertThat(commands.strlen("a")).isEqualTo(3);
        assertThat(commands.getrange("a", 1, -1)).isEqualTo("23");
        assertThat(commands.setrange("a", 3, "x")).isEqualTo(4);
        assertThat(commands.incr("n")).isEqualTo(1);
        assertThat(commands.incrby("n", 41)).isEqualTo(42);
        assertThat(commands.decr("n")).isEqualTo(41);
        assertThat(commands.decrby("n", 40)).isEqualTo(1);
        assertThat(commands.incrbyfloat("n", 0.5)).isEqualTo(1.5);
        commands.mset(Map.of("x", "ohmytext", "y", "mynewtext"));
        assertThat(commands.lcs(LcsArgs.Builder.keys("x", "y")).getMatchString())
                .isEqualTo("mytext");
        assertThat(commands.lcs(LcsArgs.Builder.keys("x", "y").withIdx()).getMatches())
                .hasSize(2);
        assertThatThrownBy(() -> commands.incr("x"))
                .isInstanceOf(RedisCommandExecutionException.class)
                .hasMessage("ERR value is not an integer or out of range");
    }

    @Test
    void managesKeysAndDeadlines() {
        commands.mset(Map.of("a", "1", "b", "2"));
        assertThat(commands.exists("a", "b", "nosuch")).isEqualTo(2);
        assertThat(commands.type("a")).isEqualTo("string");
        assertThat(commands.expire("a", 100, ExpireArgs.Builder.xx())).isFalse();
        assertThat(commands.expire("a", 100, ExpireArgs.Builder.nx())).isTrue();
        assertThat(commands.pexpire("a", 200_000, ExpireArgs.Builder.gt())).isTrue();
        assertThat(commands.pttl("a")).isBetween(198_000L, 200_000L);
        assertThat(commands.expireat("a", YEAR_2100)).isTrue();
        assertThat(commands.pexpireat("a", YEAR_2100.plusMillis(7))).isTrue();
        assertThat(commands.pexpiretime("a")).isEqualTo(YEAR_2100.toEpochMilli() + 7);
        assertThat(commands.persist("a")).isTrue();
        assertThat(commands.copy("a", "c")).isTrue();
        assertThat(commands.copy("a", "c", CopyArgs.Builder.destinationDb(1))).isTrue();
        assertThat(commands.move("c", 2)).isTrue();
        assertThat(commands.rename("a", "d")).isEqualTo("OK");
        assertThat(commands.renamenx("d", "b")).isFalse();
        assertThat(commands.touch("b", "d")).isEqualTo(2);
        assertThat(commands.keys("*")).containsExactlyInAnyOrder("b", "d");
        assertThat(commands.randomkey()).isIn("b", "d");
        assertThat(commands.objectEncoding("b")).isEqualTo("int");
        assertThat(commands.del("b")).isEqualTo(1);
        assertThat(commands.unlink("d")).isEqualTo(1);
        assertThat(commands.dbsize()).isZero();
    }

    @Test
    void scansEveryKey() {
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            commands.set("key:" + i, "v");
            expected.add("key:" + i);
        }
        Set<String> found = new TreeSet<>();
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            KeyScanCursor<String> page =
                    commands.scan(cursor, ScanArgs.Builder.limit(20).match("key:*"));
            found.addAll(page.getKeys());
            cursor = page;
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void asksTheServer() {
        assertThat(commands.clientSetname("lettuce")).isEqualTo("OK");
        assertThat(commands.clientGetname()).isEqualTo("lettuce");
        assertThat(commands.clientList()).contains("id=" + commands.clientId() + " ");
        assertThat(commands.clientInfo()).contains("name=lettuce ");
        assertThat(commands.clientKill(KillArgs.Builder.id(999_999_999))).isZero();
        assertThat(commands.configGet("maxmemory-policy")).containsEntry("maxmemory-policy", "noeviction");
        assertThat(commands.configSet("maxmemory", "0")).isEqualTo("OK");
        assertThat(commands.command()).hasSizeGreaterThan(80);
        assertThat(commands.commandInfo("get")).hasSize(1);
        assertThat(commands.info("server")).contains("redis_version:");
        assertThat(commands.time()).hasSize(2);
        assertThat(commands.lastsave()).isNotNull();
        assertThat(commands.slowlogGet()).isNotNull();
        assertThat(commands.slowlogReset()).isEqualTo("OK");
        assertThat(commands.memoryUsage("nosuch")).isNull();
        assertThat(commands.waitForReplication(0, 0)).isZero();
    }

    @Test
    void thousandsOfCommandsAreUnderWayAtOnce() throws Exception {
        var async = connection.async();
        List<RedisFuture<Long>> increments = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            increments.add(async.incr("n"));
        }
        for (int i = 0; i < increments.size(); i++) {
            assertThat(increments.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i + 1L);
        }
    }

    @Test
    void reactiveCommandsRun() {
        var reactive = connection.reactive();
        Long sum = Flux.range(1, 100)
                .flatMap(i -> reactive.set("k" + i, Integer.toString(i)).then(reactive.get("k" + i)))
                .map(Long::parseLong)
                .reduce(0L, Long::sum)
                .block(LIMIT);
        assertThat(sum).isEqualTo(5_050);
        assertThat(reactive.mget("k1", "nosuch").collectList().block(LIMIT)).hasSize(2);
    }

    @Test
    void runsTransactions() {
        assertThat(commands.multi()).isEqualTo("OK");
        commands.set("k", "1");
        commands.incr("k");
        TransactionResult result = commands.exec();
        assertThat(result.wasDiscarded()).isFalse();
        assertThat(result).containsExactly("OK", 2L);
        commands.watch("k");
        try (var other = client.connect()) {
            other.sync().set("k", "other");
        }
        commands.multi();
        commands.set("k", "mine");
        assertThat(commands.exec().wasDiscarded()).isTrue();
        commands.multi();
        commands.set("k", "mine");
        assertThat(commands.discard()).isEqualTo("OK");
        assertThat(commands.get("k")).isEqualTo("other");
    }

    @Test
    void connectsToADatabaseByNumber() {
        try (var other = client.connect(RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withDatabase(3)
                .withClientName("third")
                .build())) {
            other.sync().set("k", "three");
            assertThat(commands.get("k")).isNull();
            commands.select(3);
            assertThat(commands.get("k")).isEqualTo("three");
        }
    }
}
