package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Jedis' typed methods for hashes and sets, in RESP2 and RESP3. */
class JedisHashesAndSetsTest extends JedisFixture {
    @Test
    void fieldsAreSetAndRead() {
        assertThat(client.hset("h", Map.of("a", "1", "b", "2"))).isEqualTo(2);
        assertThat(client.hset("h", "a", "3")).isZero();
        assertThat(client.hsetnx("h", "a", "4")).isZero();
        assertThat(client.hset("h", Map.of("c", "5"))).isEqualTo(1);
        assertThat(client.hget("h", "a")).isEqualTo("3");
        assertThat(client.hget("h", "none")).isNull();
        assertThat(client.hmget("h", "a", "none", "c")).containsExactly("3", null, "5");
        assertThat(client.hgetAll("h")).isEqualTo(Map.of("a", "3", "b", "2", "c", "5"));
        assertThat(client.hgetAll("none")).isEmpty();
        assertThat(client.hkeys("h")).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(client.hvals("h")).containsExactlyInAnyOrder("3", "2", "5");
        assertThat(client.hlen("h")).isEqualTo(3);
        assertThat(client.hstrlen("h", "a")).isEqualTo(1);
        assertThat(client.hexists("h", "b")).isTrue();
        assertThat(client.hdel("h", "b", "none")).isEqualTo(1);
        assertThat(client.hexists("h", "b")).isFalse();
    }

    @Test
    void fieldsCount() {
        assertThat(client.hincrBy("h", "n", 40)).isEqualTo(40);
        assertThat(client.hincrBy("h", "n", 2)).isEqualTo(42);
        assertThat(client.hincrByFloat("h", "n", 0.5)).isEqualTo(42.5);
        assertThatThrownBy(() -> client.hincrBy("h", "n", 1))
                .isInstanceOf(JedisDataException.class)
                .hasMessage("ERR hash value is not an integer");
    }

    @Test
    void someFieldsAtRandom() {
        client.hset("h", Map.of("a", "1", "b", "2", "c", "3"));
        assertThat(client.hrandfield("h")).isIn("a", "b", "c");
        assertThat(client.hrandfield("h", 2)).hasSize(2).doesNotHaveDuplicates();
        assertThat(client.hrandfield("h", -10)).hasSize(10);
        for (Map.Entry<String, String> pair : client.hrandfieldWithValues("h", 3)) {
            assertThat(pair.getValue()).isEqualTo(client.hget("h", pair.getKey()));
        }
        assertThat(client.hrandfield("none")).isNull();
    }

    @Test
    void aWalkOverALargeHashFindsEveryField() {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            all.put("field " + i, "value " + i);
        }
        client.hset("h", all);
        Map<String, String> found = new HashMap<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<Map.Entry<String, String>> page = client.hscan("h", cursor, new ScanParams().count(100));
            page.getResult().forEach(pair -> found.put(pair.getKey(), pair.getValue()));
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertThat(found).isEqualTo(all);
        assertThat(client.hscan("h", "0", new ScanParams().match("field 2999").count(100_000))
                        .getResult())
                .hasSize(1);
    }

    @Test
    void membersAreAddedAndRemoved() {
        assertThat(client.sadd("s", "a", "b", "a")).isEqualTo(2);
        assertThat(client.smembers("s")).isEqualTo(Set.of("a", "b"));
        assertThat(client.scard("s")).isEqualTo(2);
        assertThat(client.sismember("s", "a")).isTrue();
        assertThat(client.smismember("s", "a", "x")).containsExactly(true, false);
        assertThat(client.srem("s", "a", "x")).isEqualTo(1);
        assertThat(client.smove("s", "t", "b")).isEqualTo(1);
        assertThat(client.exists("s")).isFalse();
        assertThat(client.smembers("t")).containsExactly("b");
    }

    @Test
    void setsTogether() {
        client.sadd("a", "1", "2", "3");
        client.sadd("b", "2", "3", "4");
        assertThat(client.sinter("a", "b")).isEqualTo(Set.of("2", "3"));
        assertThat(client.sunion("a", "b")).isEqualTo(Set.of("1", "2", "3", "4"));
        assertThat(client.sdiff("a", "b")).isEqualTo(Set.of("1"));
        assertThat(client.sintercard("a", "b")).isEqualTo(2);
        assertThat(client.sintercard(1, "a", "b")).isEqualTo(1);
        assertThat(client.sinterstore("d", "a", "b")).isEqualTo(2);
        assertThat(client.sunionstore("d", "a", "b")).isEqualTo(4);
        assertThat(client.sdiffstore("d", "b", "a")).isEqualTo(1);
        assertThat(client.smembers("d")).containsExactly("4");
    }

    @Test
    void someMembersAtRandom() {
        Set<String> all = new TreeSet<>(List.of("a", "b", "c", "d"));
        client.sadd("s", all.toArray(String[]::new));
        assertThat(client.srandmember("s")).isIn(all);
        assertThat(client.srandmember("s", 3)).hasSize(3).doesNotHaveDuplicates();
        assertThat(client.srandmember("s", -9)).hasSize(9).isSubsetOf(all);
        String popped = client.spop("s");
        assertThat(popped).isIn(all);
        all.remove(popped);
        Set<String> more = client.spop("s", 2);
        assertThat(more).hasSize(2).isSubsetOf(all);
        all.removeAll(more);
        assertThat(client.smembers("s")).isEqualTo(all);
        assertThat(client.spop("s", 10)).isEqualTo(all);
        assertThat(client.spop("s")).isNull();
    }

    @Test
    void inATransaction() {
        try (AbstractTransaction transaction = client.multi()) {
            transaction.hset("h", "f", "v");
            transaction.sadd("s", "m");
            Response<Map<String, String>> hash = transaction.hgetAll("h");
            Response<Set<String>> set = transaction.smembers("s");
            transaction.exec();
            assertThat(hash.get()).isEqualTo(Map.of("f", "v"));
            assertThat(set.get()).isEqualTo(Set.of("m"));
        }
    }
}
