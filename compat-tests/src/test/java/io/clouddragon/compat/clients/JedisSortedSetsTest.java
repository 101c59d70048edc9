package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static redis.clients.jedis.params.ZAddParams.zAddParams;
import static redis.clients.jedis.params.ZRangeParams.zrangeByLexParams;
import static redis.clients.jedis.params.ZRangeParams.zrangeByScoreParams;
import static redis.clients.jedis.params.ZRangeParams.zrangeParams;

import io.clouddragon.compat.harness.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.SortedSetOption;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.ZIncrByParams;
import redis.clients.jedis.params.ZParams;
import redis.clients.jedis.params.ZParams.Aggregate;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;
import redis.clients.jedis.util.KeyValue;

/** Jedis' typed methods for sorted sets. */
class JedisSortedSetsTest extends JedisFixture {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    /** Members a to e with the scores 1 to 5. */
    private void fill(String key) {
        client.zadd(key, Map.of("a", 1.0, "b", 2.0, "c", 3.0, "d", 4.0, "e", 5.0));
    }

    /** Members a to e with one score. */
    private void fillEqual(String key) {
        client.zadd(key, Map.of("a", 0.0, "b", 0.0, "c", 0.0, "d", 0.0, "e", 0.0));
    }

    private static Tuple tuple(String member, double score) {
        return new Tuple(member, score);
    }

    @Test
    void membersAreAddedWithEveryOption() {
        assertThat(client.zadd("z", 1, "a")).isEqualTo(1);
        assertThat(client.zadd("z", Map.of("a", 2.0, "b", 3.0))).isEqualTo(1);
        assertThat(client.zadd("z", 9, "a", zAddParams().nx())).isZero();
        assertThat(client.zadd("z", 9, "x", zAddParams().xx())).isZero();
        assertThat(client.zadd("z", 1, "a", zAddParams().gt())).isZero();
        assertThat(client.zscore("z", "a")).isEqualTo(2);
        assertThat(client.zadd(
                        "z", Map.of("a", 5.0, "b", 1.0), zAddParams().gt().ch()))
                .isEqualTo(1);
        assertThat(client.zadd("z", 4, "a", zAddParams().lt().ch())).isEqualTo(1);
        assertThat(client.zadd("z", 9, "c", zAddParams().xx().lt().ch())).isZero();
        assertThat(client.zaddIncr("z", 0.5, "a", zAddParams())).isEqualTo(4.5);
        assertThat(client.zaddIncr("z", 1, "a", zAddParams().nx())).isNull();
        assertThat(client.zaddIncr("z", 1, "x", zAddParams().xx())).isNull();
        assertThat(client.zincrby("z", -INFINITE, "a")).isEqualTo(-INFINITE);
        assertThat(client.zincrby("z", 1, "n", new ZIncrByParams().nx())).isEqualTo(1);
        assertThat(client.zincrby("z", 1, "n", new ZIncrByParams().xx())).isEqualTo(2);
        assertThatThrownBy(() -> client.zincrby("z", INFINITE, "a"))
                .isInstanceOf(JedisDataException.class)
                .hasMessage("ERR resulting score is not a number (NaN)");
        assertThatThrownBy(() -> client.zadd("z", 1, "a", zAddParams().nx().gt()))
                .hasMessage("ERR GT, LT, and/or NX options at the same time are not compatible");
        assertThat(client.zmscore("z", "a", "x", "b", "n")).containsExactly(-INFINITE, null, 3.0, 2.0);
    }

    @Test
    void membersAreCountedRankedAndRemoved() {
        fill("z");
        assertThat(client.zcard("z")).isEqualTo(5);
        assertThat(client.zcount("z", 2, 4)).isEqualTo(3);
        assertThat(client.zcount("z", "(2", "+inf")).isEqualTo(3);
        assertThat(client.zlexcount("z", "-", "+")).isEqualTo(5);
        assertThat(client.zrank("z", "c")).isEqualTo(2);
        assertThat(client.zrevrank("z", "e")).isZero();
        assertThat(client.zrank("z", "x")).isNull();
        assertThat(client.zscore("z", "x")).isNull();
        assertThat(client.zrem("z", "a", "x")).isEqualTo(1);
        assertThat(client.zremrangeByRank("z", -1, -1)).isEqualTo(1);
        assertThat(client.zremrangeByScore("z", 2, 2)).isEqualTo(1);
        assertThat(client.zremrangeByScore("z", "(3", "4")).isEqualTo(1);
        assertThat(client.zrange("z", 0, -1)).containsExactly("c");
        assertThat(client.zremrangeByLex("z", "[c", "[c")).isEqualTo(1);
        assertThat(client.exists("z")).isFalse();
    }

    @Test
    void ranksComeWithScores() {
        Target.requireDragon();
        fill("z");
        assertThat(client.zrankWithScore("z", "c")).isEqualTo(new KeyValue<>(2L, 3.0));
        assertThat(client.zrevrankWithScore("z", "e")).isEqualTo(new KeyValue<>(0L, 5.0));
        assertThat(client.zrankWithScore("z", "x")).isNull();
    }

    @Test
    void rangesByRankScoreAndName() {
        fill("z");
        fillEqual("same");
        assertThat(client.zrange("z", 1, 2)).containsExactly("b", "c");
        assertThat(client.zrangeWithScores("z", -1, -1)).containsExactly(tuple("e", 5));
        assertThat(client.zrange("z", zrangeParams(0, 1).rev())).containsExactly("e", "d");
        assertThat(client.zrangeWithScores("z", zrangeParams(4, 9))).containsExactly(tuple("e", 5));
        assertThat(client.zrange("z", zrangeByScoreParams(2, INFINITE).limit(1, 2)))
                .containsExactly("c", "d");
        assertThat(client.zrangeWithScores(
                        "z", zrangeByScoreParams(3, -INFINITE).rev()))
                .containsExactly(tuple("c", 3), tuple("b", 2), tuple("a", 1));
        assertThat(client.zrange("same", zrangeByLexParams("[b", "(d"))).containsExactly("b", "c");
        assertThat(client.zrange("same", zrangeByLexParams("+", "-").rev().limit(0, 2)))
                .containsExactly("e", "d");
        assertThat(client.zrangestore("d", "z", zrangeByScoreParams(2, 3))).isEqualTo(2);
        assertThat(client.zrangestore("d", "same", zrangeByLexParams("-", "(c").limit(1, 5)))
                .isEqualTo(1);
        assertThat(client.zrangeWithScores("d", 0, -1)).containsExactly(tuple("b", 0));
        assertThat(client.zrangestore("d", "z", zrangeParams(7, 9))).isZero();
        assertThat(client.exists("d")).isFalse();
    }

    @Test
    @SuppressWarnings("deprecation") // ZREVRANGE, ZRANGEBYSCORE and their kin are deprecated, and in use.
    void rangesByTheOlderCommands() {
        fill("z");
        fillEqual("same");
        assertThat(client.zrevrange("z", 0, 1)).containsExactly("e", "d");
        assertThat(client.zrevrangeWithScores("z", 4, 4)).containsExactly(tuple("a", 1));
        assertThat(client.zrangeByScore("z", 4, 9)).containsExactly("d", "e");
        assertThat(client.zrangeByScore("z", "-inf", "(2")).containsExactly("a");
        assertThat(client.zrangeByScore("z", 1, 5, 1, 1)).containsExactly("b");
        assertThat(client.zrevrangeByScore("z", "(5", "4")).containsExactly("d");
        assertThat(client.zrevrangeByScore("z", 5, 1, 3, -1)).containsExactly("b", "a");
        assertThat(client.zrangeByScoreWithScores("z", 5, INFINITE)).containsExactly(tuple("e", 5));
        assertThat(client.zrangeByScoreWithScores("z", "1", "5", 0, 1)).containsExactly(tuple("a", 1));
        assertThat(client.zrevrangeByScoreWithScores("z", 2, 1)).containsExactly(tuple("b", 2), tuple("a", 1));
        assertThat(client.zrangeByLex("same", "[a", "(c")).containsExactly("a", "b");
        assertThat(client.zrangeByLex("same", "-", "+", 1, 1)).containsExactly("b");
        assertThat(client.zrevrangeByLex("same", "+", "(c")).containsExactly("e", "d");
        assertThat(client.zrevrangeByLex("same", "+", "-", 4, 9)).containsExactly("a");
    }

    @Test
    void membersArePopped() {
        fill("z");
        assertThat(client.zpopmin("z")).isEqualTo(tuple("a", 1));
        assertThat(client.zpopmax("z", 2)).containsExactly(tuple("e", 5), tuple("d", 4));
        KeyValue<String, List<Tuple>> popped = client.zmpop(SortedSetOption.MAX, "none", "z");
        assertThat(popped.getKey()).isEqualTo("z");
        assertThat(popped.getValue()).containsExactly(tuple("c", 3));
        assertThat(client.zmpop(SortedSetOption.MIN, 9, "z").getValue()).containsExactly(tuple("b", 2));
        assertThat(client.zmpop(SortedSetOption.MIN, "z")).isNull();
        assertThat(client.zpopmin("z")).isNull();
        assertThat(client.zpopmax("z", 3)).isEmpty();
        fill("z");
        assertThat(client.bzpopmin(1, "none", "z")).isEqualTo(new KeyValue<>("z", tuple("a", 1)));
        assertThat(client.bzpopmax(1, "z")).isEqualTo(new KeyValue<>("z", tuple("e", 5)));
        assertThat(client.bzmpop(1, SortedSetOption.MIN, 2, "z").getValue())
                .containsExactly(tuple("b", 2), tuple("c", 3));
        assertThat(client.bzpopmin(0.02, "none")).isNull();
        assertThat(client.bzmpop(0.02, SortedSetOption.MAX, "none")).isNull();
    }

    @Test
    void poppingWaitsForAMember() {
        assertThat(waiting(() -> client.bzpopmin(20, "none", "q"))).isEqualTo(new KeyValue<>("q", tuple("late", 7)));
        assertThat(waiting(() -> client.bzpopmax(20, "q"))).isEqualTo(new KeyValue<>("q", tuple("late", 7)));
        assertThat(waiting(() -> client.bzmpop(20, SortedSetOption.MIN, 5, "q")).getValue())
                .containsExactly(tuple("late", 7));
    }

    private <T> T waiting(Supplier<T> call) {
        return server.blockedUntil(() -> client.zadd("q", 7, "late"), call);
    }

    @Test
    void sortedSetsTogether() {
        client.zadd("a", Map.of("x", 1.0, "y", 2.0));
        client.zadd("b", Map.of("y", 10.0, "z", 20.0));
        ZParams weighted = new ZParams().weights(2, 3).aggregate(Aggregate.MAX);
        assertThat(client.zunion(new ZParams(), "a", "b")).containsExactly("x", "y", "z");
        assertThat(client.zunionWithScores(weighted, "a", "b"))
                .containsExactly(tuple("x", 2), tuple("y", 30), tuple("z", 60));
        assertThat(client.zinter(new ZParams(), "a", "b")).containsExactly("y");
        assertThat(client.zinterWithScores(new ZParams().aggregate(Aggregate.MIN), "a", "b"))
                .containsExactly(tuple("y", 2));
        assertThat(client.zdiff("a", "b")).containsExactly("x");
        assertThat(client.zdiffWithScores("b", "a")).containsExactly(tuple("z", 20));
        assertThat(client.zintercard("a", "b")).isEqualTo(1);
        assertThat(client.zintercard(1, "a", "a")).isEqualTo(1);
        assertThat(client.zunionstore("d", "a", "b")).isEqualTo(3);
        assertThat(client.zscore("d", "y")).isEqualTo(12);
        assertThat(client.zunionstore("d", weighted, "a", "b")).isEqualTo(3);
        assertThat(client.zinterstore("d", "a", "b")).isEqualTo(1);
        assertThat(client.zinterstore("d", weighted, "a", "b")).isEqualTo(1);
        assertThat(client.zrangeWithScores("d", 0, -1)).containsExactly(tuple("y", 30));
        assertThat(client.zdiffstore("d", "a", "b")).isEqualTo(1);
        client.sadd("set", "x", "w");
        assertThat(client.zunionWithScores(new ZParams(), "d", "set")).containsExactly(tuple("w", 1), tuple("x", 2));
        assertThat(client.zdiffstore("d", "a", "a")).isZero();
        assertThat(client.exists("d")).isFalse();
    }

    @Test
    void someMembersAtRandom() {
        fill("z");
        assertThat(client.zrandmember("z")).isIn("a", "b", "c", "d", "e");
        assertThat(client.zrandmember("z", 3)).hasSize(3).doesNotHaveDuplicates();
        assertThat(client.zrandmember("z", -9)).hasSize(9);
        for (Tuple pair : client.zrandmemberWithScores("z", 9)) {
            assertThat(pair.getScore()).isEqualTo(client.zscore("z", pair.getElement()));
        }
        assertThat(client.zrandmemberWithScores("z", 9)).hasSize(5);
        assertThat(client.zrandmember("none")).isNull();
        assertThat(client.zrandmember("none", 2)).isEmpty();
    }

    @Test
    void aWalkOverALargeOneFindsEveryMember() {
        Map<String, Double> all = new HashMap<>();
        IntStream.range(0, 3_000).forEach(i -> all.put("member " + i, i / 4.0));
        client.zadd("z", all);
        Map<String, Double> found = new HashMap<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<Tuple> page = client.zscan("z", cursor, new ScanParams().count(100));
            page.getResult().forEach(pair -> found.put(pair.getElement(), pair.getScore()));
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertThat(found).isEqualTo(all);
        assertThat(client.zscan("z", "0", new ScanParams().match("member 299?").count(100_000))
                        .getResult())
                .hasSize(10);
    }

    @Test
    void inATransaction() {
        try (AbstractTransaction transaction = client.multi()) {
            transaction.zadd("z", 1.5, "m");
            Response<Double> score = transaction.zincrby("z", 1, "m");
            Response<List<Tuple>> range = transaction.zrangeWithScores("z", 0, -1);
            Response<Tuple> popped = transaction.zpopmin("z");
            transaction.exec();
            assertThat(score.get()).isEqualTo(2.5);
            assertThat(range.get()).containsExactly(tuple("m", 2.5));
            assertThat(popped.get()).isEqualTo(tuple("m", 2.5));
        }
    }
}
