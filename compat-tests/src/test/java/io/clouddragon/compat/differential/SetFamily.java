package io.clouddragon.compat.differential;

/**
 * Sets of integers and of other members, small and large, alone and together. What SPOP leaves is chosen by each server on its
 * own: it works on the keys {@code chosen…}, of which only sizes are compared.
 */
final class SetFamily extends Family {
    SetFamily() {
        super("sets", 1);
        values("member", "a", "b", "c", "d", "e", "1", "2", "3", "-5", "007", "", "\0\r\n\u00ff", "m".repeat(70));
        values("integer", "1", "2", "3", "4", "5", "6", "7", "-1", "9223372036854775807", "-9223372036854775808");
        values("set", "k1", "k2", "k3", "k4", "k5", "k1", "k2", "k3", "k4", "big1", "none");
        values("big", "big1", "big2", "big3");
        values("bigMember", "1", "2", "3", "60", "127", "128", "129", "130", "400", "512", "513", "599", "x");
        values("fill", "3", "127", "128", "129", "512", "513", "600");
        values("chosen", "chosen1", "chosen2");
        values(
                "picks",
                "0",
                "1",
                "2",
                "5",
                "1000",
                "-1",
                "-3",
                "-20",
                "abc",
                "-9223372036854775808",
                "9223372036854775807");
        values("cursor", "0", "0", "0", "0", "0", "abc", "-", "18446744073709551616");
        values("keys", "0", "1", "2", "2", "2", "3", "-1", "abc", "9223372036854775807");
        values("limit", "0", "1", "2", "3", "100", "-1", "abc");
        exact(10, "SADD {key} {member}...");
        exact(8, "SADD {key} {integer}...");
        exact(5, "SREM {key} ({member}|{integer})...");
        exact(3, "SISMEMBER {key} {member}");
        exact(2, "SMISMEMBER {key} {member}...");
        exact(2, "SCARD {key}");
        exact(6, "SMOVE {key} {key} ({member}|{integer})");
        compared(Comparison.UNORDERED, 2, "SMEMBERS {key}");
        declareAlgebra();
        declareRandom();
        declareBig();
        exact(2, "OBJECT ENCODING {key}");
        exact(2, "SET {key} {value}");
        exact(1, "HSET {key} {member} {value}");
        exact(1, "TYPE {key}");
        exact(3, "DEL {key}...");
        exact(1, "(RENAME|RENAMENX|COPY) {key} {key}");
        exact(1, "COPY {key} {key} REPLACE");
        exact(1, "EXPIRE {key} {seconds}");
        compared(Comparison.SECONDS, 1, "TTL {key}");
        expiring(1, "PEXPIRE {key} 15");
        verbatim(2, "MULTI");
        verbatim(3, "(EXEC|EXEC|EXEC|DISCARD)");
    }

    private void declareAlgebra() {
        compared(Comparison.UNORDERED, 8, "(SINTER|SUNION|SDIFF) {set} {set}...");
        compared(Comparison.UNORDERED, 1, "(SINTER|SUNION|SDIFF) {key}...");
        exact(8, "(SINTERSTORE|SUNIONSTORE|SDIFFSTORE) {key} {set} {set}...");
        exact(2, "(SINTERSTORE|SUNIONSTORE|SDIFFSTORE) {big} {set} {big}...");
        exact(4, "SINTERCARD 2 {set} {set} [LIMIT {limit}]");
        exact(3, "SINTERCARD {keys} {set}... [LIMIT {limit}]...");
        exact(1, "SINTERCARD {keys} {set} (LIMIT|NOPE)...");
    }

    private void declareRandom() {
        compared(Comparison.SHAPE, 3, "SRANDMEMBER {key} [{picks}]");
        compared(Comparison.UNORDERED, 2, "SRANDMEMBER {key} 1000");
        compared(Comparison.SHAPE, 1, "SRANDMEMBER {key} {picks} nope");
        compared(Comparison.SCAN, 4, "SSCAN {key} {cursor} [MATCH {pattern}] [COUNT {count}]");
        compared(Comparison.SCAN, 1, "SSCAN {key} 0 (MATCH|COUNT|TYPE|NOPE)... {count}");
        verbatim(4, "SUNIONSTORE {chosen} {set} {set}");
        verbatim(Comparison.SHAPE, 5, "SPOP {chosen} [{picks}]");
        verbatim(Comparison.UNORDERED, 2, "SPOP {key} 1000");
        verbatim(1, "SPOP {chosen} {picks} nope");
        exact(2, "SCARD {chosen}");
        exact(1, "DEL {chosen}");
    }

    private void declareBig() {
        values(
                "script",
                "for i = 1, ARGV[1] do redis.call('sadd', KEYS[1], i) end return redis.call('scard', KEYS[1])");
        verbatim(3, "EVAL {script} 1 {big} {fill}");
        exact(4, "SADD {big} {bigMember}...");
        exact(2, "SISMEMBER {big} {bigMember}");
        exact(3, "SREM {big} {bigMember}...");
        exact(1, "SMOVE {big} {big} {bigMember}");
        exact(1, "SCARD {big}");
        exact(2, "OBJECT ENCODING {big}");
        compared(Comparison.UNORDERED, 1, "SMEMBERS {big}");
        compared(Comparison.SHAPE, 1, "SRANDMEMBER {big} {picks}");
        compared(Comparison.SCAN, 2, "SSCAN {big} 0 [MATCH 1*] [COUNT {count}]");
        compared(Comparison.UNORDERED, 1, "(SINTER|SUNION|SDIFF) {big} {big}...");
        exact(1, "(RENAME|COPY) {big} {big}");
        exact(1, "UNLINK {big}");
    }
}
