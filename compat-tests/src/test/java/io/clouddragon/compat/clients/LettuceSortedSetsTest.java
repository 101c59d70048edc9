package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.Target;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import io.lettuce.core.ZAddArgs;
import io.lettuce.core.ZAggregateArgs;
import io.lettuce.core.ZPopArgs;
import io.lettuce.core.ZStoreArgs;
import io.lettuce.core.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Lettuce's typed methods for sorted sets. */
class LettuceSortedSetsTest extends LettuceFixture {
    /** Members a to e with the scores 1 to 5. */
    private void fill(String key) {
        commands.zadd(key, 1.0, "a", 2.0, "b", 3.0, "c", 4.0, "d", 5.0, "e");
    }

    /** Members a to e with one score. */
    private void fillEqual(String key) {
        commands.zadd(key, 0.0, "a", 0.0, "b", 0.0, "c", 0.0, "d", 0.0, "e");
    }

    private static ScoredValue<String> scored(double score, String member) {
        return ScoredValue.just(score, member);
    }

    @Test
    void membersAreAddedWithEveryOption() {
        assertThat(commands.zadd("z", 1, "a")).isEqualTo(1);
        assertThat(commands.zadd("z", 2.0, "a", 3.0, "b")).isEqualTo(1);
        assertThat(commands.zadd("z", ZAddArgs.Builder.nx(), 9, "a")).isZero();
        assertThat(commands.zadd("z", ZAddArgs.Builder.xx(), 9, "x")).isZero();
        assertThat(commands.zadd("z", ZAddArgs.Builder.gt().ch(), 5.0, "a", 1.0, "b"))
                .isEqualTo(1);
        assertThat(commands.zadd("z", ZAddArgs.Builder.lt().ch(), 4, "a")).isEqualTo(1);
        assertThat(commands.zadd("z", ZAddArgs.Builder.ch(), 4, "a")).isZero();
        assertThat(commands.zaddincr("z", 0.5, "a")).isEqualTo(4.5);
        assertThat(commands.zaddincr("z", ZAddArgs.Builder.nx(), 1, "a")).isNull();
        assertThat(commands.zincrby("z", Double.POSITIVE_INFINITY, "b")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(commands.zscore("z", "a")).isEqualTo(4.5);
        assertThat(commands.zscore("z", "x")).isNull();
        assertThat(commands.zmscore("z", "a", "x", "b")).containsExactly(4.5, null, Double.POSITIVE_INFINITY);
    }

    @Test
    void membersAreCountedRankedAndRemoved() {
        fill("z");
        fillEqual("same");
        assertThat(commands.zcard("z")).isEqualTo(5);
        assertThat(commands.zcount("z", Range.from(Range.Boundary.excluding(2), Range.Boundary.including(4))))
                .isEqualTo(2);
        assertThat(commands.zlexcount("same", Range.create("b", "d"))).isEqualTo(3);
        assertThat(commands.zrank("z", "c")).isEqualTo(2);
        assertThat(commands.zrevrank("z", "e")).isZero();
        assertThat(commands.zrank("z", "x")).isNull();
        assertThat(commands.zrem("z", "a", "x")).isEqualTo(1);
        assertThat(commands.zremrangebyrank("z", -1, -1)).isEqualTo(1);
        assertThat(commands.zremrangebyscore("z", Range.create(2, 3))).isEqualTo(2);
        assertThat(commands.zremrangebylex("same", Range.create("b", "e"))).isEqualTo(4);
        assertThat(commands.zrange("z", 0, -1)).containsExactly("d");
        assertThat(commands.zrange("same", 0, -1)).containsExactly("a");
    }

    @Test
    void ranksComeWithScores() {
        Target.requireDragon();
        Assumptions.assumeTrue(protocol == ProtocolVersion.RESP3, "Lettuce 7.7 does not read this reply in RESP2");
        fill("z");
        assertThat(commands.zrankWithScore("z", "c")).isEqualTo(ScoredValue.just(3.0, 2L));
        assertThat(commands.zrevrankWithScore("z", "c")).isEqualTo(ScoredValue.just(3.0, 2L));
        assertThat(commands.zrankWithScore("z", "x"))
                .satisfiesAnyOf(
                        rank -> assertThat(rank).isNull(),
                        rank -> assertThat(rank.hasValue()).isFalse());
    }

    @Test
    void ranges() {
        fill("z");
        fillEqual("same");
        assertThat(commands.zrange("z", 1, 2)).containsExactly("b", "c");
        assertThat(commands.zrangeWithScores("z", -1, -1)).containsExactly(scored(5, "e"));
        assertThat(commands.zrevrange("z", 0, 1)).containsExactly("e", "d");
        assertThat(commands.zrevrangeWithScores("z", 4, 9)).containsExactly(scored(1, "a"));
        assertThat(commands.zrangebyscore("z", Range.create(2, 9), Limit.create(1, 2)))
                .containsExactly("c", "d");
        assertThat(commands.zrangebyscoreWithScores("z", Range.create(5, 5))).containsExactly(scored(5, "e"));
        assertThat(commands.zrevrangebyscore("z", Range.<Integer>unbounded().lt(3)))
                .containsExactly("b", "a");
        assertThat(commands.zrevrangebyscoreWithScores("z", Range.create(1, 5), Limit.create(4, 1)))
                .containsExactly(scored(1, "a"));
        assertThat(commands.zrangebylex("same", Range.<String>unbounded().lt("c")))
                .containsExactly("a", "b");
        assertThat(commands.zrevrangebylex("same", Range.create("b", "e"), Limit.create(1, 2)))
                .containsExactly("d", "c");
        List<String> streamed = new ArrayList<>();
        assertThat(commands.zrange(streamed::add, "z", 0, -1)).isEqualTo(5);
        assertThat(streamed).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void rangesAreStored() {
        fill("z");
        fillEqual("same");
        assertThat(commands.zrangestore("d", "z", Range.create(1L, 2L))).isEqualTo(2);
        assertThat(commands.zrange("d", 0, -1)).containsExactly("b", "c");
        assertThat(commands.zrevrangestore("d", "z", Range.create(0L, 1L))).isEqualTo(2);
        assertThat(commands.zrange("d", 0, -1)).containsExactly("d", "e");
        assertThat(commands.zrangestorebyscore("d", "z", Range.create(2, 4), Limit.create(0, 1)))
                .isEqualTo(1);
        assertThat(commands.zrangeWithScores("d", 0, -1)).containsExactly(scored(2, "b"));
        assertThat(commands.zrevrangestorebyscore("d", "z", Range.create(2, 4), Limit.create(0, 1)))
                .isEqualTo(1);
        assertThat(commands.zrange("d", 0, -1)).containsExactly("d");
        assertThat(commands.zrangestorebylex("d", "same", Range.create("b", "d"), Limit.create(0, 2)))
                .isEqualTo(2);
        assertThat(commands.zrange("d", 0, -1)).containsExactly("b", "c");
        assertThat(commands.zrevrangestorebylex("d", "same", Range.create("b", "d"), Limit.create(0, 2)))
                .isEqualTo(2);
        assertThat(commands.zrange("d", 0, -1)).containsExactly("c", "d");
    }

    @Test
    void membersArePopped() {
        fill("z");
        assertThat(commands.zpopmin("z")).isEqualTo(scored(1, "a"));
        assertThat(commands.zpopmax("z", 2)).containsExactly(scored(5, "e"), scored(4, "d"));
        assertThat(commands.zmpop(ZPopArgs.Builder.max(), "none", "z")).isEqualTo(KeyValue.just("z", scored(3, "c")));
        assertThat(commands.zmpop(9, ZPopArgs.Builder.min(), "z").getValue()).containsExactly(scored(2, "b"));
        assertThat(commands.exists("z")).isZero();
        assertThat(commands.zpopmax("z", 3)).isEmpty();
        fill("z");
        assertThat(commands.bzpopmin(1.0, "none", "z")).isEqualTo(KeyValue.just("z", scored(1, "a")));
        assertThat(commands.bzpopmax(1, "z")).isEqualTo(KeyValue.just("z", scored(5, "e")));
        assertThat(commands.bzmpop(1.0, 2, ZPopArgs.Builder.max(), "z").getValue())
                .containsExactly(scored(4, "d"), scored(3, "c"));
        assertThat(commands.bzpopmin(0.02, "none")).isNull();
    }

    @Test
    void poppingWaitsForAMember() {
        KeyValue<String, ScoredValue<String>> late = KeyValue.just("q", scored(7, "late"));
        assertThat(waiting(() -> commands.bzpopmin(20.0, "none", "q"))).isEqualTo(late);
        assertThat(waiting(() -> commands.bzpopmax(20.0, "q"))).isEqualTo(late);
        assertThat(waiting(() -> commands.bzmpop(20.0, ZPopArgs.Builder.min(), "q")))
                .isEqualTo(late);
    }

    private <T> T waiting(Supplier<T> call) {
        try (var other = client.connect()) {
            return server.blockedUntil(() -> other.sync().zadd("q", 7, "late"), call);
        }
    }

    @Test
    void sortedSetsTogether() {
        commands.zadd("a", 1.0, "x", 2.0, "y");
        commands.zadd("b", 10.0, "y", 20.0, "z");
        ZAggregateArgs weighted = ZAggregateArgs.Builder.weights(2, 3).max();
        assertThat(commands.zunion("a", "b")).containsExactly("x", "y", "z");
        assertThat(commands.zunion(weighted, "a", "b")).containsExactly("x", "y", "z");
        assertThat(commands.zunionWithScores(weighted, "a", "b"))
                .containsExactly(scored(2, "x"), scored(30, "y"), scored(60, "z"));
        assertThat(commands.zinter("a", "b")).containsExactly("y");
        assertThat(commands.zinterWithScores("a", "b")).containsExactly(scored(12, "y"));
        assertThat(commands.zinterWithScores(ZAggregateArgs.Builder.min(), "a", "b"))
                .containsExactly(scored(2, "y"));
        assertThat(commands.zdiff("a", "b")).containsExactly("x");
        assertThat(commands.zdiffWithScores("b", "a")).containsExactly(scored(20, "z"));
        assertThat(commands.zintercard("a", "b")).isEqualTo(1);
        assertThat(commands.zintercard(1, "a", "a")).isEqualTo(1);
        assertThat(commands.zunionstore("d", "a", "b")).isEqualTo(3);
        assertThat(commands.zunionstore("d", ZStoreArgs.Builder.weights(2, 3).min(), "a", "b"))
                .isEqualTo(3);
        assertThat(commands.zscore("d", "y")).isEqualTo(4);
        assertThat(commands.zinterstore("d", "a", "b")).isEqualTo(1);
        assertThat(commands.zinterstore("d", ZStoreArgs.Builder.max(), "a", "b"))
                .isEqualTo(1);
        assertThat(commands.zrangeWithScores("d", 0, -1)).containsExactly(scored(10, "y"));
        assertThat(commands.zdiffstore("d", "a", "b")).isEqualTo(1);
        assertThat(commands.zrangeWithScores("d", 0, -1)).containsExactly(scored(1, "x"));
    }

    @Test
    void someMembersAtRandom() {
        fill("z");
        assertThat(commands.zrandmember("z")).isIn("a", "b", "c", "d", "e");
        assertThat(commands.zrandmember("z", 3)).hasSize(3).doesNotHaveDuplicates();
        assertThat(commands.zrandmember("z", -9)).hasSize(9);
        assertThat(commands.zrandmemberWithScores("z", 9))
                .containsExactlyInAnyOrderElementsOf(commands.zrangeWithScores("z", 0, -1));
        assertThat(commands.zrandmemberWithScores("z").getScore()).isBetween(1.0, 5.0);
    }

    @Test
    void aWalkOverALargeOneFindsEveryMember() {
        Map<String, Double> all = new HashMap<>();
        List<Object> arguments = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            all.put("member " + i, i / 4.0);
            arguments.add(i / 4.0);
            arguments.add("member " + i);
        }
        commands.zadd("z", arguments.toArray());
        Map<String, Double> found = new HashMap<>();
        ScoredValueScanCursor<String> page = null;
        do {
            page = page == null
                    ? commands.zscan("z")
                    : commands.zscan("z", ScanCursor.of(page.getCursor()), ScanArgs.Builder.limit(100));
            page.getValues().forEach(pair -> found.put(pair.getValue(), pair.getScore()));
        } while (!page.isFinished());
        assertThat(found).isEqualTo(all);
    }
}
