package io.clouddragon.server.stats;

import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Sessions;

/** Commands and bytes per second, and the peak of memory: sampled once a second. Event loop only. */
public final class Rates {
    private final CommandExecutor executor;
    private final Sessions sessions;
    private long lastNanos = System.nanoTime();
    private long lastCommands;
    private long lastReceived;
    private long lastSent;
    private double commandsPerSecond;
    private double receivedPerSecond;
    private double sentPerSecond;
    private long tableBytes;
    private long peakBytes;

    public Rates(CommandExecutor executor, Sessions sessions) {
        this.executor = executor;
        this.sessions = sessions;
    }

    /**
     * Takes a sample.
     *
     * @param dataBytes memory that data takes now, {@code tables} of it for hash tables
     */
    public void sample(long dataBytes, long tables) {
        long now = System.nanoTime();
        double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
        lastNanos = now;
        commandsPerSecond = perSecond(executor.executed() - lastCommands, seconds);
        receivedPerSecond = perSecond(sessions.bytesReceived() - lastReceived, seconds);
        sentPerSecond = perSecond(sessions.bytesSent() - lastSent, seconds);
        lastCommands = executor.executed();
        lastReceived = sessions.bytesReceived();
        lastSent = sessions.bytesSent();
        tableBytes = tables;
        peakBytes = Math.max(peakBytes, dataBytes);
    }

    /** Counters may have been reset meanwhile. */
    private static double perSecond(long difference, double seconds) {
        return Math.max(0, difference) / seconds;
    }

    public double commandsPerSecond() {
        return commandsPerSecond;
    }

    public double receivedPerSecond() {
        return receivedPerSecond;
    }

    public double sentPerSecond() {
        return sentPerSecond;
    }

    /** Bytes of all hash tables at the last sample. */
    public long tableBytes() {
        return tableBytes;
    }

    /** The most bytes that data has taken at a sample. */
    public long peakBytes() {
        return peakBytes;
    }
}
