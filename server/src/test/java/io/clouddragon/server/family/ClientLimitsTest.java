package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.config.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is disconnected, who is not let in, and what is refused beyond a limit. */
class ClientLimitsTest {
    @TempDir
    private Path directory;

    @Test
    void withAPasswordNothingIsServedBeforeLoginAndLoginMustComeInTime() throws IOException {
        Map<Setting, String> options = Map.of(Setting.REQUIREPASS, "open sesame", Setting.UNAUTHENTICATED_TIMEOUT, "1");
        try (RunningServer server = new RunningServer(directory, options);
                RawClient client = server.connect();
                RawClient silent = server.connect()) {
            assertThat(client.call("PING")).isEqualTo("-NOAUTH Authentication required.");
            assertThat(client.call("HELLO 3")).startsWith("-NOAUTH HELLO must be called with the client already");
            assertThat(client.call("AUTH wrong"))
                    .isEqualTo("-WRONGPASS invalid username-password pair or user is disabled.");
            assertThat(client.call("AUTH somebody \"open sesame\"")).startsWith("-WRONGPASS");
            assertThat(client.call("HELLO 2 AUTH default \"open sesame\"")).startsWith("[server, redis,");
            assertThat(client.call("RESET")).isEqualTo("+RESET");
            assertThat(client.call("PING")).startsWith("-NOAUTH");
            assertThat(client.call("AUTH \"open sesame\"")).isEqualTo("+OK");
            assertThat(silent.reply()).isEqualTo(RawClient.CLOSED);
            assertThat(client.call("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void whoWasLoggedInHasAsLongAsANewcomerToLogInAgain() throws IOException {
        Map<Setting, String> options = Map.of(Setting.REQUIREPASS, "secret", Setting.UNAUTHENTICATED_TIMEOUT, "2");
        try (RunningServer server = new RunningServer(directory, options);
                RawClient client = server.connect();
                RawClient stranger = server.connect()) {
            assertThat(client.call("AUTH secret")).isEqualTo("+OK");
            assertThat(stranger.reply()).isEqualTo(RawClient.CLOSED);
            long start = System.nanoTime();
            assertThat(client.call("RESET")).isEqualTo("+RESET");
            assertThat(client.reply()).isEqualTo(RawClient.CLOSED);
            // The server goes by another clock, in milliseconds.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1900));
        }
    }

    @Test
    void whoNeverLoggedInGainsNoTimeByReset() throws IOException {
        Map<Setting, String> options = Map.of(Setting.REQUIREPASS, "secret", Setting.UNAUTHENTICATED_TIMEOUT, "1");
        try (RunningServer server = new RunningServer(directory, options);
                RawClient client = server.connect()) {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> client.call("RESET").equals(RawClient.CLOSED));
        }
    }

    @Test
    void whoWasConnectedBeforeThePasswordStaysLoggedIn() throws IOException {
        try (RunningServer server = new RunningServer(directory, Map.of());
                RawClient before = server.connect()) {
            assertThat(before.call("AUTH x")).startsWith("-ERR AUTH <password> called without any password configured");
            assertThat(before.call("CONFIG SET requirepass secret")).isEqualTo("+OK");
            assertThat(before.call("PING")).isEqualTo("+PONG");
            try (RawClient after = server.connect()) {
                assertThat(after.call("PING")).startsWith("-NOAUTH");
            }
        }
    }

    @Test
    void theIdleAreDisconnectedTheBlockedAreNot() throws IOException {
        try (RunningServer server = new RunningServer(directory, Map.of(Setting.TIMEOUT, "1"));
                RawClient idle = server.connect();
                RawClient blocked = server.connect()) {
            idle.call("PING");
            blocked.send("DRAGON.WATCH k 0 3");
            assertThat(idle.reply()).isEqualTo(RawClient.CLOSED);
            assertThat(blocked.reply()).isEqualTo("(nil)");
        }
    }

    @Test
    void theIdleAreDisconnectedOverHttpThoseThatWaitAreNot() throws IOException {
        int port = FreePorts.next();
        Map<Setting, String> options = Map.of(Setting.TIMEOUT, "1", Setting.HTTP_PORT, Integer.toString(port));
        try (RunningServer server = new RunningServer(directory, options);
                RawClient blocked = server.connect();
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket waiting = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String watch = "{\"ID\": \"k\", \"Wait\": 3}";
            waiting.getOutputStream()
                    .write(("POST /watch/dev HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + watch.length()
                                    + "\r\n\r\n" + watch)
                            .getBytes(StandardCharsets.US_ASCII));
            blocked.send("DRAGON.WATCH k 0 3");
            silent.setSoTimeout(10_000);
            waiting.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            // Then it is idle, too.
            assertThat(new String(waiting.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 204 ");
            assertThat(blocked.reply()).isEqualTo("(nil)");
        }
    }

    @Test
    void whoDoesNotReadItsRepliesIsDisconnected() throws IOException {
        Map<Setting, String> options = Map.of(Setting.CLIENT_OUTPUT_BUFFER_LIMIT, "normal 512kb 0 0");
        try (RunningServer server = new RunningServer(directory, options);
                RawClient reader = server.connect();
                RawClient lazy = server.connect()) {
            assertThat(reader.call("SETRANGE big 999999 x")).isEqualTo(":1000000");
            String id = lazy.call("CLIENT ID").substring(1);
            for (int i = 0; i < 64; i++) {
                lazy.send("GET big");
            }
            Awaitility.await().until(() -> reader.call("CLIENT LIST ID " + id).isEmpty());
            assertThat(reader.call("GET big")).hasSize(1_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MONITOR", "CLIENT TRACKING ON BCAST"})
    void whoDoesNotReadWhatOthersDoIsDisconnected(String asked) throws IOException {
        Map<Setting, String> options = Map.of(Setting.CLIENT_OUTPUT_BUFFER_LIMIT, "pubsub 512kb 0 0");
        try (RunningServer server = new RunningServer(directory, options);
                RawClient busy = server.connect();
                RawClient lazy = server.connect()) {
            lazy.call("HELLO 3");
            String id = lazy.call("CLIENT ID").substring(1);
            assertThat(lazy.call(asked)).isEqualTo("+OK");
            String key = "k".repeat(60_000);
            // More than the limit and what the kernel takes.
            for (int i = 0; i < 500; i++) {
                assertThat(busy.call("SET " + key + " v")).isEqualTo("+OK");
            }
            Awaitility.await().until(() -> busy.call("CLIENT LIST ID " + id).isEmpty());
        }
    }

    @Test
    void theNumberOfDatabasesIsLimitedAsIsSetNow() throws IOException {
        try (RunningServer server = new RunningServer(directory, Map.of(Setting.DATABASES_MAX, "3"));
                RawClient client = server.connect();
                RawClient other = server.connect()) {
            assertThat(client.call("SELECT one")).isEqualTo("+OK");
            assertThat(client.call("SET k 1")).isEqualTo("+OK");
            assertThat(other.call("SELECT two")).startsWith("-ERR too many databases");
            assertThat(other.call("CONFIG SET databases-max 10")).isEqualTo("+OK");
            assertThat(other.call("SELECT two")).isEqualTo("+OK");
            assertThat(client.call("CONFIG SET databases-max 1")).isEqualTo("+OK");
            assertThat(client.call("SELECT three")).startsWith("-ERR too many databases");
            assertThat(client.call("SELECT two")).isEqualTo("+OK");
        }
    }
}
