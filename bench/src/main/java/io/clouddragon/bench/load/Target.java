package io.clouddragon.bench.load;

import java.io.IOException;

/** A server under load, at the loopback address. */
public interface Target {
    int port();

    /** Port of the HTTP API; 0 = it has none. */
    int httpPort();

    /** Cloud Dragon has locks, watches and HTTP; Redis has recipes for locks, and client tracking. */
    boolean isDragon();

    /** Ends it in good order. */
    void stop() throws IOException;

    /** Starts it on its data, and returns when it answers. */
    void start() throws IOException;
}
