package io.clouddragon.compat.differential;

/**
 * Sorted sets, alone and with sets, also inside MULTI. Where ranges of names are asked for, all scores are the same: else Redis'
 * answer depends on how the set is represented. The blocking commands find what they want, time is up, or they stand in MULTI.
 */
final class SortedSetFamily extends Family {
    SortedSetFamily() {
        super("sorted sets", 1);
        values("z", "z1", "z2", "z3", "z1", "z2", "k1");
        values("same", "same1", "same2");
        values("any", "z1", "z2", "z3", "same1", "s1", "none");
        values("m", "a", "b", "c", "d", "e", "f", "g", "ab", "abc", "", "10", "9", "bin\0\r\n\u00ff", "x".repeat(70));
        values("score", "0", "1", "2", "3", "-1", "1.5", "-2.25", "3.1", "1e10", "0x10", "inf", "-inf", "1e17", "0.1");
        values("badScore", "nan", "abc", "", " 1", "1 ", "1e400", "1e-400", "(1", "0x", "+", "--1");
        values("min", "0", "1", "-inf", "(1", "(0", "-2.25", "2", "", "(", " 1", "-1e400", "(-inf", "0x1", "1e-400");
        values("max", "3", "2", "+inf", "(3", "(2", "inf", "3.1", "1", "(1e10", "1e400", "(+inf");
        values("badEnd", "abc", "1 ", "((1", "nan", "[1", "- 1", "1e");
        values("lexMin", "-", "[a", "(a", "[b", "(ab", "[", "(", "+", "[9");
        values("lexMax", "+", "[d", "(d", "[ab", "(f", "[", "-", "[z", "(\u00ff");
        values("badLex", "a", "", "--", "+a", "-1");
        values("rank", "0", "1", "2", "-1", "-2", "-3", "5", "-100", "100");
        // None that makes -0 of 0: see SortedSetCommands.
        values("weight", "1", "2", "3", "0.1", "0.5", "inf", "1e308");
        values("n", "1", "1", "2", "2", "3", "0", "-1", "abc", "9223372036854775807");
        changes();
        reads();
        ranges();
        pops();
        algebra();
        exact(2, "SET k1 {value}");
        exact(3, "SADD s1 {m}...");
        exact(1, "DEL {any}...");
        exact(1, "EXPIRE {z} {seconds}");
        compared(Comparison.SECONDS, 1, "TTL {z}");
        exact(1, "TYPE {z}");
        exact(2, "OBJECT ENCODING {z}");
        exact(1, "(RENAME|COPY) {z} {z}");
        verbatim(2, "MULTI");
        verbatim(3, "(EXEC|EXEC|EXEC|DISCARD)");
    }

    private void changes() {
        exact(12, "ZADD {z} ({score} {m})...");
        exact(8, "ZADD {z} [NX|XX] [GT|LT] [CH] ({score} {m})...");
        exact(3, "ZADD {z} (NX|XX|GT|LT|CH|INCR)... ({score} {m})...");
        exact(4, "ZADD {z} [NX|XX] [GT|LT] INCR {score} {m}");
        exact(1, "ZADD {z} {badScore} {m}");
        verbatim(6, "ZADD {same} (0 {m})...");
        exact(5, "ZINCRBY {z} {score} {m}");
        exact(1, "ZINCRBY {z} {badScore} {m}");
        exact(4, "ZREM {z} {m}...");
        exact(1, "ZREM {same} {m}...");
    }

    private void reads() {
        exact(2, "ZSCORE {z} {m}");
        exact(2, "ZMSCORE {z} {m}...");
        exact(2, "ZCARD {z}");
        exact(3, "(ZRANK|ZREVRANK) {z} {m}");
        exact(2, "ZCOUNT {z} {min} {max}");
        exact(1, "ZCOUNT {z} ({badEnd} {max}|{min} {badEnd})");
        exact(2, "ZLEXCOUNT {same} {lexMin} {lexMax}");
        exact(1, "ZLEXCOUNT {same} ({badLex} +|- {badLex})");
        compared(Comparison.KIND, 1, "ZRANDMEMBER {z} [{n} [WITHSCORES|nope]]");
        compared(Comparison.SCAN, 2, "ZSCAN {z} 0 [MATCH (a*|*|?)] [COUNT {count}]");
        exact(1, "ZSCAN {z} (junk|0 COUNT 0|0 NOPE 1|0 MATCH)");
    }

    private void ranges() {
        exact(5, "(ZRANGE|ZREVRANGE) {z} {rank} {rank} [WITHSCORES]");
        exact(3, "ZRANGE {z} {rank} {rank} REV [WITHSCORES]");
        exact(4, "ZRANGEBYSCORE {z} {min} {max} [WITHSCORES] [LIMIT {rank} {rank}]");
        exact(3, "ZREVRANGEBYSCORE {z} {max} {min} [WITHSCORES] [LIMIT {rank} {rank}]");
        exact(3, "ZRANGE {z} {min} {max} BYSCORE [WITHSCORES] [LIMIT {rank} {rank}]");
        exact(3, "ZRANGE {z} {max} {min} REV BYSCORE [LIMIT {rank} {rank}] [WITHSCORES]");
        exact(3, "(ZRANGEBYLEX|ZREVRANGEBYLEX) {same} {lexMin} {lexMax} [LIMIT {rank} {rank}]");
        exact(2, "ZREVRANGEBYLEX {same} {lexMax} {lexMin} [LIMIT {rank} {rank}]");
        exact(2, "ZRANGE {same} ({lexMin} {lexMax} BYLEX|{lexMax} {lexMin} BYLEX REV) [LIMIT {rank} {rank}]");
        exact(2, "ZRANGE {same} {lexMin} {lexMax} (BYLEX|BYSCORE|REV|WITHSCORES|LIMIT 0 1)...");
        exact(1, "ZRANGE {z} ({badEnd} {max}|{rank} {rank}|{min} {badEnd}) (BYSCORE|LIMIT {n} {n}|REV|WITHSCORES)...");
        exact(3, "ZRANGESTORE {z} {z} {rank} {rank} [REV]");
        exact(3, "ZRANGESTORE {z} {z} {min} {max} BYSCORE [LIMIT {rank} {rank}]");
        exact(1, "ZRANGESTORE {z} {z} {max} {min} REV BYSCORE LIMIT {rank} {rank}");
        exact(1, "ZRANGESTORE {z} {same} ({lexMin} {lexMax} BYLEX|0 -1 WITHSCORES|0 -1 LIMIT 0 1)");
        exact(2, "ZREMRANGEBYRANK {z} {rank} {rank}");
        exact(2, "ZREMRANGEBYSCORE {z} {min} {max}");
        exact(1, "ZREMRANGEBYSCORE {z} ({badEnd} {max}|{min} {badEnd})");
        exact(2, "ZREMRANGEBYLEX {same} {lexMin} {lexMax}");
    }

    private void pops() {
        exact(3, "(ZPOPMIN|ZPOPMAX) {z} [{n}]");
        exact(2, "ZMPOP (1 {z}|2 {z} {any}|{n} {z} {z}) (MIN|MAX) [COUNT {n}]");
        exact(1, "ZMPOP {n} {z} (MIN|MAX|MID|COUNT 1)... [COUNT 1 COUNT 2]");
        verbatim(2, "(BZPOPMIN|BZPOPMAX) {z}... 0.01");
        verbatim(1, "(BZPOPMIN|BZPOPMAX) {z} (-1|abc|nan)");
        verbatim(1, "BZMPOP 0.01 (1 {z}|2 {z} {any}) (MIN|MAX) [COUNT 2]");
        verbatim(1, "BZMPOP (-1|abc|0.01) {n} {z} (MIN|MAX|MID) [COUNT 0]");
    }

    private void algebra() {
        exact(5, "(ZUNION|ZINTER) 2 {any} {any} [WEIGHTS {weight} {weight}] [AGGREGATE (SUM|MIN|MAX)] [WITHSCORES]");
        exact(3, "(ZUNION|ZINTER) 3 {any} {any} {any} [AGGREGATE (SUM|MIN|MAX)] [WITHSCORES]");
        exact(2, "ZDIFF (1 {any}|2 {any} {any}|3 {any} {any} {any}) [WITHSCORES]");
        exact(4, "(ZUNIONSTORE|ZINTERSTORE) {z} 2 {any} {any} [WEIGHTS {weight} {weight}] [AGGREGATE (SUM|MIN|MAX)]");
        exact(2, "ZDIFFSTORE {z} (1 {any}|2 {any} {any})");
        exact(2, "ZINTERCARD 2 {any} {any} [LIMIT {n}]");
        exact(
                1,
                "(ZUNION|ZINTER|ZDIFF|ZINTERCARD) {n} {z} {any} (WEIGHTS 1|WEIGHTS {badScore}|AGGREGATE AVG|LIMIT -1|NOPE)...");
        exact(1, "(ZUNIONSTORE|ZDIFFSTORE) {z} {n} {z} {any} [WITHSCORES|WEIGHTS 1 {badScore}|AGGREGATE]");
    }
}
