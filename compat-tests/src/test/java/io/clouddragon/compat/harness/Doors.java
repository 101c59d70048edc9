package io.clouddragon.compat.harness;

import java.io.UncheckedIOException;

/** One client's connections, one at each door, made anew after each loss. For one thread at a time. */
public final class Doors implements AutoCloseable {
    private static final long RECONNECT_NANOS = 60_000_000_000L;
    private static final int RETRY_MILLIS = 5;

    private final DragonServer server;
    private RespConnection resp;
    private HttpConnection http;

    public Doors(DragonServer server) {
        this.server = server;
    }

    public RespConnection resp() {
        open();
        return resp;
    }

    public HttpConnection http() {
        open();
        return http;
    }

    /** While the server restarts this takes a moment. */
    private void open() {
        long deadline = System.nanoTime() + RECONNECT_NANOS;
        while (resp == null || http == null) {
            try {
                resp = server.connect();
                http = HttpConnection.to(server.httpPort());
                if (resp.send("PING").isError()) {
                    close();
                }
            } catch (UncheckedIOException e) {
                close();
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the server does not come back:\n" + server.output(), e);
                }
            }
            if (resp == null) {
                Pause.millis(RETRY_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        if (resp != null) {
            resp.close();
            resp = null;
        }
        if (http != null) {
            http.close();
            http = null;
        }
    }
}
