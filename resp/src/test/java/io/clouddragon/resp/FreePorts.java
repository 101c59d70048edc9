package io.clouddragon.resp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP ports for servers that tests start. They are below those that the system gives to outgoing connections (on Linux
 * 32768 and more): a port from among these may be taken by any client between being found free and being listened on.
 * Safe for use by all threads.
 */
public final class FreePorts {
    private static final int FIRST = 16_384;
    private static final int COUNT = 16_384;

    /** Each process begins elsewhere, and none gives the same port twice before it has given all. */
    private static final AtomicInteger next =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /**
     * A port on which nothing listens at this moment, on any address of this machine.
     *
     * @throws IllegalStateException if all are taken
     */
    public static int next() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " on");
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port)) {
            return probe.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
