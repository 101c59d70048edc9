package io.clouddragon.bench.compare;

/** What a row's values are. */
enum Unit {
    PER_SECOND("/s", true),
    MILLIS(" ms", false),
    BYTES(" bytes", false);

    final String suffix;
    final boolean moreIsBetter;

    Unit(String suffix, boolean moreIsBetter) {
        this.suffix = suffix;
        this.moreIsBetter = moreIsBetter;
    }

    /** Whether a value is at least, or at most, as the unit has it. */
    boolean isWithin(double value, double bound) {
        return moreIsBetter ? value >= bound : value <= bound;
    }

    /** How many times as good the first one's median is; NaN when one is not there. */
    double ratio(Figures one, Figures other) {
        if (one.isEmpty() || other.isEmpty()) {
            return Double.NaN;
        }
        return moreIsBetter ? one.median() / other.median() : other.median() / one.median();
    }
}
