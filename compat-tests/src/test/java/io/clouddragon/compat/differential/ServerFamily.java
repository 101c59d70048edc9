package io.clouddragon.compat.differential;

/** Connection and server commands, as far as their replies do not depend on the server's life. */
final class ServerFamily extends Family {
    ServerFamily() {
        super("connection and server", 2);
        values("name", "alice", "bob", "", "with space", "with\nnewline", "tab\t");
        values("call", "GET k", "NOSUCH", "", "MSET");
        connection();
        client();
        server();
        introspection();
    }

    private void connection() {
        exact(6, "SET {key} {value}");
        exact(3, "GET {key}");
        exact(3, "PING [{value}]");
        exact(3, "ECHO {value}");
        exact(2, "SELECT {db}");
        compared(Comparison.KIND, 1, "HELLO [2|3]");
        compared(Comparison.KIND, 1, "HELLO (2|3|4|abc) [SETNAME {name}] [AUTH {value} {value}] [NOPE]");
        exact(1, "AUTH {value} [{value}]");
        verbatim(1, "RESET");
    }

    private void client() {
        exact(3, "CLIENT GETNAME");
        exact(3, "CLIENT SETNAME {name}");
        compared(Comparison.KIND, 1, "CLIENT (ID|INFO|LIST)");
        compared(Comparison.KIND, 1, "CLIENT LIST (TYPE (normal|master|replica|pubsub|nope)|ID {int}...)");
        exact(
                1,
                "CLIENT KILL (ID (99999999|-1|0|abc)|ADDR 1.2.3.4:5|LADDR 1.2.3.4:5|USER nobody|TYPE nope|NOPE x|1.2.3.4:5)");
        exact(1, "CLIENT (NO-EVICT (ON|OFF|MAYBE)|TRACKINGINFO|GETREDIR|CACHING YES|HELP)");
        exact(1, "CLIENT UNBLOCK (99999|abc|-1) [TIMEOUT|ERROR|NOPE]");
        exact(1, "CLIENT PAUSE (1|-1|abc) [ALL|WRITE|NOPE]");
        exact(2, "CLIENT UNPAUSE");
        exact(1, "CLIENT (REPLY [NOPE]|NOPE)");
    }

    private void server() {
        exact(1, "DBSIZE");
        verbatim(1, "(FLUSHDB|FLUSHALL) [SYNC|ASYNC]");
        exact(1, "SWAPDB {db} {db}");
        compared(Comparison.KIND, 1, "(TIME|LASTSAVE|LOLWUT)");
        compared(
                Comparison.KIND,
                2,
                "INFO [server|clients|memory|persistence|stats|replication|cpu|keyspace|everything|all|nope]");
        exact(1, "CONFIG GET (maxmemory|maxmemory-policy|appendfsync|nope|databases|slowlog-max-len)");
        compared(Comparison.UNORDERED, 1, "CONFIG GET (timeout tcp-keepalive|maxmemory-p*)");
        exact(
                1,
                "CONFIG SET (maxmemory 0|maxmemory abc|maxmemory-policy nope|nope 1|timeout 0|appendfsync nope|maxmemory-policy noeviction)");
        exact(1, "CONFIG (RESETSTAT|REWRITE|NOPE|SET|GET|SET timeout)");
        compared(Comparison.KIND, 1, "SLOWLOG (LEN|GET [{count}])");
        exact(1, "SLOWLOG (RESET|NOPE|HELP)");
        exact(1, "LATENCY (RESET|LATEST|HISTORY event|GRAPH event|NOPE|RESET event|HELP)");
        compared(
                Comparison.KIND, 1, "(LATENCY DOCTOR|MEMORY DOCTOR|MEMORY STATS|MEMORY USAGE {key} [SAMPLES {count}])");
        exact(1, "MEMORY (NOPE|USAGE|HELP|PURGE)");
        verbatim(1, "WAIT 0 (0|-1|abc|10)");
        verbatim(1, "SHUTDOWN (ABORT|NOPE|NOSAVE SAVE|ABORT NOW)");
        verbatim(1, "DEBUG SLEEP 0");
        exact(1, "{junk} {key}");
    }

    private void introspection() {
        verbatim(
                1,
                "COMMAND GETKEYS (GET {key}|MSET ({key} {value})...|SET {key}|NOSUCH {key}|PING|COPY {key} {key} DB 1|EXEC)");
        verbatim(
                1,
                "COMMAND GETKEYSANDFLAGS (GET {key}|MSET ({key} {value})...|SET {key} {value} GET|DEL {key}...|RENAME {key} {key}|PING)");
        verbatim(Comparison.KIND, 1, "COMMAND (COUNT|LIST|DOCS get|INFO get|DOCS nosuch)");
        verbatim(
                1,
                "COMMAND (INFO nosuch|LIST FILTERBY (NOPE x|MODULE nosuch|PATTERN getd*|PATTERN nosuch|ACLCAT nosuch)|NOPE)");
    }
}
