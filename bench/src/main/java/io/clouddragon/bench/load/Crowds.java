package io.clouddragon.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Ten thousand connections of which each waits for something. Values are milliseconds. */
public final class Crowds {
    private static final long LIMIT_MILLIS = 60_000;
    private static final String MILLIS = "600000";

    private Crowds() {}

    /**
     * All wait in line for one lock, and whoever gets it releases it at once.
     *
     * @throws IllegalStateException when they are not served in order of arrival
     */
    public static Load waiters() {
        return (target, scale) -> {
            try (Control holder = new Control(target.port());
                    Control watcher = new Control(target.port());
                    Connections crowd = new Connections(target.port(), scale.waiters())) {
                String handle = handleOf(holder);
                standInLine(crowd, watcher);
                Line line = new Line(crowd);
                long began = System.nanoTime();
                holder.ask("DRAGON.UNLOCK", "gate", handle);
                await(crowd, line, () -> line.released == crowd.size());
                return millisSince(began);
            }
        };
    }

    /** Bytes of live heap that one of them takes, its connection included. */
    public static Load waitersMemory() {
        return (target, scale) -> {
            try (Control holder = new Control(target.port());
                    Control watcher = new Control(target.port())) {
                String handle = handleOf(holder);
                JavaHeap heap = new JavaHeap(holder.info("server", "process_id"));
                long before = heap.liveBytes();
                double each;
                try (Connections crowd = new Connections(target.port(), scale.waiters())) {
                    standInLine(crowd, watcher);
                    each = (double) (heap.liveBytes() - before) / crowd.size();
                }
                while (holder.info("clients", "blocked_clients") > 0) {
                    watcher.ask("PING");
                }
                holder.ask("DRAGON.UNLOCK", "gate", handle);
                return Sample.of(each);
            }
        };
    }

    private static void standInLine(Connections crowd, Control watcher) throws IOException {
        ByteBuffer lock = Requests.command("DRAGON.LOCK", "gate", "PX", MILLIS, "WAIT", MILLIS);
        for (int i = 0; i < crowd.size(); i++) {
            crowd.send(i, lock.rewind());
            // One round trip each: what was sent first has then been read first.
            watcher.ask("PING");
        }
    }

    /** The second line of a grant's reply has the handle; the lock's end follows. */
    private static String handleOf(Control holder) throws IOException {
        if (!holder.ask("DRAGON.LOCK", "gate", "PX", MILLIS).equals("2")) {
            throw new IllegalStateException("somebody else has the lock");
        }
        String handle = holder.next();
        holder.next();
        return handle;
    }

    /** Releases for whoever is granted the lock, and checks the order. */
    private static final class Line implements Connections.Listener {
        private final Connections crowd;
        private int granted;
        private int released;

        Line(Connections crowd) {
            this.crowd = crowd;
        }

        @Override
        public void received(int connection, ByteBuffer bytes) throws IOException {
            String reply = StandardCharsets.US_ASCII.decode(bytes).toString();
            if (!reply.startsWith("*2\r\n:")) {
                released++;
                return;
            }
            if (connection != granted++) {
                throw new IllegalStateException("waiter " + connection + " was served as number " + (granted - 1));
            }
            String handle = reply.substring(5, reply.indexOf('\r', 5));
            crowd.send(connection, Requests.command("DRAGON.UNLOCK", "gate", handle));
        }
    }

    /** All watch one key over RESP; until the last is told of a change. Redis: client tracking. */
    public static Load watchers() {
        return Load.either(
                (target, scale) -> told(
                        target,
                        target.port(),
                        scale.waiters(),
                        i -> Requests.command("DRAGON.WATCH", "watched", "0", "600"),
                        false),
                (target, scale) -> told(target, target.port(), scale.waiters(), i -> trackingRequest(), true));
    }

    private static ByteBuffer trackingRequest() {
        ByteBuffer whole = ByteBuffer.allocate(256);
        whole.put(Requests.command("HELLO", "3"));
        whole.put(Requests.command("CLIENT", "TRACKING", "ON"));
        whole.put(Requests.command("GET", "watched"));
        return whole.flip();
    }

    /** The same by long-polls over HTTP. */
    public static Load httpWatchers() {
        String body = "{\"ID\": \"watched\", \"Version\": 0, \"Wait\": 300}";
        String request =
                "POST /watch/0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        return ((Load) (target, scale) ->
                        told(target, target.httpPort(), scale.waiters(), i -> ByteBuffer.wrap(bytes), false))
                .onDragon();
    }

    private static Sample told(Target target, int port, int count, IntFunction<ByteBuffer> request, boolean answers)
            throws IOException, InterruptedException {
        try (Control control = new Control(target.port());
                Connections crowd = new Connections(port, count)) {
            control.ask("DEL", "watched");
            for (int i = 0; i < count; i++) {
                crowd.send(i, request.apply(i));
            }
            // What is answered at once has to be out of the way; else until the server has read everything.
            for (int quiet = 0; quiet < (answers ? 5 : 3); ) {
                control.ask("PING");
                quiet = crowd.receive(100, (connection, bytes) -> {}) ? 0 : quiet + 1;
            }
            int[] told = {0};
            boolean[] was = new boolean[count];
            long began = System.nanoTime();
            control.ask("SET", "watched", "news");
            await(
                    crowd,
                    (connection, bytes) -> {
                        told[0] += was[connection] ? 0 : 1;
                        was[connection] = true;
                    },
                    () -> told[0] == count);
            return millisSince(began);
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Connections crowd, Connections.Listener listener, Condition end) throws IOException {
        while (!end.holds()) {
            if (!crowd.receive(LIMIT_MILLIS, listener)) {
                throw new IOException("nothing came for " + LIMIT_MILLIS + " ms");
            }
        }
    }

    private static Sample millisSince(long began) {
        return Sample.of((System.nanoTime() - began) / 1e6);
    }
}
