package io.clouddragon.compat.differential;

/** The keyspace: deadlines, renaming, copying between databases, iteration, introspection. */
final class KeyFamily extends Family {
    KeyFamily() {
        super("keys and expiry", 1);
        values("type", "string", "list", "STRING", "none", "nonsense");
        exact(12, "SET {key} {value}");
        exact(2, "SET {key} {value} EX {seconds}");
        exact(3, "GET {key}");
        exact(3, "(DEL|UNLINK|EXISTS|TOUCH) {key}...");
        exact(2, "TYPE {key}");
        compared(Comparison.SECONDS, 4, "(TTL|EXPIRETIME) {key}");
        compared(Comparison.MILLIS, 4, "(PTTL|PEXPIRETIME) {key}");
        exact(4, "EXPIRE {key} {seconds} [NX|XX|GT|LT]");
        exact(4, "PEXPIRE {key} {millis} [NX|XX|GT|LT]");
        exact(4, "EXPIREAT {key} {atSeconds} [NX|XX|GT|LT]");
        exact(4, "PEXPIREAT {key} {atMillis} [NX|XX|GT|LT]");
        exact(2, "(EXPIRE {key} {seconds}|PEXPIREAT {key} {atMillis}) (NX|XX|GT|LT|nonsense)...");
        exact(3, "PERSIST {key}");
        exact(3, "RENAME {key} {key}");
        exact(2, "RENAMENX {key} {key}");
        exact(3, "COPY {key} {key} [DB {db}] [REPLACE]");
        exact(1, "COPY {key} {key} (DB {db}|REPLACE|DB {badDb})...");
        exact(2, "MOVE {key} {db}");
        exact(1, "MOVE {key} {badDb}");
        exact(3, "SELECT {db}");
        exact(1, "SELECT {badDb}");
        exact(1, "SWAPDB {db} {db}");
        exact(1, "SWAPDB (0 {badDb}|{badDb} 0)");
        compared(Comparison.UNORDERED, 3, "KEYS {pattern}");
        compared(Comparison.SCAN, 3, "SCAN 0 [MATCH {pattern}] [COUNT {count}] [TYPE {type}]");
        compared(
                Comparison.SCAN,
                1,
                "SCAN (0|junk|-1|18446744073709551616) (MATCH {pattern}|COUNT {count}|TYPE|MATCH)...");
        compared(Comparison.KIND, 1, "RANDOMKEY");
        exact(2, "OBJECT (ENCODING|REFCOUNT|FREQ) {key}");
        compared(Comparison.KIND, 1, "OBJECT IDLETIME {key}");
        exact(1, "OBJECT (HELP|NOPE {key}|ENCODING)");
        expiring(1, "PEXPIRE {key} 15");
        expiring(1, "SET {key} {value} PX 1");
        verbatim(1, "(FLUSHDB|FLUSHALL) [SYNC|ASYNC]");
        exact(1, "(FLUSHDB|FLUSHALL) NOPE");
    }
}
