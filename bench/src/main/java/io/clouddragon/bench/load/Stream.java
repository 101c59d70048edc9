package io.clouddragon.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** RESP requests on a number of connections, by the calling thread. */
public final class Stream implements AutoCloseable {
    private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Without any reply for so long the run fails. */
    private static final long STALL_MILLIS = 30_000;

    private static final int FILL_WINDOW = 500;

    private final Connections connections;
    private final Requests requests;
    private final Replies[] replies;
    /** When the requests that have no reply yet were sent, or should have been; nanoseconds, oldest first. */
    private final List<ArrayDeque<Long>> sent = new ArrayList<>();

    private final Histogram latency = new Histogram(MAX_LATENCY_NANOS, 3);
    private boolean measuring;
    private boolean goOn;
    private long pending;

    public Stream(int port, int count, Requests requests) throws IOException {
        this.requests = requests;
        connections = new Connections(port, count);
        replies = new Replies[count];
        for (int i = 0; i < count; i++) {
            replies[i] = new Replies();
            sent.add(new ArrayDeque<>());
        }
    }

    /** A closed loop: each connection sends its next request when it has the reply to the last. */
    public Sample closedLoop(int seconds) throws IOException {
        goOn = true;
        for (int i = 0; i < connections.size(); i++) {
            send(i, System.nanoTime());
        }
        receiveFor(TimeUnit.SECONDS.toNanos(1));
        measuring = true;
        long took = receiveFor(TimeUnit.SECONDS.toNanos(seconds));
        Sample sample = Sample.rate(latency, took);
        goOn = false;
        drain();
        return sample;
    }

    /**
     * An open loop: requests are due at a steady rate, whether or not replies come. Time runs from when a request was due, so
     * that a server that pauses is charged with all who would have come meanwhile (no coordinated omission).
     *
     * @return milliseconds that 99.9 % took at most
     */
    public Sample openLoop(double perSecond, int seconds) throws IOException {
        double gap = 1e9 / perSecond;
        long began = System.nanoTime();
        long warm = began + TimeUnit.SECONDS.toNanos(1);
        long end = warm + TimeUnit.SECONDS.toNanos(seconds);
        long number = 0;
        for (long now = began; now < end; now = System.nanoTime()) {
            measuring = now >= warm;
            long due = began + (long) (number * gap);
            while (due <= now) {
                send((int) (number % connections.size()), due);
                due = began + (long) (++number * gap);
            }
            if (!connections.receive(0, this::received)) {
                LockSupport.parkNanos(Math.min(due - System.nanoTime(), 50_000));
            }
        }
        drain();
        return new Sample(latency.getValueAtPercentile(99.9) / 1e6, latency.getValueAtPercentile(99) / 1e6);
    }

    /** Sends so many requests as fast as the replies come, some hundred under way on each connection. */
    public void send(long count) throws IOException {
        long left = count;
        while (left > 0) {
            for (int i = 0; i < connections.size(); i++) {
                while (left > 0 && sent.get(i).size() < FILL_WINDOW) {
                    send(i, 0);
                    left--;
                }
            }
            await();
        }
        drain();
    }

    private void send(int connection, long at) throws IOException {
        sent.get(connection).add(at);
        pending++;
        connections.send(connection, requests.next());
    }

    private long receiveFor(long nanos) throws IOException {
        long began = System.nanoTime();
        long now = began;
        while (now - began < nanos) {
            await();
            now = System.nanoTime();
        }
        return now - began;
    }

    private void drain() throws IOException {
        while (pending > 0) {
            await();
        }
    }

    private void await() throws IOException {
        if (!connections.receive(STALL_MILLIS, this::received)) {
            throw new IOException("no reply for " + STALL_MILLIS + " ms");
        }
    }

    private void received(int connection, ByteBuffer bytes) throws IOException {
        for (int count = replies[connection].count(bytes); count > 0; count--) {
            long now = System.nanoTime();
            pending--;
            long at = sent.get(connection).remove();
            if (measuring) {
                latency.recordValue(Math.min(now - at, MAX_LATENCY_NANOS));
            }
            if (goOn) {
                send(connection, now);
            }
        }
    }

    @Override
    public void close() throws IOException {
        connections.close();
    }
}
