package io.clouddragon.compat.history;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.Pause;
import io.clouddragon.compat.harness.RedisCli;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One connection that sends random requests on the round's keys, a few at a time, and records call and return of each.
 * Now and then it hangs up in the middle, or the server dies: what was under way stays open, and the client connects anew.
 * For one thread at a time.
 */
final class Client implements AutoCloseable {
    /** Requests under way at a time: more overlap than there are clients. */
    private static final int PIPELINE = 4;

    private static final int BATCHES_PER_HANG_UP = 200;
    private static final long RECONNECT_NANOS = 30_000_000_000L;

    private final DragonServer server;
    private final SplittableRandom random;
    /** Numbers of one client share no value with those of another. */
    private long unique;

    private RespConnection connection;

    Client(DragonServer server, int number, SplittableRandom random) {
        this.server = server;
        this.random = random;
        this.unique = (number + 1L) << 40;
    }

    private record Request(int key, Operation operation) {}

    /** The operations on each of the round's keys, key 0 first. */
    List<List<Operation>> round(Keys keys, int batches) {
        List<List<Operation>> histories = new ArrayList<>();
        List<Workload.Known> known = new ArrayList<>();
        for (int i = 0; i < keys.count(); i++) {
            histories.add(new ArrayList<>());
            known.add(new Workload.Known());
        }
        for (int i = 0; i < batches; i++) {
            List<Request> batch = batch(keys, known);
            try {
                exchange(keys, batch, known);
            } catch (UncheckedIOException died) {
                close();
            }
            batch.forEach(request -> histories.get(request.key).add(request.operation));
        }
        return histories;
    }

    private List<Request> batch(Keys keys, List<Workload.Known> known) {
        List<Request> batch = new ArrayList<>();
        for (int i = 0; i < PIPELINE; i++) {
            int key = random.nextInt(keys.count());
            batch.add(new Request(key, keys.workload(key).next(random, known.get(key), ++unique)));
        }
        return batch;
    }

    private void exchange(Keys keys, List<Request> batch, List<Workload.Known> known) {
        connect();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Request request : batch) {
            String line = Workload.line(request.operation, keys.name(request.key));
            bytes.writeBytes(RespConnection.encode(RedisCli.split(line)));
        }
        byte[] whole = bytes.toByteArray();
        boolean hangUp = random.nextInt(BATCHES_PER_HANG_UP) == 0;
        int length = hangUp ? 1 + random.nextInt(whole.length) : whole.length;
        long now = System.nanoTime();
        batch.forEach(request -> request.operation.called = now);
        connection.writeRaw(Arrays.copyOf(whole, length));
        if (hangUp) {
            close();
            return;
        }
        for (Request request : batch) {
            RespValue reply = connection.read();
            Workload.answer(request.operation, reply, known.get(request.key));
            request.operation.returned = System.nanoTime();
        }
    }

    /** While the server restarts this takes a moment. */
    private void connect() {
        long deadline = System.nanoTime() + RECONNECT_NANOS;
        while (connection == null) {
            try {
                connection = server.connect();
                if (connection.send("PING").isError()) {
                    close();
                }
            } catch (UncheckedIOException e) {
                close();
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the server does not come back:\n" + server.output(), e);
                }
            }
            if (connection == null) {
                Pause.millis(5);
            }
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
