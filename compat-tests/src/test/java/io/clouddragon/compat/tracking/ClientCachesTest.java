package io.clouddragon.compat.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Seeds;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Violations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A thousand clients with caches, random writers. Who has been told that a key has changed is never shown again what it was
 * before; who has not been told holds what the server holds. {@code -Dsoak=5} runs five minutes.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class ClientCachesTest {
    private static final int CLIENTS = 1_000;
    private static final int KEYS = 50;
    private static final int WRITERS = 4;
    private static final int MAX_PAUSE_MILLIS = 20;
    private static final int READS_A_ROUND = 50;
    private static final long DEFAULT_MILLIS = 4_000;
    private static final int STOP_SECONDS = 60;

    @RegisterExtension
    static final ServerExtension subject = ServerExtension.target();

    private final Violations violations = new Violations();
    private final Counters counters = new Counters(KEYS);
    private final List<CachingClient> clients = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    @Test
    void noStaleReadOnceTheInvalidationHasArrived() throws Exception {
        SplittableRandom random = new SplittableRandom(Seeds.next("ClientCachesTest"));
        long soak = TimeUnit.MINUTES.toNanos(Integer.getInteger("soak", 0));
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicBoolean stop = new AtomicBoolean();
        try (Selector selector = Selector.open();
                RespConnection control = subject.connect()) {
            control.send("FLUSHALL");
            connect(selector);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                SplittableRandom own = random.split();
                writers.add(threads.submit(() -> write(own, stop)));
            }
            long end = System.nanoTime() + Math.max(soak, TimeUnit.MILLISECONDS.toNanos(DEFAULT_MILLIS));
            while (System.nanoTime() < end && violations.count() == 0) {
                for (int i = 0; i < READS_A_ROUND; i++) {
                    clients.get(random.nextInt(CLIENTS)).readSome(random);
                }
                takeIn(selector, 1);
            }
            stop.set(true);
            for (Future<?> writer : writers) {
                writer.get(STOP_SECONDS, TimeUnit.SECONDS);
            }
            settle(selector);
            long[] stored = stored(control);
            clients.forEach(client -> client.compare(stored));
            report(control);
        } finally {
            stop.set(true);
            threads.shutdown();
        }
    }

    private void connect(Selector selector) throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), subject.server().port());
        for (int i = 0; i < CLIENTS; i++) {
            SocketChannel channel = SocketChannel.open(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            CachingClient.Mode mode = i % 2 == 0
                    ? CachingClient.Mode.DEFAULT
                    : i % 4 == 1 ? CachingClient.Mode.OPTIN : CachingClient.Mode.BROADCAST;
            CachingClient client = new CachingClient(channel, mode, counters, violations);
            client.begin();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, client);
            clients.add(client);
        }
    }

    private Void write(SplittableRandom random, AtomicBoolean stop) throws InterruptedException {
        try (RespConnection connection = subject.connect()) {
            while (!stop.get()) {
                int key = random.nextInt(KEYS);
                counters.acknowledged(key, connection.send("INCR k" + key).integer());
                Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
            }
        }
        return null;
    }

    private void takeIn(Selector selector, long millis) throws IOException {
        selector.select(millis);
        for (SelectionKey ready : selector.selectedKeys()) {
            CachingClient client = (CachingClient) ready.attachment();
            client.read(buffer);
            client.takeIn();
        }
        selector.selectedKeys().clear();
    }

    /** Until everything that was on its way has arrived. */
    private void settle(Selector selector) throws IOException {
        for (CachingClient client : clients) {
            client.ping();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (clients.stream().anyMatch(client -> !client.hasPonged())) {
            assertThat(System.nanoTime()).as("all clients are answered").isLessThan(deadline);
            takeIn(selector, 100);
        }
    }

    private static long[] stored(RespConnection control) {
        long[] stored = new long[KEYS];
        for (int key = 0; key < KEYS; key++) {
            var value = control.send("GET k" + key);
            stored[key] = value.isNull() ? 0 : value.integer();
        }
        return stored;
    }

    private void report(RespConnection control) {
        long invalidations =
                clients.stream().mapToLong(CachingClient::invalidations).sum();
        long hits = clients.stream().mapToLong(CachingClient::hits).sum();
        long reads = clients.stream().mapToLong(CachingClient::reads).sum();
        System.out.printf(
                "ClientCachesTest: %d clients, %d changes by %d writers, %d reads from caches, %d from the server,"
                        + " %d invalidations; told after the writer: median %.2f ms, 99%% %.2f ms, longest %.2f ms;"
                        + " violations %d%n",
                CLIENTS,
                counters.made(),
                WRITERS,
                hits,
                reads,
                invalidations,
                counters.delayMillis(0.5),
                counters.delayMillis(0.99),
                counters.delayMillis(1),
                violations.count());
        assertThat(violations.shown()).isEmpty();
        assertThat(counters.made()).isPositive();
        assertThat(hits).isPositive();
        assertThat(invalidations).isPositive();
        assertThat(control.send("INFO clients").text()).contains("tracking_clients:" + CLIENTS);
    }
}
