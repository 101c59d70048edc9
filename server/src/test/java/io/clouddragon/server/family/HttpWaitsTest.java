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

    @Test
    void aPauseOfWritesHoldsBatchesThatWrite() throws Exception {
        assertThat(admin.call("CLIENT PAUSE 20000 WRITE")).isEqualTo("+OK");
        var set = post("/db/0", "{\"KVSet\": {\"Key\": \"k\", \"Value\": 1}}");
        var lock = post("/db/0", "{\"LockID\": \"l\"}");
        var watch = post("/watch/0", "{\"ID\": \"k\", \"Version\": 0}");
        assertThat(post("/db/0", "{\"KVGet\": \"k\"}").get()).contains("\"Version\": 0");
        Thread.sleep(50);
        assertThat(set.isDone() || lock.isDone() || watch.isDone()).isFalse();
        assertThat(admin.call("CLIENT UNPAUSE")).isEqualTo("+OK");
        assertThat(set.get()).startsWith("200 ");
        assertThat(lock.get()).startsWith("200 {\"Lock\"");
        assertThat(watch.get()).contains("\"Value\": 1");
    }

    @Test
    void aPauseOfAllHoldsReadsToo() throws Exception {
        assertThat(admin.call("CLIENT PAUSE 300 ALL")).isEqualTo("+OK");
        long start = System.nanoTime();
        assertThat(post("/db/0", "{\"KVGet\": \"k\"}").get()).startsWith("200 ");
        assertThat(System.nanoTime() - start).isGreaterThan(250_000_000);
    }

    @Test
    void requestsBehindOneThatAPauseHoldsKeepTheirOrder() throws Exception {
        assertThat(admin.call("CLIENT PAUSE 20000 WRITE")).isEqualTo("+OK");
        try (RawClient pipeline = new RawClient(port)) {
            for (int i = 0; i < 3; i++) {
                String body = i == 1 ? "{\"KVGet\": \"c\"}" : "{\"Atomic\": {\"Key\": \"c\", \"Add\": 1}}";
                pipeline.send(
                        "POST /db/0 HTTP/1.1", "Host: localhost", "Content-Length: " + (body.length() + 2), "", body);
            }
            assertThat(pipeline.answersWithin(50)).isFalse();
            admin.call("CLIENT UNPAUSE");
            await().until(() -> admin.call("GET c").equals("2"));
            assertThat(pipeline.answersWithin(1000)).isTrue();
        }
    }

    @Test
    void whatAPauseHoldsIsToldThatTheServerStops() throws Exception {
        admin.call("CLIENT PAUSE 20000 ALL");
        var get = post("/db/0", "{\"KVGet\": \"k\"}");
        Thread.sleep(200);
        server.close();
        server = null;
        assertThat(get.get()).startsWith("503 ");
    }
}
