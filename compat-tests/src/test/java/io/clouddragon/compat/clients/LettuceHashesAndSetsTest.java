package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KeyValue;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScanStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lettuce's typed methods for hashes and sets, in RESP2 and RESP3. */
class LettuceHashesAndSetsTest extends LettuceFixture {

    @Test
    void hashes() {
        assertThat(commands.hset("h", Map.of("a", "1", "b", "2"))).isEqualTo(2);
        assertThat(commands.hset("h", "a", "3")).isFalse();
        assertThat(commands.hsetnx("h", "c", "5")).isTrue();
        assertThat(commands.hset("h", "d", "7")).isTrue();
        assertThat(commands.hget("h", "a")).isEqualTo("3");
        assertThat(commands.hmget("h", "a", "none")).containsExactly(KeyValue.just("a", "3"), KeyValue.empty("none"));
        assertThat(commands.hgetall("h")).isEqualTo(Map.of("a", "3", "b", "2", "c", "5", "d", "7"));
        assertThat(commands.hkeys("h")).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(commands.hvals("h")).containsExactlyInAnyOrder("3", "2", "5", "7");
        assertThat(commands.hlen("h")).isEqualTo(4);
        assertThat(commands.hstrlen("h", "a")).isEqualTo(1);
        assertThat(commands.hexists("h", "none")).isFalse();
        assertThat(commands.hdel("h", "c", "d", "none")).isEqualTo(2);
        assertThat(commands.hincrby("h", "a", 4)).isEqualTo(7);
        assertThat(commands.hincrbyfloat("h", "a", 0.25)).isEqualTo(7.25);
        assertThat(commands.hrandfield("h", 10)).containsExactlyInAnyOrder("a", "b");
        assertThat(commands.hrandfieldWithvalues("h", 10))
                .containsExactlyInAnyOrder(KeyValue.just("a", "7.25"), KeyValue.just("b", "2"));
        assertThat(commands.hrandfieldWithvalues("h").getKey()).isIn("a", "b");
    }

    @Test
    void sets() {
        assertThat(commands.sadd("a", "1", "2", "3")).isEqualTo(3);
        assertThat(commands.sadd("b", "2", "3", "4")).isEqualTo(3);
        assertThat(commands.smembers("a")).isEqualTo(Set.of("1", "2", "3"));
        assertThat(commands.scard("a")).isEqualTo(3);
        assertThat(commands.sismember("a", "1")).isTrue();
        assertThat(commands.smismember("a", "1", "4")).containsExactly(true, false);
        assertThat(commands.sinter("a", "b")).isEqualTo(Set.of("2", "3"));
        assertThat(commands.sunion("a", "b")).hasSize(4);
        assertThat(commands.sdiff("a", "b")).isEqualTo(Set.of("1"));
        assertThat(commands.sintercard("a", "b")).isEqualTo(2);
        assertThat(commands.sintercard(1, "a", "b")).isEqualTo(1);
        assertThat(commands.sinterstore("d", "a", "b")).isEqualTo(2);
        assertThat(commands.sunionstore("d", "a", "b")).isEqualTo(4);
        assertThat(commands.sdiffstore("d", "a", "b")).isEqualTo(1);
        assertThat(commands.smove("a", "d", "2")).isTrue();
        assertThat(commands.smembers("d")).isEqualTo(Set.of("1", "2"));
        assertThat(commands.srem("d", "1", "9")).isEqualTo(1);
        assertThat(commands.srandmember("b", 2)).hasSize(2).doesNotHaveDuplicates();
        assertThat(commands.srandmember("b")).isIn("2", "3", "4");
        assertThat(commands.spop("b")).isIn("2", "3", "4");
        assertThat(commands.spop("b", 5)).hasSize(2);
        assertThat(commands.exists("b")).isZero();
    }

    @Test
    void walksOverLargeOnes() {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            all.put("field " + i, "value " + i);
        }
        commands.hset("h", all);
        commands.sadd("s", all.keySet().toArray(String[]::new));
        Map<String, String> found = new HashMap<>();
        MapScanCursor<String, String> page = null;
        do {
            page = page == null ? commands.hscan("h") : commands.hscan("h", ScanCursor.of(page.getCursor()));
            found.putAll(page.getMap());
        } while (!page.isFinished());
        assertThat(found).isEqualTo(all);
        assertThat(ScanStream.sscan(connection.reactive(), "s", ScanArgs.Builder.limit(200))
                        .distinct()
                        .count()
                        .block(LIMIT))
                .isEqualTo(all.size());
    }
}
