package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RBitSet;
import org.redisson.api.RLexSortedSet;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RScoredSortedSet.Aggregate;
import org.redisson.api.SetIntersectionArgs;
import org.redisson.api.SetUnionArgs;
import org.redisson.client.protocol.ScoredEntry;

/** Redisson's scored and lexical sorted sets, and its bit sets. */
class RedissonSortedSetsTest extends RedissonFixture {
    private RScoredSortedSet<String> set;

    @BeforeEach
    void fill() {
        set = client.getScoredSortedSet("z");
        set.addAll(Map.of("a", 1.0, "b", 2.0, "c", 3.0, "d", 4.0, "e", 5.0));
    }

    private static ScoredEntry<String> entry(double score, String member) {
        return new ScoredEntry<>(score, member);
    }

    @Test
    void membersAreAddedAndRemoved() {
        assertThat(set.add(9, "a")).as("new").isFalse();
        assertThat(set.add(6, "f")).isTrue();
        assertThat(set.addIfAbsent(1, "a")).isFalse();
        assertThat(set.addIfExists(1, "x")).isFalse();
        assertThat(set.addIfGreater(8, "a")).isFalse();
        assertThat(set.addIfLess(1, "a")).isTrue();
        assertThat(set.addAllIfGreater(Map.of("a", 0.5, "b", 2.5))).isEqualTo(1);
        assertThat(set.addScore("b", -0.5)).isEqualTo(2);
        assertThat(set.addScoreAndGetRank("a", 1.5)).isEqualTo(1);
        assertThat(set.addScoreAndGetRevRank("f", 1)).isZero();
        assertThat(set.addAndGetRank(1, "a")).isZero();
        assertThat(set.getScore("f")).isEqualTo(7);
        assertThat(set.getScore(List.of("a", "x"))).containsExactly(1.0, null);
        assertThat(set.contains("x")).isFalse();
        assertThat(set.containsAll(List.of("a", "b"))).isTrue();
        assertThat(set.replace("f", "g")).isTrue();
        assertThat(set.remove("g")).isTrue();
        assertThat(set.removeAll(List.of("a", "x"))).isTrue();
        assertThat(set.removeRangeByRank(-1, -1)).isEqualTo(1);
        assertThat(set.removeRangeByScore(2, false, 3, true)).isEqualTo(1);
        assertThat(set.retainAll(List.of("b"))).isTrue();
        assertThat(set.readAll()).containsExactly("b");
    }

    @Test
    void rangesAndRanks() {
        assertThat(set.size()).isEqualTo(5);
        assertThat(set.first()).isEqualTo("a");
        assertThat(set.lastEntry()).isEqualTo(entry(5, "e"));
        assertThat(set.firstScore()).isEqualTo(1);
        assertThat(set.rank("c")).isEqualTo(2);
        assertThat(set.rank("x")).isNull();
        assertThat(set.revRank("e")).isZero();
        assertThat(set.count(2, false, 4, true)).isEqualTo(2);
        assertThat(set.valueRange(1, 2)).containsExactly("b", "c");
        assertThat(set.valueRangeReversed(0, 1)).containsExactly("e", "d");
        assertThat(set.valueRange(2, true, Double.POSITIVE_INFINITY, true, 1, 2))
                .containsExactly("c", "d");
        assertThat(set.entryRange(4, true, 5, false)).containsExactly(entry(4, "d"));
        assertThat(set.entryRangeReversed(0, 0)).containsExactly(entry(5, "e"));
        assertThat(set.rangeTo("d", 1, 2)).isEqualTo(2);
        assertThat(set.revRangeTo("d", 3, true, 1, true)).isEqualTo(3);
        assertThat(set.random(3)).hasSize(3).isSubsetOf(set.readAll());
        assertThat(set.randomEntries(9)).containsEntry("e", 5.0).hasSize(5);
    }

    @Test
    void membersAreTaken() {
        assertThat(set.pollFirst()).isEqualTo("a");
        assertThat(set.pollLastEntry()).isEqualTo(entry(5, "e"));
        assertThat(set.pollFirst(2)).containsExactly("b", "c");
        assertThat(set.pollLastFromAny(2, "none")).containsExactly("d");
        assertThat(set.isExists()).isFalse();
        assertThat(set.pollFirst()).isNull();
        assertThat(late(() -> set.pollFirst(Duration.ofSeconds(20)))).isEqualTo("late");
        assertThat(late(() -> set.pollLast(Duration.ofSeconds(20), 3))).containsExactly("late");
        assertThat(late(set::takeLast)).isEqualTo("late");
    }

    private <T> T late(Supplier<T> call) {
        return server.blockedUntil(() -> set.add(7, "late"), call);
    }

    @Test
    void setsTogether() {
        RScoredSortedSet<String> other = client.getScoredSortedSet("other");
        other.addAll(Map.of("a", 10.0, "x", 20.0));
        assertThat(set.readUnion(SetUnionArgs.names("other"))).hasSize(6).contains("x");
        assertThat(set.readIntersection(SetIntersectionArgs.names("other"))).containsExactly("a");
        assertThat(set.countIntersection("other")).isEqualTo(1);
        assertThat(set.readDiff("other")).containsExactly("b", "c", "d", "e");
        RScoredSortedSet<String> target = client.getScoredSortedSet("target");
        assertThat(target.union(
                        SetUnionArgs.names("z", "other").weights(2.0, 1.0).aggregate(Aggregate.MAX)))
                .isEqualTo(6);
        assertThat(target.getScore("b")).isEqualTo(4);
        assertThat(target.intersection(SetIntersectionArgs.names("z", "other"))).isEqualTo(1);
        assertThat(target.firstEntry()).isEqualTo(entry(11, "a"));
        assertThat(target.diff("other", "z")).isEqualTo(1);
        assertThat(target.readAll()).containsExactly("x");
    }

    @Test
    void aWalkOverALargeOneFindsEveryMember() {
        Map<String, Double> all = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            all.put("member " + i, i / 4.0);
        }
        RScoredSortedSet<String> large = client.getScoredSortedSet("large");
        large.addAll(all);
        Map<String, Double> found = new HashMap<>();
        large.entryIterator(100).forEachRemaining(entry -> found.put(entry.getValue(), entry.getScore()));
        assertThat(found).isEqualTo(all);
    }

    @Test
    void membersInTheOrderOfTheirNames() {
        RLexSortedSet names = client.getLexSortedSet("names");
        assertThat(names.addAll(List.of("c", "a", "b"))).isTrue();
        assertThat(names.range("a", false, "c", true)).containsExactly("b", "c");
        assertThat(names.rangeHead("b", true)).containsExactly("a", "b");
        assertThat(names.rangeTailReversed("b", true)).containsExactly("c", "b");
        assertThat(names.count("a", true, "b", true)).isEqualTo(2);
        assertThat(names.removeRangeHead("b", true)).isEqualTo(2);
        assertThat(names.readAll()).containsExactly("c");
    }

    @Test
    void bitSets() {
        RBitSet bits = client.getBitSet("bits");
        assertThat(bits.set(3)).isFalse();
        assertThat(bits.set(3)).isTrue();
        bits.set(8, 12);
        assertThat(bits.get(9)).isTrue();
        assertThat(bits.get(3L, 4L)).containsExactly(true, false);
        assertThat(bits.cardinality()).isEqualTo(5);
        assertThat(bits.length()).isEqualTo(12);
        assertThat(bits.asBitSet().stream()).containsExactly(3, 8, 9, 10, 11);
        client.getBitSet("other").set(3, 9);
        bits.and("other");
        assertThat(bits.asBitSet().stream()).containsExactly(3, 8);
        assertThat(bits.incrementAndGetUnsigned(8, 16, 200)).isEqualTo(200);
        assertThat(bits.incrementAndGetUnsigned(8, 16, 100)).isEqualTo(44);
        assertThat(bits.setSigned(5, 40, -3)).isZero();
        assertThat(bits.getSigned(5, 40)).isEqualTo(-3);
    }
}
