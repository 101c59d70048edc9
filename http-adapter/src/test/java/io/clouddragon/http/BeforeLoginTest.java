package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody without a password may take of the server: next to nothing. */
class BeforeLoginTest {
    private static final long LOGIN_MILLIS = 500;
    private static final HttpLimits LIMITS =
            new HttpLimits(4096, 8192, 16 << 20, 64 << 20, 100_000, 32, 60_000, 60_000, LOGIN_MILLIS, 1000);
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String WRONG = head("/db/dev", "localhost");
    private static final String RIGHT = WRONG + "Authorization: Bearer secret\r\n";

    @TempDir
    Path directory;

    private TestServer server;
    private Wire wire;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(directory, new HttpOptions(LIMITS, Set.of(), new OneUser("me", "secret"), () -> false));
        wire = server.connect();
    }

    @AfterEach
    void stop() throws Exception {
        wire.close();
        server.close();
    }

    private static String head(String path, String host) {
        return "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
    }

    private static String withBody(String head, String body) {
        return head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void who_does_not_log_in_in_time_is_disconnected_and_who_has_may_be_silent() throws Exception {
        assertThat(wire.send(withBody(RIGHT, "{}")).read().status()).isEqualTo(200);
        for (String said : new String[] {"", HEALTH, withBody(WRONG, "{}")}) {
            try (Wire stranger = server.connect()) {
                stranger.send(said);
                if (!said.isEmpty()) {
                    stranger.read();
                }
                assertThat(stranger.isClosedByServer()).isTrue();
            }
        }
        assertThat(wire.send(withBody(RIGHT, "{}")).read().status()).isEqualTo(200);
    }

    @Test
    void who_came_while_the_data_was_loaded_has_the_same_time_afterwards() throws Exception {
        try (TestServer loading = new TestServer(
                        directory.resolve("other"),
                        new HttpOptions(LIMITS, Set.of(), new OneUser("me", "secret"), () -> false),
                        false);
                Wire early = loading.connect()) {
            assertThat(early.send(HEALTH).read().status()).isEqualTo(503);
            Thread.sleep(2 * LOGIN_MILLIS);
            assertThat(early.send(HEALTH).read().status()).isEqualTo(503);
            loading.finishLoading();
            assertThat(early.isClosedByServer()).isTrue();
        }
    }

    @Test
    void what_began_while_the_data_was_loaded_is_not_done_afterwards() throws Exception {
        try (TestServer loading = new TestServer(directory.resolve("other"), HttpOptions.DEFAULT, false);
                Wire early = loading.connect();
                Wire other = loading.connect()) {
            String request = withBody(WRONG, "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1}}");
            early.send(request.substring(0, request.length() - 1));
            assertThat(other.send(HEALTH).read().status()).isEqualTo(503);
            loading.finishLoading();
            assertThat(early.send("}").read().text())
                    .isEqualTo("503 {\"Code\": \"unavailable\", \"Message\": \"loading the data\"}");
            assertThat(loading.post("/db/dev", "{\"KVGet\": \"a\"}").text()).contains("\"Version\": 0");
            assertThat(early.send(withBody(WRONG, "{}")).read().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"401 /db/dev localhost", "403 /db/dev elsewhere.example", "404 /nowhere localhost"})
    void of_a_refused_request_a_small_body_is_passed_over_and_a_large_one_not_waited_for(String refused)
            throws Exception {
        String[] words = refused.split(" ");
        int status = Integer.parseInt(words[0]);
        String head = head(words[1], words[2]);
        assertThat(wire.send(withBody(head, "x".repeat(5000))).read().status()).isEqualTo(status);
        assertThat(wire.send(withBody(RIGHT, "{}")).read().status()).isEqualTo(200);

        wire.send(head + "Content-Length: 100000\r\n\r\n");
        assertThat(wire.read().status()).isEqualTo(status);
        assertThat(wire.isClosedByServer()).isTrue();
        try (Wire inChunks = server.connect()) {
            inChunks.send(head + "Transfer-Encoding: chunked\r\n\r\n2800\r\n" + "x".repeat(0x2800));
            assertThat(inChunks.read().status()).isEqualTo(status);
            assertThat(inChunks.isClosedByServer()).isTrue();
        }
        try (Wire careful = server.connect()) {
            careful.send(head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(careful.read().status()).isEqualTo(status);
            assertThat(careful.isClosedByServer()).isTrue();
        }
    }

    @Test
    void health_takes_no_body() throws Exception {
        String health = "GET /health HTTP/1.1\r\nHost: localhost\r\n";
        assertThat(wire.send(withBody(health, "x".repeat(5000))).read().status())
                .isEqualTo(200);
        wire.send(health + "Transfer-Encoding: chunked\r\n\r\n2800\r\n" + "x".repeat(0x2800));
        assertThat(wire.read().status()).isEqualTo(413);
        assertThat(wire.isClosedByServer()).isTrue();
    }
}
