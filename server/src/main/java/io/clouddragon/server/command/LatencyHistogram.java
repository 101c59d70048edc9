package io.clouddragon.server.command;

/**
 * How long calls took: counts in buckets that grow with the value, sixteen to each power of two, so that a percentile is
 * at most 1/16 too high. 3 KiB a command; recording allocates nothing. Event loop only.
 */
public final class LatencyHistogram {
    /** Everything below counts as this, nanoseconds; it is the first bucket's upper bound. */
    public static final long SMALLEST_NANOS = 1024;

    /** Powers of two covered above the smallest; beyond (about 17 s) all is one. */
    public static final int POWERS = 24;

    private static final int STEP_BITS = 4;
    private static final int STEPS = 1 << STEP_BITS;

    private final long[] counts = new long[1 + POWERS * STEPS];
    private long total;

    void record(long nanos) {
        counts[bucket(nanos)]++;
        total++;
    }

    private static int bucket(long nanos) {
        if (nanos <= SMALLEST_NANOS) {
            return 0;
        }
        long above = nanos - 1;
        int octave = 63 - Long.numberOfLeadingZeros(above);
        int step = (int) (above >> octave - STEP_BITS) & STEPS - 1;
        return Math.min(1 + (octave - 10) * STEPS + step, POWERS * STEPS);
    }

    /** The largest value that counts in a bucket. */
    private static long upperBound(int bucket) {
        if (bucket == 0) {
            return SMALLEST_NANOS;
        }
        int octave = 10 + (bucket - 1) / STEPS;
        long step = (bucket - 1) % STEPS;
        return (1L << octave) + (step + 1 << octave - STEP_BITS);
    }

    public long count() {
        return total;
    }

    /** How many calls took at most {@code SMALLEST_NANOS << power}. */
    public long countUpToPower(int power) {
        long sum = 0;
        for (int i = 0; i <= Math.min(power, POWERS) * STEPS; i++) {
            sum += counts[i];
        }
        return sum;
    }

    /** Nanoseconds that so many percent of the calls did not exceed, to within 1/16; 0 without calls. */
    public long percentileNanos(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(total * percent / 100));
        long sum = 0;
        for (int i = 0; i < counts.length && total > 0; i++) {
            sum += counts[i];
            if (sum >= wanted) {
                return upperBound(i);
            }
        }
        return 0;
    }
}
