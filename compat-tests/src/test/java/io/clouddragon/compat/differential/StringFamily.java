package io.clouddragon.compat.differential;

/** Strings and counters. IFEQ, IFNE, DELEX and DELIFEQ are newer than the reference: golden transcripts have them. */
final class StringFamily extends Family {
    StringFamily() {
        super("strings", 1);
        exact(6, "SET {key} {value}");
        exact(4, "SET {key} {value} [NX|XX] [GET] [EX {seconds}|PX {millis}|EXAT {atSeconds}|PXAT {atMillis}|KEEPTTL]");
        exact(2, "SET {key} {value} (NX|XX|GET|KEEPTTL|EX {seconds}|PX {millis}|PERSIST)...");
        exact(2, "SET {number} {int}");
        exact(6, "GET {key}");
        exact(1, "GETDEL {key}");
        exact(2, "GETEX {key} [PERSIST|EX {seconds}|PX {millis}|EXAT {atSeconds}|PXAT {atMillis}]");
        exact(1, "GETEX {key} (PERSIST|EX {seconds}|PX {millis}|KEEPTTL)...");
        exact(2, "GETSET {key} {value}");
        exact(2, "SETNX {key} {value}");
        exact(2, "SETEX {key} {seconds} {value}");
        exact(2, "PSETEX {key} {millis} {value}");
        exact(3, "MGET {key}...");
        exact(2, "MSET ({key} {value})...");
        exact(2, "MSETNX ({key} {value})...");
        exact(3, "APPEND {key} {value}");
        exact(2, "STRLEN {key}");
        exact(3, "(GETRANGE|SUBSTR) {key} {offset} {offset}");
        exact(3, "SETRANGE {key} {size} {value}");
        exact(4, "(INCR|DECR) {number}");
        exact(4, "(INCRBY|DECRBY) {number} {int}");
        exact(4, "INCRBYFLOAT {number} {float}");
        exact(1, "(INCR|DECR|INCRBYFLOAT {key}) {key}");
        exact(2, "LCS {key} {key} [LEN] [IDX] [MINMATCHLEN {int}] [WITHMATCHLEN]");
        exact(1, "LCS {key} {key} (LEN|IDX|MINMATCHLEN {int}|WITHMATCHLEN)...");
        exact(1, "DEL {key}...");
        exact(1, "TYPE {key}");
        exact(1, "OBJECT (ENCODING|REFCOUNT) {key}");
        compared(Comparison.SECONDS, 2, "TTL {key}");
        expiring(1, "SET {key} {value} PX 1");
    }
}
