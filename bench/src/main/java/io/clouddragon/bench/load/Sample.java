package io.clouddragon.bench.load;

import org.HdrHistogram.Histogram;

/**
 * One measurement.
 *
 * @param value in the row's unit
 * @param p99Millis 99th percentile of what single requests took; NaN = not measured
 */
public record Sample(double value, double p99Millis) {
    public static Sample of(double value) {
        return new Sample(value, Double.NaN);
    }

    static Sample rate(Histogram nanos, long tookNanos) {
        return new Sample(nanos.getTotalCount() * 1e9 / tookNanos, nanos.getValueAtPercentile(99) / 1e6);
    }
}
