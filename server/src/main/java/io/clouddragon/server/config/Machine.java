package io.clouddragon.server.config;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this process may use, and how much of it is left to clients and data.
 *
 * @param heapBytes the largest heap that the JVM was started for
 * @param openFiles how many files and sockets the process may have open
 */
record Machine(long heapBytes, long openFiles) {
    /** Open files that are not connections: log segments, snapshots, listening sockets, event loops, the jar. */
    private static final long RESERVED_FILES = 128;

    /** The rest is for connections' buffers, replies on their way, snapshots, and room in which to collect garbage. */
    private static final double HEAP_FOR_DATA = 0.6;

    static Machine current() {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
        return new Machine(Runtime.getRuntime().maxMemory(), files);
    }

    long dataBytes() {
        return (long) (heapBytes * HEAP_FOR_DATA);
    }

    long clients() {
        return Math.max(1, openFiles - RESERVED_FILES);
    }
}
