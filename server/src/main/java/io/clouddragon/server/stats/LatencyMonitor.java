package io.clouddragon.server.stats;

import io.clouddragon.server.config.Settings;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Events that took at least {@code latency-monitor-threshold} milliseconds: for each event the latest samples, at most one
 * a second (the slowest), as Redis' {@code latency.c} keeps them. Event loop only.
 */
public final class LatencyMonitor {
    /** Samples kept of an event. */
    public static final int SAMPLES = 160;

    /** The samples of one event, oldest first. */
    public static final class Series {
        private final long[] seconds = new long[SAMPLES];
        private final long[] millis = new long[SAMPLES];
        private long added;
        private long worstMillis;

        private void add(long second, long took) {
            worstMillis = Math.max(worstMillis, took);
            int last = (int) ((added + SAMPLES - 1) % SAMPLES);
            if (added > 0 && seconds[last] == second) {
                millis[last] = Math.max(millis[last], took);
                return;
            }
            int at = (int) (added++ % SAMPLES);
            seconds[at] = second;
            millis[at] = took;
        }

        public int size() {
            return (int) Math.min(added, SAMPLES);
        }

        private int at(int i) {
            return (int) ((added - size() + i) % SAMPLES);
        }

        /** Unix seconds of sample {@code i}. */
        public long second(int i) {
            return seconds[at(i)];
        }

        /** Milliseconds that sample {@code i} took. */
        public long millis(int i) {
            return millis[at(i)];
        }

        /** Milliseconds of the slowest since the start or reset, whether or not its sample is still kept. */
        public long worstMillis() {
            return worstMillis;
        }
    }

    private final Settings settings;
    private final LongSupplier wallMillis;
    private final Map<String, Series> events = new TreeMap<>();

    LatencyMonitor(Settings settings, LongSupplier wallMillis) {
        this.settings = settings;
        this.wallMillis = wallMillis;
    }

    void took(String event, long nanos) {
        long threshold = settings.latencyMonitorThresholdMillis();
        long millis = nanos / 1_000_000;
        if (threshold > 0 && millis >= threshold) {
            events.computeIfAbsent(event, name -> new Series()).add(wallMillis.getAsLong() / 1000, millis);
        }
    }

    public boolean isOn() {
        return settings.latencyMonitorThresholdMillis() > 0;
    }

    /** By name of the event. */
    public Map<String, Series> events() {
        return events;
    }

    /** @return how many of the events there were */
    public int reset(Collection<String> names) {
        int reset = 0;
        for (String name : names) {
            reset += events.remove(name) == null ? 0 : 1;
        }
        return reset;
    }
}
