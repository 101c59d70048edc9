package io.clouddragon.bench.compare;

import io.clouddragon.bench.load.Sample;
import java.util.ArrayList;
import java.util.List;

/** What the rounds of one row on one server gave. */
final class Figures {
    private final List<Sample> samples = new ArrayList<>();
    private String note = "";

    void add(Sample sample) {
        samples.add(sample);
    }

    /** Why there is nothing, or less than all rounds; empty when all went well. */
    String note() {
        return note;
    }

    void note(String text) {
        note = text;
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    double median() {
        return quantile(0.5, false);
    }

    double min() {
        return quantile(0, false);
    }

    double max() {
        return quantile(1, false);
    }

    double medianP99() {
        return quantile(0.5, true);
    }

    /** NaN when there is nothing. */
    private double quantile(double at, boolean p99) {
        double[] sorted = samples.stream()
                .mapToDouble(p99 ? Sample::p99Millis : Sample::value)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = at * (sorted.length - 1);
        return (sorted[(int) Math.floor(place)] + sorted[(int) Math.ceil(place)]) / 2;
    }
}
