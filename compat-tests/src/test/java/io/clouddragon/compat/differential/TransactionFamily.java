package io.clouddragon.compat.differential;

/**
 * MULTI, EXEC and WATCH, on two connections that disturb each other. No deadline passes here: inside an EXEC nothing can wait
 * for it; the transcripts have WATCH on an expiring key.
 */
final class TransactionFamily extends Family {
    TransactionFamily() {
        super("transactions", 2);
        exact(8, "MULTI");
        exact(10, "EXEC");
        exact(1, "DISCARD");
        exact(4, "WATCH {key}...");
        exact(1, "UNWATCH");
        exact(6, "SET {key} {value} [EX {seconds}]");
        exact(4, "GET {key}");
        exact(4, "INCR {number}");
        exact(2, "INCRBY {number} {int}");
        exact(2, "APPEND {key} {value}");
        exact(2, "DEL {key}...");
        exact(2, "MSET ({key} {value})...");
        exact(1, "EXPIRE {key} {seconds}");
        exact(1, "(PERSIST|TOUCH|EXISTS) {key}");
        exact(1, "RENAME {key} {key}");
        exact(1, "COPY {key} {key} [DB {db}] [REPLACE]");
        exact(1, "MOVE {key} {db}");
        exact(1, "SWAPDB {db} {db}");
        exact(1, "SELECT {db}");
        compared(Comparison.SECONDS, 1, "TTL {key}");
        compared(Comparison.UNORDERED, 1, "KEYS {pattern}");
        exact(1, "NOSUCHCOMMAND {key}");
        exact(1, "(PING|ECHO {value})");
        exact(1, "DBSIZE");
        verbatim(1, "(FLUSHDB|FLUSHALL)");
        verbatim(1, "RESET");
        compared(Comparison.KIND, 1, "HELLO [2|3]");
    }
}
