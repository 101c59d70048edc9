package io.clouddragon.compat.differential;

import java.util.List;

/**
 * Users made of random rules, and commands given as these users. How rules are told again (GETUSER, LIST) is compared in the
 * transcripts: Redis lists single commands in the order of a hash table that is different in each process. Nobody logs in as
 * the user who is deleted: an EXEC that deletes the user it runs as is answered in part by Redis, here in full.
 */
final class AclFamily extends Family {
    private static final List<String> COMMANDS = List.of(
            "get",
            "SET",
            "mget",
            "del",
            "config|get",
            "config",
            "client|id",
            "client",
            "acl|whoami",
            "ping",
            "multi",
            "exec",
            "select|0",
            "select",
            "auth",
            "nosuch",
            "config|nosuch",
            "get|",
            "client|kill|x");

    private static final List<String> CATEGORIES = List.of(
            "all", "read", "write", "string", "keyspace", "dangerous", "admin", "fast", "slow", "connection", "nosuch");

    private static final List<String> PATTERNS = List.of("a:*", "b:*", "*", "c", "a:?", "");

    AclFamily() {
        super("users and rights", 2);
        values("user", "ann", "ben", "cal");
        values("login", "ann", "ben");
        values("owned", "a:1", "a:2", "b:1", "c");
        values("command", signed(List.of("+", "-"), COMMANDS));
        values("category", signed(List.of("+@", "-@"), CATEGORIES));
        values("keys", signed(List.of("~", "%R~", "%W~", "%RW~"), PATTERNS));
        values(
                "selector",
                "(~a:* +get)",
                "(%R~b:* +@read)",
                "(+@write %W~c)",
                "(allkeys +@string -set)",
                "(+get",
                "(+nosuch)",
                "(on)",
                "()");
        values("password", "p", "q");
        rules();
        others();
        asUser();
    }

    private static String[] signed(List<String> signs, List<String> names) {
        return signs.stream()
                .flatMap(sign -> names.stream().map(name -> sign + name))
                .toArray(String[]::new);
    }

    private void rules() {
        exact(6, "ACL SETUSER {user} on nopass");
        exact(6, "ACL SETUSER {user} {command}...");
        exact(10, "ACL SETUSER {user} {category}...");
        exact(6, "ACL SETUSER {user} {command} {category} {command}");
        exact(8, "ACL SETUSER {user} {keys}...");
        exact(4, "ACL SETUSER {user} {selector}...");
        exact(3, "ACL SETUSER {user} (allkeys|resetkeys|allchannels|resetchannels|allcommands|nocommands)");
        exact(4, "ACL SETUSER {user} (on|off|nopass|resetpass|>p|>q|<p|<q|clearselectors)");
        exact(3, "ACL SETUSER {user} (reset|sanitize-payload|skip-sanitize-payload|%X~a|&ch|nosuch)");
        verbatim(3, "ACL SETUSER {user} resetkeys on nopass +@all ~a:* %R~b:*");
    }

    private void others() {
        exact(1, "ACL DELUSER (cal|nosuch)...");
        exact(2, "ACL (USERS|WHOAMI)");
        exact(1, "ACL (LOG RESET|GENPASS 0|CAT nosuch|NOSUCH|SAVE|LOAD)");
        compared(Comparison.KIND, 1, "ACL (LIST|GETUSER {user}|LOG|GENPASS)");
        compared(Comparison.KIND, 1, "ACL CAT (read|write|string|dangerous|nosuch)");
        exact(14, "ACL DRYRUN {user} (GET|DEL|EXISTS|TTL|TYPE|INCR|STRLEN|PERSIST|GETDEL) {owned}");
        exact(4, "ACL DRYRUN {user} SET {owned} {value} [GET]");
        exact(4, "ACL DRYRUN {user} (RENAME|COPY) {owned} {owned}");
        exact(3, "ACL DRYRUN {user} (MGET|DEL) {owned}...");
        exact(
                4,
                "ACL DRYRUN {user} (CONFIG GET x|CLIENT ID|CLIENT LIST|PING|MULTI|SELECT 0|SELECT 1|FLUSHALL|AUTH x|ACL WHOAMI)");
        exact(2, "ACL DRYRUN {user} EVAL x (0|1|2) {owned} {owned}");
    }

    private void asUser() {
        exact(12, "AUTH {login} {password}");
        exact(1, "AUTH {password}");
        compared(Comparison.KIND, 1, "HELLO 2 AUTH {login} {password}");
        verbatim(8, "RESET");
        exact(8, "SET {owned} {value} [GET]");
        exact(8, "GET {owned}");
        exact(2, "(MGET|EXISTS) {owned}...");
        exact(2, "(RENAME|COPY) {owned} {owned}");
        exact(3, "MULTI");
        exact(4, "EXEC");
        exact(2, "PING");
        exact(1, "SELECT (0|1)");
    }
}
