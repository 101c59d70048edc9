package io.clouddragon.compat.tracking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** What writers have been told of the keys {@code k0}, {@code k1}, …, all of them counters, and how soon caches heard of it. */
final class Counters {
    /** Changes of a key whose times are known, a power of two. */
    private static final int REMEMBERED = 1 << 12;

    private final AtomicLongArray acked;
    private final List<AtomicLongArray> ackNanos = new ArrayList<>();
    private long[] delays = new long[1 << 12];
    private int toldCount;

    Counters(int keys) {
        acked = new AtomicLongArray(keys);
        for (int i = 0; i < keys; i++) {
            ackNanos.add(new AtomicLongArray(REMEMBERED));
        }
    }

    int size() {
        return acked.length();
    }

    /** A writer has been told that the key has this value now. Any thread. */
    void acknowledged(int key, long value) {
        ackNanos.get(key).set((int) value & REMEMBERED - 1, System.nanoTime());
        acked.accumulateAndGet(key, value, Math::max);
    }

    /** The newest value that a writer was told. */
    long acked(int key) {
        return acked.get(key);
    }

    /** A cache has heard that the key is no longer less than this. Driver's thread. */
    void told(int key, long value) {
        long acknowledged = ackNanos.get(key).get((int) value & REMEMBERED - 1);
        if (toldCount == delays.length) {
            delays = Arrays.copyOf(delays, toldCount * 2);
        }
        // A cache may hear of it before the writer does.
        delays[toldCount++] = acknowledged == 0 ? 0 : Math.max(0, System.nanoTime() - acknowledged);
    }

    /** Changes made. */
    long made() {
        long sum = 0;
        for (int i = 0; i < acked.length(); i++) {
            sum += acked.get(i);
        }
        return sum;
    }

    /** Milliseconds from a writer's reply until a cache heard, which this part of all stayed below. */
    double delayMillis(double part) {
        long[] sorted = Arrays.copyOf(delays, toldCount);
        Arrays.sort(sorted);
        return toldCount == 0 ? 0 : sorted[(int) (part * (toldCount - 1))] / 1e6;
    }
}
