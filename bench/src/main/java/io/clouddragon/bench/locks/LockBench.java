package io.clouddragon.bench.locks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Clients that take a lock and release it at once, again and again: pairs of requests. With one client and one lock that is
 * the latency of a pair; with many clients and one lock, hand-overs; with many locks, throughput.
 *
 * <p>One thread drives all connections through a selector, like redis-benchmark. The load is a closed loop: a client sends its
 * next request when the last one was answered, so percentiles tell what such clients see, not what an open stream of
 * arrivals would. Handles must rise from grant to grant of a lock, else the run fails.
 *
 * <p>Prints the columns of {@code redis-benchmark --csv}: pairs per second, then milliseconds of a whole pair, waiting in line
 * included.
 */
@Command(name = "LockBench", mixinStandardHelpOptions = true, description = "Lock and unlock pairs: rate and latency.")
public final class LockBench implements Callable<Integer> {
    private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Without any reply for so long the run fails. */
    private static final long STALL_MILLIS = 10_000;

    @Option(names = "--port", required = true, description = "Port of the server at the loopback address.")
    private int port;

    @Option(names = "--dialect", required = true, description = "One of: ${COMPLETION-CANDIDATES}.")
    private LockDialect dialect;

    @Option(names = "--clients", defaultValue = "1", description = "Connections (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(names = "--locks", defaultValue = "1", description = "Locks, taken at random (default: ${DEFAULT-VALUE}).")
    private int locks;

    @Option(names = "--seconds", defaultValue = "3", description = "How long to measure (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "1", description = "Seconds before that (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the choice of locks (default: ${DEFAULT-VALUE}).")
    private long seed;

    private final Histogram latency = new Histogram(MAX_LATENCY_NANOS, 3);
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
    private long[] lastHandles;
    private SplittableRandom random;
    private boolean ending;
    private int idle;

    public static void main(String[] args) {
        System.exit(new CommandLine(new LockBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException {
        random = new SplittableRandom(seed);
        lastHandles = new long[locks];
        try (Selector selector = Selector.open()) {
            List<Client> all = connect(selector);
            try {
                prepare(all.get(0), selector);
                for (Client client : all) {
                    client.begin();
                }
                run(selector, warmUpSeconds);
                latency.reset();
                long began = System.nanoTime();
                run(selector, seconds);
                long took = System.nanoTime() - began;
                print(latency.getTotalCount() * 1e9 / took);
                drain(selector, all.size());
            } finally {
                for (Client client : all) {
                    client.channel.close();
                }
            }
        }
        return 0;
    }

    private List<Client> connect(Selector selector) throws IOException {
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Client client = new Client(i, channel);
            channel.register(selector, SelectionKey.OP_READ, client);
            all.add(client);
        }
        return all;
    }

    private void prepare(Client client, Selector selector) throws IOException {
        if (dialect.prepare() != null) {
            client.send(dialect.prepare());
            while (client.read() == null) {
                selector.select(STALL_MILLIS);
                selector.selectedKeys().clear();
            }
        }
    }

    private void run(Selector selector, int forSeconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(forSeconds);
        while (System.nanoTime() < end) {
            turn(selector);
        }
    }

    /** Lets every client release what it holds, so that the next run finds all locks free. */
    private void drain(Selector selector, int count) throws IOException {
        ending = true;
        while (idle < count) {
            turn(selector);
        }
    }

    private void turn(Selector selector) throws IOException {
        if (selector.select(STALL_MILLIS) == 0) {
            throw new IOException("no reply for " + STALL_MILLIS + " ms");
        }
        for (SelectionKey key : selector.selectedKeys()) {
            Client client = (Client) key.attachment();
            String reply = client.read();
            if (reply != null) {
                client.received(reply);
            }
        }
        selector.selectedKeys().clear();
    }

    private void print(double pairsPerSecond) {
        System.out.printf(
                Locale.ROOT,
                "\"%s\",\"%.2f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\"%n",
                "LOCK+UNLOCK " + dialect,
                pairsPerSecond,
                latency.getMean() / 1e6,
                latency.getMinValue() / 1e6,
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(95) / 1e6,
                latency.getValueAtPercentile(99) / 1e6,
                latency.getMaxValue() / 1e6);
    }

    /** One connection; asks for a lock, holds it for no time, releases it, and begins again. */
    private final class Client {
        private final int number;
        private final SocketChannel channel;
        private final StringBuilder received = new StringBuilder();
        private int lock;
        private boolean holds;
        private long began;

        Client(int number, SocketChannel channel) {
            this.number = number;
            this.channel = channel;
        }

        void begin() throws IOException {
            lock = random.nextInt(locks);
            began = System.nanoTime();
            send(dialect.lock(lock, number));
        }

        void received(String reply) throws IOException {
            if (holds) {
                dialect.checkUnlocked(reply);
                holds = false;
                latency.recordValue(Math.min(System.nanoTime() - began, MAX_LATENCY_NANOS));
                beginOrEnd();
                return;
            }
            long handle = dialect.handle(reply);
            if (handle != LockDialect.NOT_GRANTED) {
                checkOrder(handle);
                holds = true;
                send(dialect.unlock(lock, number, handle));
            } else if (ending) {
                idle++;
            } else {
                send(dialect.lock(lock, number));
            }
        }

        private void beginOrEnd() throws IOException {
            if (ending) {
                idle++;
            } else {
                begin();
            }
        }

        private void checkOrder(long handle) {
            if (dialect.hasFencing() && handle <= lastHandles[lock]) {
                throw new IllegalStateException("handle " + handle + " after " + lastHandles[lock]);
            }
            lastHandles[lock] = handle;
        }

        void send(byte[] request) throws IOException {
            if (channel.write(ByteBuffer.wrap(request)) < request.length) {
                throw new IOException("a request does not fit into the socket's buffer");
            }
        }

        /** The reply when all of it is there, else null. */
        String read() throws IOException {
            int count = channel.read(buffer.clear());
            if (count < 0) {
                throw new IOException("the server closed a connection after: " + received);
            }
            received.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            if (received.length() == 0 || !dialect.isWhole(received)) {
                return null;
            }
            String reply = received.toString();
            received.setLength(0);
            return reply;
        }
    }
}
