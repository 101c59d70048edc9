package io.clouddragon.compat.collections;

import io.clouddragon.compat.harness.RespConnection;
import java.util.List;

/** The types of collections, each with commands on the key {@code c}, which holds the elements m1, m2, and so on. */
enum CollectionType {
    LIST(
            "list",
            "'RPUSH', KEYS[1], 'm' .. i",
            "LTRIM c 1 0",
            List.of("LREM c 0 none", "LINSERT c BEFORE none x", "LPUSHX none x", "LMOVE none c LEFT LEFT"),
            List.of(
                    "LPUSH c first",
                    "RPUSHX c last",
                    "LINSERT c AFTER m1 between",
                    "LSET c 1 new",
                    "LREM c 1 between",
                    "LMOVE c c LEFT RIGHT",
                    "LMOVE c other LEFT RIGHT",
                    "BRPOPLPUSH other c 1",
                    "LPOP c",
                    "LMPOP 1 c RIGHT",
                    "SORT c ALPHA STORE c",
                    "LTRIM c 0 0")),
    HASH(
            "hash",
            "'HSET', KEYS[1], 'm' .. i, i",
            "EVAL \"return redis.call('HDEL', KEYS[1], unpack(redis.call('HKEYS', KEYS[1])))\" 1 c",
            List.of("HSETNX c m1 9", "HDEL c none"),
            List.of(
                    "HSET c m1 new",
                    "HSET c f 1 g 2",
                    "HSETNX c n 1",
                    "HINCRBY c n 1",
                    "HINCRBYFLOAT c n 0.5",
                    "HMSET c m2 x",
                    "HDEL c m2 n")),
    SET(
            "set",
            "'SADD', KEYS[1], 'm' .. i",
            "EVAL \"return redis.call('SPOP', KEYS[1], redis.call('SCARD', KEYS[1]))\" 1 c",
            List.of("SADD c m1", "SREM c none", "SMOVE c other none", "SMOVE none c m1"),
            List.of(
                    "SADD c a b",
                    "SREM c a",
                    "SMOVE c other b",
                    "SMOVE other c b",
                    "SPOP c",
                    "SPOP c 1",
                    "SUNIONSTORE c c c",
                    "SDIFFSTORE c c other")),
    ZSET(
            "zset",
            "'ZADD', KEYS[1], i, 'm' .. i",
            "ZREMRANGEBYRANK c 0 -1",
            List.of(
                    "ZADD c 1 m1",
                    "ZADD c NX 9 m1",
                    "ZADD c XX 9 none",
                    "ZADD c LT 9 m1",
                    "ZREM c none",
                    "ZREMRANGEBYSCORE c -9 -8"),
            List.of(
                    "ZADD c 2.5 n",
                    "ZADD c 3.5 n",
                    "ZADD c GT 4.5 n",
                    "ZINCRBY c 1 n",
                    "ZADD c INCR 1 n",
                    "ZREM c n",
                    "ZUNIONSTORE c 1 c WEIGHTS 2",
                    "ZRANGESTORE c c 0 -1",
                    "ZPOPMIN c",
                    "BZPOPMAX c 1",
                    "ZADD c 0 a 0 b 0 d",
                    "ZMPOP 1 c MIN",
                    "ZREMRANGEBYRANK c 0 0",
                    "ZREMRANGEBYSCORE c 0 0",
                    "ZADD c 0 a"));

    /** What TYPE and HTTP call it. */
    final String word;
    /** Takes the last element away. */
    final String emptying;
    /** Commands that find nothing to do. */
    final List<String> idle;
    /** Commands each of which changes it, one after the other, and leaves something. */
    final List<String> changes;

    private final String add;

    CollectionType(String word, String add, String emptying, List<String> idle, List<String> changes) {
        this.word = word;
        this.add = add;
        this.emptying = emptying;
        this.idle = idle;
        this.changes = changes;
    }

    /** Makes {@code c}, in one transaction. */
    void make(RespConnection connection, int elements) {
        connection.send("DEL c other");
        connection.send(
                "EVAL \"for i = 1, tonumber(ARGV[1]) do redis.call(" + add + ") end return 'OK'\" 1 c " + elements);
    }
}
