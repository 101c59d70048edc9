package io.clouddragon.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM while clients send as fast as they can: status 0, no complaint, and every acknowledged write is there. */
class CleanStopTest {
    private static final int CLIENTS = 20;
    private static final int LOAD_MILLIS = 500;

    private final AtomicInteger acknowledged = new AtomicInteger();

    @BeforeAll
    static void onlyCloudDragon() {
        Target.requireDragon();
    }

    @ParameterizedTest(name = "over {0}")
    @ValueSource(strings = {"RESP", "HTTP"})
    void aServerStopsCleanlyUnderLoad(String door) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (DragonServer server = new DragonServer().start()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String lock = "lock-" + i;
                clients.add(threads.submit(() -> untilHangUp(() -> {
                    if (door.equals("RESP")) {
                        overResp(server, lock);
                    } else {
                        overHttp(server, lock);
                    }
                })));
            }
            Thread.sleep(LOAD_MILLIS);
            assertThat(server.terminate()).isZero();
            for (Future<?> client : clients) {
                client.get(20, TimeUnit.SECONDS);
            }
            assertThat(server.output()).doesNotContain("ERROR").doesNotContain("Exception");

            server.start();
            try (RespConnection connection = server.connect()) {
                assertThat(acknowledged.get()).isPositive();
                assertThat(connection.send("GET count").integer())
                        .isBetween((long) acknowledged.get(), (long) acknowledged.get() + CLIENTS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void overResp(DragonServer server, String lock) {
        try (RespConnection connection = server.connect()) {
            while (true) {
                assertThat(connection.send("INCR count").marker()).isEqualTo(':');
                acknowledged.incrementAndGet();
                long handle = connection
                        .send("DRAGON.LOCK " + lock + " EX 600")
                        .item(0)
                        .integer();
                assertThat(connection
                                .send("DRAGON.UNLOCK " + lock + " " + handle)
                                .marker())
                        .isEqualTo(':');
            }
        }
    }

    private void overHttp(DragonServer server, String lock) {
        try (HttpConnection connection = HttpConnection.to(server.httpPort())) {
            while (true) {
                var answer = connection.post(
                        "/db/0", "{\"LockID\": \"" + lock + "\", \"Atomic\": {\"Key\": \"count\", \"Add\": 1}}");
                if (answer.toString().equals(Batches.STOPPING)) {
                    return;
                }
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                acknowledged.incrementAndGet();
                String handle = answer.body().replaceFirst("^\\{\"Lock\": (\\d+), .*", "$1");
                String unlock = "{\"UnlockID\": \"" + lock + "\", \"Unlock\": " + handle + "}";
                assertThat(connection.post("/db/0", unlock).toString()).isIn("200 {}", Batches.STOPPING);
            }
        }
    }

    private static void untilHangUp(Runnable client) {
        try {
            client.run();
        } catch (UncheckedIOException e) {
            // The server has gone, as it was asked to.
        }
    }
}
