package io.clouddragon.compat.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Walks the whole command table, as the server itself tells it, and every route and field of the HTTP API, and tries each
 * without login, as a user without rights, and with rights to other keys only: all of them are refused.
 */
class NoBypassTest {
    /** Served before login, as in Redis. */
    private static final Set<String> BEFORE_LOGIN = Set.of("auth", "hello", "quit", "reset");

    /** Calls that ones do not make: words by command. Only what COMMAND GETKEYS does not understand as ones. */
    private static final Map<String, String> CALLS = Map.of(
            "xread", "STREAMS 1 1",
            "xreadgroup", "GROUP 1 1 STREAMS 1 1",
            "lmpop", "1 1 LEFT",
            "blmpop", "1 1 1 LEFT",
            "zmpop", "1 1 MIN",
            "bzmpop", "1 1 1 MIN");

    private static final int MOST_MORE_WORDS = 5;

    /** Before the reason why an EXEC was refused. */
    private static final String EXEC_REFUSED = "EXECABORT Transaction discarded because of: ";

    private static final Set<String> CHANNELS = Set.of("publish", "spublish", "subscribe", "psubscribe", "ssubscribe");

    @RegisterExtension
    static final ServerExtension dragon = ServerExtension.dragon();

    private static final Map<String, RespValue> commands = new TreeMap<>();
    private static RespConnection admin;

    private int tried;
    private final List<String> bypasses = new ArrayList<>();

    @BeforeAll
    static void setUp() {
        admin = dragon.connect();
        for (RespValue command : admin.send("COMMAND").items()) {
            add(command);
        }
        admin.send("ACL SETUSER admin on >admin +@all ~* &*");
        admin.send("ACL SETUSER nobody on >secret");
        admin.send("ACL SETUSER elsewhere on >secret +@all ~mine:* &mine:*");
        admin.send("AUTH admin admin");
    }

    private static void add(RespValue command) {
        RespValue subcommands = command.item(9);
        String name = command.item(0).text().toLowerCase(Locale.ROOT);
        if (subcommands.items().isEmpty() || name.equals("command")) {
            commands.put(name, command);
        }
        subcommands.items().forEach(NoBypassTest::add);
    }

    @AfterAll
    static void tearDown() {
        admin.close();
    }

    private static String line(String name, int moreWords) {
        int arity = (int) Math.abs(commands.get(name).item(1).integer());
        String[] words = name.split("\\|");
        return String.join(" ", words) + " 1".repeat(arity - words.length + moreWords);
    }

    private void expect(RespConnection as, String line, String error) {
        tried++;
        RespValue reply = as.send(line);
        String text = reply.isError() ? reply.text().replace(EXEC_REFUSED, "") : "";
        if (!text.startsWith(error)) {
            bypasses.add(line + " -> " + reply);
        }
    }

    private void report(String how) {
        System.out.printf("security: %s: %d tried, %d bypasses%n", how, tried, bypasses.size());
        assertThat(bypasses).isEmpty();
    }

    @Test
    void noCommandBeforeLogin() {
        admin.send("CONFIG SET requirepass geheim");
        try (RespConnection stranger = dragon.connect()) {
            for (String name : commands.keySet()) {
                if (!BEFORE_LOGIN.contains(name)) {
                    expect(stranger, line(name, 0), "NOAUTH");
                }
            }
        } finally {
            admin.send("CONFIG SET requirepass \"\"");
        }
        report("commands without login");
        assertThat(tried).isGreaterThan(140);
    }

    @Test
    void noCommandWithoutRights() {
        try (RespConnection nobody = dragon.connect()) {
            nobody.send("AUTH nobody secret");
            for (String name : commands.keySet()) {
                if (!BEFORE_LOGIN.contains(name)) {
                    expect(nobody, line(name, 0), "NOPERM this user has no permissions to run the '" + name + "'");
                }
            }
        }
        report("commands without rights");
    }

    @Test
    void noCommandOnTheKeysOfOthers() {
        Set<String> notTried = new TreeSet<>();
        try (RespConnection elsewhere = dragon.connect()) {
            elsewhere.send("AUTH elsewhere secret");
            for (String name : commands.keySet()) {
                boolean hasKeys = !commands.get(name).item(8).items().isEmpty();
                if (CHANNELS.contains(name)) {
                    expect(
                            elsewhere,
                            line(name, 0),
                            "NOPERM this user has no permissions to access one of the channels");
                } else if (hasKeys && !name.equals("sunsubscribe")) {
                    String call = callWithKeys(name);
                    if (call == null) {
                        notTried.add(name);
                    } else {
                        expect(elsewhere, call, "NOPERM this user has no permissions to access one of the keys");
                    }
                }
            }
        }
        report("commands on the keys and channels of others");
        assertThat(notTried)
                .as("commands for which no call with a key was found")
                .isEmpty();
        assertThat(tried).isGreaterThan(70);
    }

    /** A call that has a key, as far as the server knows; null when none was found. */
    private static String callWithKeys(String name) {
        if (CALLS.containsKey(name)) {
            return name + " " + CALLS.get(name);
        }
        for (int more = 0; more < MOST_MORE_WORDS; more++) {
            RespValue keys = admin.send("COMMAND GETKEYS " + line(name, more));
            if (!keys.isError() && !keys.items().isEmpty()) {
                return line(name, more);
            }
        }
        return null;
    }

    // ---- HTTP

    private static final List<String> BODIES = List.of(
            "{\"LockID\": \"1\"}",
            "{\"LockID\": \"1\", \"LockWait\": 1}",
            "{\"UnlockID\": \"1\", \"Unlock\": 1}",
            "{\"LockID\": \"1\", \"UnlockID\": \"1\", \"Unlock\": 1}",
            "{\"IdempotencyIDs\": \"1\"}",
            "{\"IdempotencyIDs\": [\"mine:1\", \"1\"]}",
            "{\"Atomic\": {\"Key\": \"1\", \"Add\": 1}}",
            "{\"Atomic\": {\"Key\": \"1\", \"Set\": 1}}",
            "{\"Atomic\": {\"Key\": \"1\", \"Set\": 1, \"IfEq\": 0}}",
            "{\"KVGet\": \"1\"}",
            "{\"KVGet\": [\"mine:1\", {\"Key\": \"1\"}]}",
            "{\"KVSet\": {\"Key\": \"1\", \"Value\": 1}}",
            "{\"KVSet\": {\"Key\": \"1\", \"Value\": 1, \"IfVersion\": 0, \"TTL\": 9}}",
            "{\"KVSet\": {\"Key\": \"1\", \"Delete\": true}}",
            "{\"KVSet\": [{\"Key\": \"mine:1\", \"Value\": 1}, {\"Key\": \"1\", \"Delete\": true, \"IfVersion\": 0}]}");

    private void tryHttp(String token, int expected) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        String base = "http://127.0.0.1:" + ((DragonServer) dragon.server()).httpPort();
        for (String route : List.of("/db/0", "/req/0", "/watch/0")) {
            List<String> bodies = route.startsWith("/watch") ? List.of("{\"ID\": \"1\", \"Wait\": 0}") : BODIES;
            for (String body : bodies) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + route))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
                if (token != null) {
                    request.header("Authorization", "Bearer " + token);
                }
                HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                tried++;
                if (answer.statusCode() != expected) {
                    bypasses.add(route + " " + body + " -> " + answer.statusCode() + " " + answer.body());
                }
            }
        }
    }

    @Test
    void noHttpRequestWithoutRights() throws Exception {
        tryHttp("nobody:secret", 403);
        tryHttp("elsewhere:secret", 403);
        report("HTTP routes and fields without rights, and on the names of others");
    }

    @Test
    void noHttpRequestBeforeLogin() throws Exception {
        admin.send("CONFIG SET requirepass geheim");
        try {
            tryHttp(null, 401);
            tryHttp("wrong", 401);
            tryHttp("nobody:wrong", 401);
        } finally {
            admin.send("CONFIG SET requirepass \"\"");
        }
        report("HTTP routes and fields without login");
    }
}
