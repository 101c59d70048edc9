package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.config.Setting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests over HTTP that wait, and what clients of the Redis protocol and the server's end do to them. */
class HttpWaitsTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private RunningServer server;
    private RawClient admin;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        port = FreePorts.next();
        server = new RunningServer(directory, Map.of(Setting.HTTP_PORT, Integer.toString(port)));
        admin = server.connect();
    }

    @AfterEach
    void stop() {
        admin.close();
        if (server != null) {
            server.close();
        }
    }

    private CompletableFuture<String> post(String path, String body) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .thenApply(answer -> answer.statusCode() + " " + answer.body());
    }

    @Test
    void whoWaitsIsToldThatTheServerStops() throws Exception {
        admin.call("DRAGON.LOCK l EX 60");
        var lock = post("/db/0", "{\"LockID\": \"l\", \"LockWait\": 20}");
        var watch = post("/watch/0", "{\"ID\": \"k\"}");
        await().until(() -> admin.call("DRAGON.LOCKINFO l").contains("waiters, :1"));
        await().until(() -> admin.call("INFO dragon").matches("(?s).*[^a-z_]waiters:2\\D.*"));
        server.close();
        server = null;
        String stopping = "503 {\"Code\": \"unavailable\", \"Message\": \"the server is stopping\"}";
        assertThat(lock.get()).isEqualTo(stopping);
        assertThat(watch.get()).isEqualTo(stopping);
    }
}
