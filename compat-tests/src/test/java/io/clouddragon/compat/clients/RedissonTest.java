package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RBucket;
import org.redisson.api.RMap;
import org.redisson.api.RSet;

/**
 * Redisson: what of its buckets, atomic longs, maps, sets and keys needs no script (checked once against a redis-server
 * without EVAL: Redisson retries an unknown command for ever).
 */
class RedissonTest extends RedissonFixture {
    @Test
    void bucketsHoldValues() {
        RBucket<String> bucket = client.getBucket("bucket");
        assertThat(bucket.get()).isNull();
        bucket.set("one");
        assertThat(bucket.get()).isEqualTo("one");
        assertThat(bucket.setIfAbsent("two")).isFalse();
        assertThat(bucket.getAndSet("two")).isEqualTo("one");
        bucket.set("three", Duration.ofSeconds(100));
        assertThat(bucket.remainTimeToLive()).isBetween(98_000L, 100_000L);
        assertThat(bucket.clearExpire()).isTrue();
        assertThat(bucket.delete()).isTrue();
        assertThat(bucket.isExists()).isFalse();
    }

    @Test
    void atomicLongsCount() {
        RAtomicLong counter = client.getAtomicLong("counter");
        assertThat(counter.get()).isZero();
        assertThat(counter.incrementAndGet()).isEqualTo(1);
        assertThat(counter.addAndGet(41)).isEqualTo(42);
        assertThat(counter.decrementAndGet()).isEqualTo(41);
        counter.set(7);
        assertThat(counter.get()).isEqualTo(7);
        assertThat(counter.delete()).isTrue();
    }

    @Test
    void mapsHoldFields() {
        RMap<String, String> map = client.getMap("map");
        assertThat(map.fastPut("a", "1")).isTrue();
        assertThat(map.fastPut("a", "2")).isFalse();
        assertThat(map.fastPutIfAbsent("a", "3")).isFalse();
        assertThat(map.get("a")).isEqualTo("2");
        map.putAll(Map.of("b", "4", "c", "5"));
        assertThat(map.size()).isEqualTo(3);
        assertThat(map.containsKey("b")).isTrue();
        assertThat(map.getAll(Set.of("a", "b", "none"))).isEqualTo(Map.of("a", "2", "b", "4"));
        assertThat(map.readAllMap()).isEqualTo(Map.of("a", "2", "b", "4", "c", "5"));
        assertThat(map.entrySet()).as("by HSCAN").hasSize(3);
        assertThat(map.fastRemove("a", "none")).isEqualTo(1);
        assertThat(map.readAllKeySet()).isEqualTo(Set.of("b", "c"));
        assertThat(map.delete()).isTrue();
    }

    @Test
    void setsHoldMembers() {
        RSet<String> set = client.getSet("set");
        assertThat(set.add("a")).isTrue();
        assertThat(set.add("a")).isFalse();
        assertThat(set.addAll(List.of("b", "c"))).isTrue();
        assertThat(set.contains("b")).isTrue();
        assertThat(set.readAll()).isEqualTo(Set.of("a", "b", "c"));
        assertThat(set.iterator()).as("by SSCAN").toIterable().hasSize(3);
        assertThat(set.random()).isIn("a", "b", "c");
        assertThat(set.move("other", "a")).isTrue();
        assertThat(set.readUnion("other")).isEqualTo(Set.of("a", "b", "c"));
        assertThat(set.readIntersection("other")).isEmpty();
        assertThat(set.union("set", "other")).as("of those named").isEqualTo(3);
        assertThat(set.readDiff("other")).isEqualTo(Set.of("b", "c"));
        assertThat(set.remove("a")).isTrue();
        assertThat(set.removeRandom(5)).isEqualTo(Set.of("b", "c"));
        assertThat(set.isExists()).isFalse();
    }

    @Test
    void keysAreListedAndRemoved() {
        for (int i = 0; i < 50; i++) {
            client.getBucket("key:" + i).set("v");
        }
        assertThat(client.getKeys().count()).isEqualTo(50);
        assertThat(client.getKeys().getKeys()).hasSize(50);
        assertThat(client.getKeys().delete("key:1", "key:2")).isEqualTo(2);
    }
}
