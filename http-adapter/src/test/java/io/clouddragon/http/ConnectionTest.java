package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connection does with requests, whole, in pieces, many and slow. */
class ConnectionTest {
    private static final long PATIENCE_MILLIS = 300;
    private static final HttpLimits LIMITS = new HttpLimits(
            4096, 8192, 16 << 20, 64 << 20, 100_000, 32, PATIENCE_MILLIS, PATIENCE_MILLIS, PATIENCE_MILLIS, 1000);
    private static final String ADD = "{\"Atomic\": {\"Key\": \"c\", \"Add\": 1}}";

    @TempDir
    Path directory;

    /** How many more requests that grow find no memory. */
    private final AtomicInteger withoutMemory = new AtomicInteger();

    private TestServer server;
    private Wire wire;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(directory, new HttpOptions(LIMITS, Set.of(), Access.OPEN, this::isOutOfRoom));
        wire = server.connect();
    }

    @AfterEach
    void stop() throws Exception {
        wire.close();
        server.close();
    }

    private boolean isOutOfRoom() {
        if (withoutMemory.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError("full");
        }
        return false;
    }

    private static String counted(long value) {
        return "200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": " + value + "}]}";
    }

    @Test
    void pipelined_requests_are_answered_in_order() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            requests.append(Wire.request("/db/dev", ADD));
        }
        wire.send(requests.toString());
        for (int i = 1; i <= 500; i++) {
            assertThat(wire.read().text()).isEqualTo(counted(i));
        }
    }

    @Test
    void requests_behind_one_that_waits_wait_too() throws Exception {
        StringBuilder requests = new StringBuilder(Wire.request("/watch/dev", "{\"ID\": \"k\", \"Wait\": 20}"));
        for (int i = 0; i < 300; i++) {
            requests.append(Wire.request("/db/dev", ADD));
        }
        requests.append(Wire.request("/nowhere", "{}"));
        wire.send(requests.toString());
        await().until(() -> server.parkedWaiters() == 1);
        assertThat(server.post("/db/dev", "{\"KVGet\": \"c\"}").body()).contains("\"Version\": 0");

        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": 1}}");
        assertThat(wire.read().text()).startsWith("200 {\"Key\": \"k\"");
        for (int i = 1; i <= 300; i++) {
            assertThat(wire.read().text()).isEqualTo(counted(i));
        }
        assertThat(wire.read().status()).isEqualTo(404);
    }

    @Test
    void a_request_that_needs_more_memory_than_there_is_does_not_stop_those_behind_it() throws Exception {
        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": 1}}");
        wire.send(Wire.request("/watch/dev", "{\"ID\": \"k\", \"Version\": 1, \"Wait\": 20}")
                + Wire.request("/db/dev", ADD)
                + Wire.request("/db/dev", ADD));
        await().until(() -> server.parkedWaiters() == 1);
        withoutMemory.set(1);
        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Delete\": true}}");
        assertThat(wire.read().status()).isEqualTo(200);
        assertThat(wire.read().text())
                .startsWith("503 {\"Code\": \"unavailable\"")
                .contains("more memory");
        assertThat(wire.read().text()).isEqualTo(counted(1));
    }

    @Test
    void one_that_waits_and_needs_more_memory_than_there_is_fails_alone() throws Exception {
        String handle = server.post("/db/dev", "{\"LockID\": \"l\"}").header("Dragon-Revision");
        wire.sendPost("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20, \"KVSet\": {\"Key\": \"a\", \"Value\": 1}}");
        await().until(() -> server.parkedWaiters() == 1);
        try (Wire next = server.connect()) {
            next.sendPost("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20}");
            await().until(() -> server.parkedWaiters() == 2);
            withoutMemory.set(1);
            assertThat(server.post("/db/dev", "{\"UnlockID\": \"l\", \"Unlock\": " + handle + "}")
                            .text())
                    .isEqualTo("200 {}");
            assertThat(wire.read().text())
                    .startsWith("503 {\"Code\": \"unavailable\"")
                    .contains("more memory");
            assertThat(next.read().text()).startsWith("200 {\"Lock\":");
        }
    }

    @Test
    void a_request_may_come_byte_by_byte() throws Exception {
        for (byte b : Wire.request("/db/dev", ADD).getBytes(StandardCharsets.US_ASCII)) {
            wire.send(new byte[] {b});
        }
        assertThat(wire.read().text()).isEqualTo(counted(1));
    }

    @Test
    void a_body_may_come_in_chunks() throws Exception {
        wire.send("POST /db/dev HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        wire.send("5\r\n" + ADD.substring(0, 5) + "\r\n");
        String rest = ADD.substring(5);
        wire.send(Integer.toHexString(rest.length()) + "\r\n" + rest + "\r\n0\r\n\r\n");
        assertThat(wire.read().text()).isEqualTo(counted(1));
    }

    @Test
    void a_client_that_asks_is_told_to_send_its_body() throws Exception {
        wire.send("POST /db/dev HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: " + ADD.length()
                + "\r\n\r\n");
        assertThat(wire.read().status()).isEqualTo(100);
        assertThat(wire.send(ADD).read().text()).isEqualTo(counted(1));
    }

    @Test
    void a_client_that_asks_with_too_large_a_body_is_told_no() throws Exception {
        wire.send(
                "POST /db/dev HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
        assertThat(wire.read().status()).isEqualTo(413);
        assertThat(wire.isClosedByServer()).isTrue();
    }

    @Test
    void a_body_too_large_is_refused_without_a_reset_before_the_answer_is_read() throws Exception {
        wire.send("POST /db/dev HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n");
        for (int i = 0; i < 64; i++) {
            wire.send(new byte[16 << 10]);
        }
        assertThat(wire.read().status()).isEqualTo(413);
    }

    @Test
    void head_gets_a_head_only() throws Exception {
        wire.send("HEAD /db/dev HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Wire.Reply reply = wire.read(true);
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo("POST");
        wire.send("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(wire.read(true).status()).isEqualTo(200);
        assertThat(wire.post("/db/dev", ADD).text()).isEqualTo(counted(1));
    }

    @Test
    void http_10_is_answered_and_closed_unless_asked_otherwise() throws Exception {
        wire.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Wire.Reply kept = wire.read();
        assertThat(kept.text()).isEqualTo("200 {}");
        assertThat(kept.header("Connection")).isEqualTo("keep-alive");
        wire.send("GET /health HTTP/1.0\r\n\r\n");
        assertThat(wire.read().text()).isEqualTo("200 {}");
        assertThat(wire.isClosedByServer()).isTrue();
    }

    @Test
    void connection_close_closes_after_the_answer_and_what_follows_is_not_run() throws Exception {
        String closing = Wire.request("/db/dev", ADD).replace("Host", "Connection: close\r\nHost");
        wire.send(closing + Wire.request("/db/dev", ADD));
        assertThat(wire.read().text()).isEqualTo(counted(1));
        assertThat(wire.isClosedByServer()).isTrue();
        assertThat(server.post("/db/dev", ADD).text()).isEqualTo(counted(2));
    }

    @Test
    void who_ends_its_output_still_gets_its_answers() throws Exception {
        wire.send(Wire.request("/db/dev", ADD) + Wire.request("/db/dev", ADD)).endOutput();
        assertThat(wire.read().text()).isEqualTo(counted(1));
        assertThat(wire.read().text()).isEqualTo(counted(2));
        assertThat(wire.isClosedByServer()).isTrue();
    }

    @Test
    void who_ends_its_output_within_a_body_is_told_so() throws Exception {
        String half = Wire.request("/db/dev", ADD).replace("Content-Length: ", "Content-Length: 1");
        wire.send(Wire.request("/db/dev", ADD) + half).endOutput();
        assertThat(wire.read().text()).isEqualTo(counted(1));
        assertThat(wire.read().text())
                .isEqualTo("400 {\"Code\": \"invalid_request\", \"Message\": \"the body ends before it is complete\"}");
        assertThat(wire.isClosedByServer()).isTrue();
        try (Wire chunked = server.connect()) {
            chunked.send("POST /db/dev HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"A")
                    .endOutput();
            assertThat(chunked.read().status()).isEqualTo(400);
        }
    }

    @Test
    void slow_headers_and_slow_bodies_end_the_connection() throws Exception {
        String[] begun = {
            "P",
            "POST /db/dev HT",
            "POST /db/dev HTTP/1.1\r\nHost: localhost\r\n",
            Wire.request("/db/dev", ADD) + "POST /db/dev HTTP/1.1\r\n",
            "POST /db/dev HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{",
        };
        for (String part : begun) {
            try (Wire slow = server.connect()) {
                slow.send(part);
                if (part.contains(ADD)) {
                    slow.read();
                }
                assertThat(slow.isClosedByServer()).as(part).isTrue();
            }
        }
    }

    @Test
    void a_connection_between_two_requests_and_one_that_waits_have_time() throws Exception {
        Thread.sleep(2 * PATIENCE_MILLIS);
        assertThat(wire.post("/db/dev", ADD).text()).isEqualTo(counted(1));
        Thread.sleep(2 * PATIENCE_MILLIS);
        Wire.Reply watched = wire.post("/watch/dev", "{\"ID\": \"k\", \"Wait\": " + 2 * PATIENCE_MILLIS / 1000.0 + "}");
        assertThat(watched.status()).isEqualTo(204);
        assertThat(wire.post("/db/dev", ADD).text()).isEqualTo(counted(2));
    }

    @Test
    void a_client_that_does_not_read_is_not_answered_into_memory() throws Exception {
        String big = "x".repeat(1 << 20);
        wire.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": \"" + big + "\"}}");
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            requests.append(Wire.request("/db/dev", "{\"KVGet\": \"k\", \"Atomic\": {\"Key\": \"c\", \"Add\": 1}}"));
        }
        wire.send(requests.toString());
        Thread.sleep(200);
        // What was run is what fits into the sockets' buffers and one answer more.
        String counter = server.post("/db/dev", "{\"KVGet\": \"c\"}").body();
        assertThat(Integer.parseInt(counter.replaceAll(".*\"Value\": |}]}", "")))
                .isLessThan(30);
        for (int i = 1; i <= 100; i++) {
            assertThat(wire.read().body()).hasSizeGreaterThan(1 << 20).contains("\"Value\": " + i + "}");
        }
    }
}
