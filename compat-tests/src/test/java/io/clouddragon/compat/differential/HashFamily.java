package io.clouddragon.compat.differential;

/**
 * Hashes small and large: those of the keys {@code big…} are filled by a script, so that they outgrow every compact form.
 * Other types and everything that concerns a whole key go along; also inside MULTI.
 */
final class HashFamily extends Family {
    HashFamily() {
        super("hashes", 1);
        values("field", "a", "b", "c", "d", "e", "1", "2", "", "a longer field", "\0\r\n\u00ff", "f".repeat(65));
        values("big", "big1", "big2", "big3");
        values("bigField", "f1", "f2", "f3", "f60", "f127", "f128", "f129", "f130", "f400", "f512", "f513", "f599");
        values("fill", "3", "127", "128", "129", "512", "513", "600");
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
        exact(14, "HSET {key} ({field} {value})...");
        exact(2, "HSET {key} {field} ({int}|{float})");
        exact(1, "HSET {key} {field} {value} {field}");
        exact(3, "HMSET {key} ({field} {value})...");
        exact(4, "HSETNX {key} {field} {value}");
        exact(5, "HGET {key} {field}");
        exact(4, "HMGET {key} {field}...");
        exact(2, "HLEN {key}");
        exact(2, "HSTRLEN {key} {field}");
        exact(3, "HEXISTS {key} {field}");
        exact(6, "HDEL {key} {field}...");
        exact(7, "HINCRBY {key} {field} {int}");
        exact(6, "HINCRBYFLOAT {key} {field} {float}");
        compared(Comparison.UNORDERED, 3, "(HKEYS|HVALS|HGETALL) {key}");
        declareRandom();
        declareBig();
        exact(2, "OBJECT ENCODING {key}");
        exact(2, "SET {key} {value}");
        exact(1, "(SETNX|APPEND) {key} {value}");
        exact(1, "GET {key}");
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

    private void declareRandom() {
        compared(Comparison.SHAPE, 3, "HRANDFIELD {key} [{picks} [WITHVALUES]]");
        compared(Comparison.UNORDERED, 2, "HRANDFIELD {key} 1000 [WITHVALUES]");
        compared(Comparison.SHAPE, 1, "HRANDFIELD {key} {picks} (WITHVALUES|nope)...");
        compared(Comparison.SCAN, 4, "HSCAN {key} {cursor} [MATCH {pattern}] [COUNT {count}]");
        compared(Comparison.SCAN, 1, "HSCAN {key} 0 (MATCH|COUNT|TYPE|NOPE)... {count}");
    }

    private void declareBig() {
        values(
                "script",
                "for i = 1, ARGV[1] do redis.call('hset', KEYS[1], 'f' .. i, i) end return redis.call('hlen', KEYS[1])");
        verbatim(3, "EVAL {script} 1 {big} {fill}");
        exact(4, "HSET {big} ({bigField} {int})...");
        exact(2, "(HGET|HEXISTS|HSTRLEN) {big} {bigField}");
        exact(3, "HDEL {big} {bigField}...");
        exact(2, "HINCRBY {big} {bigField} {int}");
        exact(1, "HINCRBYFLOAT {big} {bigField} {float}");
        exact(1, "HLEN {big}");
        exact(2, "OBJECT ENCODING {big}");
        compared(Comparison.UNORDERED, 1, "(HKEYS|HVALS|HGETALL) {big}");
        compared(Comparison.SHAPE, 1, "HRANDFIELD {big} {picks} [WITHVALUES]");
        compared(Comparison.SCAN, 2, "HSCAN {big} 0 [MATCH f1*] [COUNT {count}]");
        exact(1, "(RENAME|COPY) {big} {big}");
        exact(1, "UNLINK {big}");
    }
}
