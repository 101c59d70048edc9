package io.clouddragon.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.HttpConnection.Answer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.Target;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that takes a while to load: its doors are open, both say that it is loading, and then they serve the same clients. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LoadingTest {
    private static final int KEYS = 600_000;
    private static final int PIPELINE = 20_000;
    private static final String LOADING = "LOADING Redis is loading the dataset in memory";

    @Test
    void clientsAreToldThatTheServerIsLoadingAndServedAfterwards() {
        Target.requireDragon();
        try (DragonServer server =
                new DragonServer().jvm("-Xmx1g", "-XX:+UseSerialGC").with("--appendfsync", "no")) {
            server.start();
            fill(server);
            server.kill9();

            server.launch();
            whenOpen(server, server::connect).close();
            assertThat(server.terminate()).as("asked to stop while it loads").isZero();
            assertThat(server.output()).contains("Stopped while starting");

            server.launch();
            try (RespConnection resp = whenOpen(server, server::connect);
                    HttpConnection http = whenOpen(server, () -> HttpConnection.to(server.httpPort()));
                    RespConnection halfWay = server.connect()) {
                assertThat(resp.send("GET key:1").text()).isEqualTo(LOADING);
                assertThat(resp.send("PING").text()).isEqualTo(LOADING);
                assertThat(http.post("/db/0", "{\"KVGet\": \"key:1\"}"))
                        .hasToString("503 {\"Code\": \"unavailable\", \"Message\": \"loading the data\"}");
                Answer health = http.get("/health");
                assertThat(health.status()).isEqualTo(503);
                byte[] get = RespConnection.encode(bytes("GET"), bytes("key:1"));
                halfWay.writeRaw(Arrays.copyOf(get, get.length - 3));

                server.awaitReady();

                halfWay.writeRaw(Arrays.copyOfRange(get, get.length - 3, get.length));
                assertThat(halfWay.read().text()).isEqualTo("1");
                assertThat(resp.send("DBSIZE").integer()).isEqualTo(KEYS);
                assertThat(http.get("/health").status()).isEqualTo(200);
                assertThat(http.post("/db/0", "{\"KVGet\": \"key:1\"}").status())
                        .isEqualTo(200);
                assertThat(resp.send("CLIENT LIST").text().lines())
                        .as("who came early is a client like any other")
                        .hasSize(2);
            }
        }
    }

    private static void fill(DragonServer server) {
        try (RespConnection connection = server.connect()) {
            for (int from = 0; from < KEYS; from += PIPELINE) {
                ByteArrayOutputStream requests = new ByteArrayOutputStream();
                for (int i = from; i < from + PIPELINE; i++) {
                    requests.writeBytes(RespConnection.encode(bytes("SET"), bytes("key:" + i), bytes("" + i)));
                }
                connection.writeRaw(requests.toByteArray());
                for (int i = 0; i < PIPELINE; i++) {
                    RespValue reply = connection.read();
                    assertThat(reply.isError()).as(reply.toString()).isFalse();
                }
            }
        }
    }

    /** The process needs a moment before it listens. */
    private static <T> T whenOpen(DragonServer server, Supplier<T> connect) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            try {
                return connect.get();
            } catch (UncheckedIOException e) {
                if (System.nanoTime() > deadline || !server.running()) {
                    throw new AssertionError(server.output(), e);
                }
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
