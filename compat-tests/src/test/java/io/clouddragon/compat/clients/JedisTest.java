package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static redis.clients.jedis.params.GetExParams.getExParams;
import static redis.clients.jedis.params.SetParams.setParams;

import io.clouddragon.compat.harness.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.ExpiryOption;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.LCSParams;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.util.CompareCondition;

/** Jedis' pooled client: strings, keys, pipelines and transactions, in RESP2 and RESP3. */
class JedisTest extends JedisFixture {
    private static final long YEAR_2100_SECONDS = 4_102_444_800L;

    @Test
    void setsAndGets() {
        assertThat(client.ping()).isEqualTo("PONG");
        assertThat(client.echo("hello")).isEqualTo("hello");
        assertThat(client.set("k", "v")).isEqualTo("OK");
        assertThat(client.get("k")).isEqualTo("v");
        assertThat(client.get("nosuch")).isNull();
        byte[] binary = {0, 13, 10, -1};
        assertThat(client.set(binary, binary)).isEqualTo("OK");
        assertThat(client.get(binary)).isEqualTo(binary);
    }

    @Test
    void setTakesEveryOption() {
        assertThat(client.set("k", "a", setParams().nx())).isEqualTo("OK");
        assertThat(client.set("k", "b", setParams().nx())).isNull();
        assertThat(client.set("k", "b", setParams().xx().ex(100))).isEqualTo("OK");
        assertThat(client.ttl("k")).isBetween(98L, 100L);
        assertThat(client.set("k", "c", setParams().keepTtl())).isEqualTo("OK");
        assertThat(client.ttl("k")).isBetween(98L, 100L);
        assertThat(client.set("k", "c", setParams().px(50_000))).isEqualTo("OK");
        assertThat(client.pttl("k")).isBetween(48_000L, 50_000L);
        assertThat(client.set("k", "c", setParams().exAt(YEAR_2100_SECONDS))).isEqualTo("OK");
        assertThat(client.expireTime("k")).isEqualTo(YEAR_2100_SECONDS);
        assertThat(client.set("k", "c", setParams().pxAt(YEAR_2100_SECONDS * 1000 + 5)))
                .isEqualTo("OK");
        assertThat(client.pexpireTime("k")).isEqualTo(YEAR_2100_SECONDS * 1000 + 5);
        assertThat(client.setGet("k", "d")).isEqualTo("c");
        assertThat(client.setGet("k", "e", setParams().xx())).isEqualTo("d");
        assertThat(client.ttl("k")).isEqualTo(-1);
    }

    @Test
    void comparesAndSets() {
        Target.requireDragon();
        client.set("k", "a");
        assertThat(client.set("k", "b", setParams().condition(CompareCondition.valueEq("nope"))))
                .isNull();
        assertThat(client.set("k", "b", setParams().condition(CompareCondition.valueEq("a"))))
                .isEqualTo("OK");
        assertThat(client.set("k", "c", setParams().condition(CompareCondition.valueNe("a"))))
                .isEqualTo("OK");
        assertThat(client.delex("k", CompareCondition.valueEq("b"))).isZero();
        assertThat(client.delex("k", CompareCondition.valueEq("c"))).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("deprecation") // SETNX, SETEX and the like are deprecated, and in use.
    void readsAndChangesStrings() {
        assertThat(client.mset("a", "1", "b", "2")).isEqualTo("OK");
        assertThat(client.mget("a", "nosuch", "b")).containsExactly("1", null, "2");
        assertThat(client.msetnx("b", "x", "c", "x")).isZero();
        assertThat(client.append("a", "23")).isEqualTo(3);
        assertThat(client.strlen("a")).isEqualTo(3);
        assertThat(client.getrange("a", 1, -1)).isEqualTo("23");
        assertThat(client.substr("a", 0, 0)).isEqualTo("1");
        assertThat(client.setrange("a", 5, "x")).isEqualTo(6);
        assertThat(client.setnx("a", "y")).isZero();
        assertThat(client.setex("s", 100, "v")).isEqualTo("OK");
        assertThat(client.psetex("s", 100_000, "v")).isEqualTo("OK");
        assertThat(client.getEx("s", getExParams().persist())).isEqualTo("v");
        assertThat(client.ttl("s")).isEqualTo(-1);
        assertThat(client.getEx("s", getExParams().ex(50))).isEqualTo("v");
        assertThat(client.ttl("s")).isBetween(48L, 50L);
        assertThat(client.setGet("s", "w")).isEqualTo("v");
        assertThat(client.getDel("s")).isEqualTo("w");
        assertThat(client.exists("s")).isFalse();
    }

    @Test
    void counts() {
        assertThat(client.incr("n")).isEqualTo(1);
        assertThat(client.incrBy("n", 41)).isEqualTo(42);
        assertThat(client.decr("n")).isEqualTo(41);
        assertThat(client.decrBy("n", 40)).isEqualTo(1);
        assertThat(client.incrByFloat("n", 0.5)).isEqualTo(1.5);
        client.set("n", Long.toString(Long.MAX_VALUE));
        assertThatThrownBy(() -> client.incr("n"))
                .isInstanceOf(JedisDataException.class)
                .hasMessage("ERR increment or decrement would overflow");
    }

    @Test
    void findsCommonSubsequences() {
        client.mset("x", "ohmytext", "y", "mynewtext");
        assertThat(client.lcs("x", "y", new LCSParams()).getMatchString()).isEqualTo("mytext");
        assertThat(client.lcs("x", "y", new LCSParams().len()).getLen()).isEqualTo(6);
        var matches = client.lcs("x", "y", new LCSParams().idx().minMatchLen(4).withMatchLen());
        assertThat(matches.getLen()).isEqualTo(6);
        assertThat(matches.getMatches()).singleElement().satisfies(match -> {
            assertThat(match.getA().getStart()).isEqualTo(4);
            assertThat(match.getB().getEnd()).isEqualTo(8);
            assertThat(match.getMatchLen()).isEqualTo(4);
        });
    }

    @Test
    void managesKeys() {
        client.mset("a", "1", "b", "2", "c", "3");
        assertThat(client.exists("a", "b", "nosuch")).isEqualTo(2);
        assertThat(client.type("a")).isEqualTo("string");
        assertThat(client.del("a")).isEqualTo(1);
        assertThat(client.unlink("b", "nosuch")).isEqualTo(1);
        assertThat(client.rename("c", "d")).isEqualTo("OK");
        assertThat(client.renamenx("d", "e")).isEqualTo(1);
        assertThat(client.copy("e", "f", false)).isTrue();
        assertThat(client.copy("e", "f", false)).isFalse();
        assertThat(client.copy("e", "f", true)).isTrue();
        assertThat(client.touch("e", "f", "nosuch")).isEqualTo(2);
        assertThat(client.keys("*")).containsExactlyInAnyOrder("e", "f");
        assertThat(client.randomKey()).isIn("e", "f");
        assertThat(client.dbSize()).isEqualTo(2);
        assertThat(client.objectEncoding("e")).isEqualTo("int");
        assertThat(client.objectRefcount("e")).isPositive();
        assertThat(client.objectIdletime("e")).isBetween(0L, 5L);
        assertThat(client.memoryUsage("e")).isPositive();
        assertThatThrownBy(() -> client.rename("nosuch", "x")).hasMessage("ERR no such key");
    }

    @Test
    void managesDeadlines() {
        client.set("k", "v");
        assertThat(client.expire("k", 100, ExpiryOption.XX)).isZero();
        assertThat(client.expire("k", 100, ExpiryOption.NX)).isEqualTo(1);
        assertThat(client.expire("k", 50, ExpiryOption.GT)).isZero();
        assertThat(client.pexpire("k", 50_000, ExpiryOption.LT)).isEqualTo(1);
        assertThat(client.expireAt("k", YEAR_2100_SECONDS)).isEqualTo(1);
        assertThat(client.expireTime("k")).isEqualTo(YEAR_2100_SECONDS);
        assertThat(client.pexpireTime("k")).isEqualTo(YEAR_2100_SECONDS * 1000);
        assertThat(client.persist("k")).isEqualTo(1);
        assertThat(client.ttl("k")).isEqualTo(-1);
        assertThat(client.ttl("nosuch")).isEqualTo(-2);
    }

    @Test
    void scansEveryKeyOnce() {
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            client.set("key:" + i, "v");
            expected.add("key:" + i);
        }
        client.set("other", "v");
        Set<String> found = new TreeSet<>();
        ScanParams params = new ScanParams().match("key:*").count(50);
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            var page = client.scan(cursor, params, "string");
            found.addAll(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void pipelines() {
        try (var pipeline = client.pipelined()) {
            List<Response<Long>> responses = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                responses.add(pipeline.incr("n"));
            }
            Response<String> last = pipeline.get("n");
            pipeline.sync();
            assertThat(responses.get(999).get()).isEqualTo(1000);
            assertThat(last.get()).isEqualTo("1000");
        }
    }

    @Test
    void runsTransactions() {
        try (AbstractTransaction transaction = client.multi()) {
            Response<String> set = transaction.set("k", "1");
            Response<Long> incremented = transaction.incr("k");
            assertThat(transaction.exec()).containsExactly("OK", 2L);
            assertThat(set.get()).isEqualTo("OK");
            assertThat(incremented.get()).isEqualTo(2);
        }
        try (AbstractTransaction transaction = client.multi()) {
            transaction.set("k", "discarded");
            assertThat(transaction.discard()).isEqualTo("OK");
        }
        assertThat(client.get("k")).isEqualTo("2");
    }

    @Test
    void aWatchedChangeFailsTheTransaction() {
        client.set("k", "1");
        try (AbstractTransaction transaction = client.transaction(false)) {
            transaction.watch("k");
            client.set("k", "2");
            transaction.multi();
            transaction.set("k", "3");
            assertThat(transaction.exec()).isNull();
        }
        assertThat(client.get("k")).isEqualTo("2");
    }

    @Test
    void manyThreadsShareThePool() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Void> work = () -> {
                for (int i = 0; i < 200; i++) {
                    client.incr("shared");
                }
                return null;
            };
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(8, work))) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(client.get("shared")).isEqualTo("1600");
    }
}
