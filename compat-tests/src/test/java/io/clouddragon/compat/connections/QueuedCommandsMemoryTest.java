package io.clouddragon.compat.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MULTI is no way around {@code maxmemory}, neither for what EXEC would write nor for what is queued. */
class QueuedCommandsMemoryTest {
    private static final String OOM = "(error) OOM command not allowed when used memory > 'maxmemory'.";

    @RegisterExtension
    static final BothServers servers = new BothServers();

    /** The first part of each row is said while there is memory, the other part, behind the bar, when there is none. */
    private static final List<String> SESSIONS = List.of(
            "| SET k w, GET k, DEL absent, MULTI, DISCARD, MULTI, EXEC",
            "MULTI, SET k w, GET k | EXEC, EXEC, GET k",
            "MULTI, GET k, DEL absent | EXEC, EXEC",
            "MULTI, GET k | PING, EXEC, EXEC",
            "MULTI, GET k | SET k w, EXEC",
            "MULTI, GET k | DEL k, ECHO a, EXEC, GET k",
            "MULTI, SET k w | MULTI, WATCH k, DISCARD, GET k",
            "MULTI, SET k w | RESET, GET k",
            "MULTI, SET k w | NOSUCH, EXEC",
            "MULTI, NOSUCH, SET k w | EXEC",
            "MULTI, SET k | EXEC, EXEC",
            "WATCH k, MULTI, SET k w | GET k, EXEC, EXEC",
            "MULTI, PUBLISH channel m | EXEC",
            "MULTI, EVAL 'return redis.call(\"SET\",\"k\",\"w\")' 0 | EXEC",
            "MULTI, EVAL 'return redis.call(\"GET\",\"k\")' 1 k | EXEC",
            "MULTI, SET k w | QUIT");

    private static List<String> transcript(Target target) {
        List<String> all = new ArrayList<>();
        TestServer server = servers.of(target);
        try (RespConnection admin = server.connect()) {
            admin.send("SET k v");
            for (String row : SESSIONS) {
                int bar = row.indexOf('|');
                try (RespConnection client = server.connect()) {
                    say(client, row.substring(0, bar), all);
                    admin.send("CONFIG SET maxmemory 1");
                    say(client, row.substring(bar + 1), all);
                }
                admin.send("CONFIG SET maxmemory 0");
            }
        }
        return all;
    }

    private static void say(RespConnection client, String commands, List<String> replies) {
        for (String command : commands.split(", ")) {
            if (!command.isBlank()) {
                replies.add(command.strip() + " -> " + client.send(command.strip()));
            }
        }
    }

    @Test
    void queueingAndExecAreRefusedAsByRedis() {
        List<String> dragon = transcript(Target.DRAGON);
        assertThat(dragon).contains("PING -> " + OOM).isEqualTo(transcript(Target.REDIS));
    }

    @Test
    void whatIsQueuedCountsUntilItIsDroppedOrItsClientIsGone() {
        TestServer server = servers.of(Target.DRAGON);
        String echo = "ECHO " + "x".repeat(100_000);
        try (RespConnection admin = server.connect()) {
            admin.send("SET k v");
            admin.send("CONFIG SET maxmemory 3mb");
            try (RespConnection client = server.connect()) {
                client.send("MULTI");
                int queued = 0;
                while (client.send(echo).toString().equals("QUEUED")) {
                    queued++;
                    assertThat(queued).isLessThan(40);
                }
                assertThat(queued).isGreaterThan(20);
                assertThat(admin.send("SET k w")).hasToString(OOM);
                assertThat(admin.send("GET k")).hasToString("\"v\"");
                client.send("DISCARD");
                assertThat(admin.send("SET k w")).hasToString("OK");

                client.send("MULTI");
                while (client.send(echo).toString().equals("QUEUED")) {
                    assertThat(admin.send("PING")).hasToString("PONG");
                }
                assertThat(admin.send("SET k v")).hasToString(OOM);
            }
            await().until(() -> admin.send("SET k v").toString().equals("OK"));
            try (RespConnection client = server.connect()) {
                client.send("MULTI");
                client.send("NOSUCH");
                for (int i = 0; i < 40; i++) {
                    assertThat(client.send(echo))
                            .as("queued for nothing, and not kept")
                            .hasToString("QUEUED");
                }
                assertThat(admin.send("SET k v")).hasToString("OK");
            }
            admin.send("CONFIG SET maxmemory 0");
        }
    }
}
