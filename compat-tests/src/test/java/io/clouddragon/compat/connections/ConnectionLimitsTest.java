package io.clouddragon.compat.connections;

import static io.clouddragon.compat.connections.BothServers.hasEnded;
import static io.clouddragon.compat.connections.BothServers.info;
import static io.clouddragon.compat.connections.BothServers.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code maxclients}, {@code timeout} and {@code tcp-keepalive}, all set while the server runs. */
class ConnectionLimitsTest {
    private static final String FULL = "(error) ERR max number of clients reached";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The timers of {@code /proc/net/tcp} count in these. */
    private static final int TICKS_PER_SECOND = 100;

    @RegisterExtension
    static final BothServers servers = new BothServers();

    private TestServer server;
    private RespConnection admin;

    private void connect(Target target) {
        server = servers.of(target);
        admin = server.connect();
    }

    private void set(String setting, int value) {
        assertThat(admin.send("CONFIG SET " + setting + " " + value)).hasToString("OK");
    }

    @AfterEach
    void backToDefaults() {
        if (admin != null) {
            set("maxclients", 5_000);
            set("timeout", 0);
            set("tcp-keepalive", 300);
            admin.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void oneTooManyIsToldSoAndClosed(Target target) {
        connect(target);
        await().atMost(LIMIT).until(() -> info(admin, "clients", "connected_clients") == 1);
        long rejectedBefore = info(admin, "stats", "rejected_connections");
        set("maxclients", 2);
        assertThat(info(admin, "clients", "maxclients")).isEqualTo(2);
        try (RespConnection second = server.connect()) {
            assertThat(second.send("PING")).hasToString("PONG");
            for (int i = 0; i < 3; i++) {
                try (RespConnection tooMany = server.connect()) {
                    assertThat(tooMany.read()).hasToString(FULL);
                    assertThat(hasEnded(tooMany)).isTrue();
                }
            }
            assertThat(info(admin, "stats", "rejected_connections") - rejectedBefore)
                    .isEqualTo(3);
            set("maxclients", 1);
            assertThat(second.send("PING")).as("who is in stays").hasToString("PONG");
            set("maxclients", 3);
            try (RespConnection third = server.connect()) {
                assertThat(third.send("PING")).hasToString("PONG");
            }
        }
        set("maxclients", 2);
        await().atMost(LIMIT).until(() -> info(admin, "clients", "connected_clients") == 1);
        try (RespConnection again = server.connect()) {
            assertThat(again.send("PING")).as("who has gone makes room").hasToString("PONG");
        }
    }

    @Test
    void bothDoorsCountTogether() {
        connect(Target.DRAGON);
        await().atMost(LIMIT).until(() -> info(admin, "clients", "connected_clients") == 1);
        int http = ((DragonServer) server).httpPort();
        set("maxclients", 2);
        try (HttpConnection web = HttpConnection.to(http)) {
            assertThat(web.get("/health").status()).isEqualTo(200);
            try (RespConnection tooMany = server.connect();
                    HttpConnection tooManyToo = HttpConnection.to(http)) {
                assertThat(tooMany.read()).hasToString(FULL);
                assertThat(tooManyToo.read())
                        .hasToString("503 {\"Code\": \"unavailable\", \"Message\": \"max number of clients reached\"}");
                assertThatThrownBy(tooManyToo::read).hasMessageContaining("closed the connection");
            }
            assertThat(web.get("/health").status()).isEqualTo(200);
        }
        await().atMost(LIMIT).until(() -> {
            try (HttpConnection again = HttpConnection.to(http)) {
                return again.get("/health").status() == 200;
            } catch (UncheckedIOException refused) {
                return false;
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void theIdleAreClosedAndWhoWaitsForSomethingIsNot(Target target) {
        connect(target);
        try (RespConnection subscriber = server.connect();
                RespConnection sharded = server.connect().hello(3);
                RespConnection blocked = server.connect();
                RespConnection monitor = server.connect();
                RespConnection idle = server.connect();
                RespConnection transaction = server.connect();
                RespConnection neverSpoke = server.connect()) {
            subscriber.send("SUBSCRIBE news");
            sharded.send("SSUBSCRIBE shard");
            blocked.write("BLPOP list 0");
            monitor.send("MONITOR");
            long idleId = idle.send("CLIENT ID").integer();
            transaction.send("MULTI");
            set("timeout", 1);
            await().atMost(LIMIT).until(() -> line(admin, idleId).isEmpty());
            assertThat(hasEnded(idle)).isTrue();
            assertThat(hasEnded(transaction)).isTrue();
            assertThat(hasEnded(neverSpoke)).isTrue();
            set("timeout", 0);
            assertThat(admin.send("PUBLISH news hello").integer()).isEqualTo(1);
            assertThat(subscriber.read().item(2)).hasToString("\"hello\"");
            assertThat(admin.send("SPUBLISH shard hello").integer()).isEqualTo(1);
            assertThat(sharded.read().item(2)).hasToString("\"hello\"");
            admin.send("RPUSH list a");
            assertThat(blocked.read().item(1)).hasToString("\"a\"");
            assertThat(hasEnded(monitor)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void keepAliveIsSetOnTheSocketsOfThoseWhoComeAfterwards(Target target) throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "only Linux tells timers of sockets there");
        connect(target);
        assertThat(keepAliveSeconds(admin)).as("the default").isBetween(200L, 300L);
        set("tcp-keepalive", 50);
        try (RespConnection client = server.connect()) {
            assertThat(keepAliveSeconds(client)).isBetween(20L, 50L);
        }
        assertThat(keepAliveSeconds(admin)).as("an older one").isBetween(100L, 300L);
        set("tcp-keepalive", 0);
        try (RespConnection client = server.connect()) {
            assertThat(keepAliveSeconds(client)).as("none").isZero();
        }
    }

    /** Seconds until the kernel's next probe of the server's side of a connection; 0 when none is due. */
    private long keepAliveSeconds(RespConnection client) throws IOException {
        String address = client.send("CLIENT INFO").text().replaceFirst("(?s).* addr=\\S*:(\\d+) .*", "$1");
        String here = String.format(Locale.ROOT, ":%04X", server.port());
        String there = String.format(Locale.ROOT, ":%04X", Integer.parseInt(address));
        await().atMost(LIMIT).until(() -> !timer(here, there).startsWith("01:"));
        String timer = timer(here, there);
        return timer.startsWith("02:") ? Long.parseLong(timer.substring(3), 16) / TICKS_PER_SECOND : 0;
    }

    /** As the kernel tells it: 02 and the ticks that are left for a keep-alive probe, 01 while it awaits an acknowledgement. */
    private static String timer(String here, String there) throws IOException {
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String row : Files.readAllLines(Path.of(table))) {
                String[] columns = row.strip().split("\\s+");
                if (columns[1].endsWith(here) && columns[2].endsWith(there)) {
                    return columns[5];
                }
            }
        }
        throw new AssertionError("no socket " + here + " to " + there);
    }
}
