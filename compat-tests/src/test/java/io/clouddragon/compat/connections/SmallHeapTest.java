package io.clouddragon.compat.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What needs more memory than a small machine has fails by itself: the server goes on, and nothing of it was done. */
@Timeout(120)
class SmallHeapTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int HUGE_MEBIBYTES = 200;
    private static final int CLIENTS = 6;
    private static final int LOAD_SECONDS = 5;

    @Test
    void aValueLargerThanTheHeapHarmsNobodyElse() {
        Target.requireDragon();
        try (DragonServer server = new DragonServer().heap("96m").start();
                RespConnection client = server.connect()) {
            for (int i = 1; i <= 3; i++) {
                assertThat(client.send("SETRANGE made 90000000 x").text())
                        .isEqualTo("OOM The command needs more memory than the server has.");
                assertThat(sendHuge(server)).isFalse();
                assertThat(client.send("EXISTS made sent").integer()).isZero();
                assertThat(client.send("INCR count").integer()).isEqualTo(i);
            }
            assertThat(server.output()).contains("not enough memory for the command");
            assertThat(server.terminate()).isZero();
        }
    }

    /** Where memory runs out in the middle of a change the server may end; whatever it has done, and only that, is there. */
    @Test
    void memoryThatRunsOutAgainAndAgainTakesNothingThatWasAcknowledged() throws Exception {
        Target.requireDragon();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (DragonServer server = new DragonServer().heap("80m").start()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
            List<Future<Pusher>> pushers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Pusher pusher = new Pusher(i);
                pushers.add(threads.submit(() -> pusher.pushUntil(end, server)));
            }
            for (Future<Pusher> pusher : pushers) {
                pusher.get(60, TimeUnit.SECONDS);
            }
            server.kill9();
            server.start();
            assertThat(server.output()).contains("more memory than there is");
            try (RespConnection client = server.connect()) {
                for (Future<Pusher> pusher : pushers) {
                    pusher.get().check(client);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Pushes large elements to a list of its own, and counts. */
    private static final class Pusher {
        private final int number;
        private long acknowledged;
        private long unknown;

        Pusher(int number) {
            this.number = number;
        }

        Pusher pushUntil(long end, DragonServer server) {
            SplittableRandom random = new SplittableRandom(number);
            while (System.nanoTime() < end) {
                try (RespConnection client = server.connect()) {
                    while (System.nanoTime() < end) {
                        push(client, random);
                    }
                } catch (UncheckedIOException e) {
                    if (!server.running()) {
                        return this;
                    }
                }
            }
            return this;
        }

        private void push(RespConnection client, SplittableRandom random) {
            String element = "x".repeat(random.nextInt(1, 6 * MEBIBYTE));
            boolean front = random.nextBoolean();
            client.send("MULTI");
            client.send((front ? "LPUSH list:" : "RPUSH list:") + number + " " + element);
            client.send("LTRIM list:" + number + (front ? " 0 1" : " -2 -1"));
            client.send("APPEND text:" + number + " " + element.substring(element.length() / 2));
            client.send("INCR count:" + number);
            unknown++;
            if (client.send("EXEC").marker() == '*') {
                acknowledged++;
            }
            unknown--;
            if (random.nextInt(4) == 0) {
                client.send("DEL text:" + number);
            }
        }

        void check(RespConnection client) {
            String found = client.send("GET count:" + number).text();
            long count = found == null ? 0 : Long.parseLong(found);
            assertThat(count).isBetween(acknowledged, acknowledged + unknown);
            assertThat(client.send("LLEN list:" + number).integer()).isEqualTo(Math.min(count, 2));
        }
    }

    /** Whether the server took it to the end. */
    private static boolean sendHuge(DragonServer server) {
        String begin = "*3\r\n$3\r\nSET\r\n$4\r\nsent\r\n$" + (long) HUGE_MEBIBYTES * MEBIBYTE + "\r\n";
        try (RespConnection client = server.connect()) {
            client.writeRaw(begin.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < HUGE_MEBIBYTES; i++) {
                client.writeRaw(new byte[MEBIBYTE]);
            }
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
