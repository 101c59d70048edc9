package io.clouddragon.bench.compare;

import java.util.Locale;

/**
 * What a row has to reach.
 *
 * @param toAlways least ratio to Redis with appendfsync always; 0 = none
 * @param toEverysec the same to everysec
 * @param bound of Cloud Dragon's own median: at least for rates, at most for times and sizes; NaN = none
 */
record Goal(double toAlways, double toEverysec, double bound) {
    static final Goal NONE = new Goal(0, 0, Double.NaN);

    static Goal ratio(double toAlways) {
        return new Goal(toAlways, 0, Double.NaN);
    }

    static Goal ratios(double toAlways, double toEverysec) {
        return new Goal(toAlways, toEverysec, Double.NaN);
    }

    static Goal bound(double bound) {
        return new Goal(0, 0, bound);
    }

    /** In words; empty when there is none. */
    String text(Unit unit) {
        StringBuilder text = new StringBuilder();
        if (toAlways > 0) {
            text.append(String.format(Locale.ROOT, "%.2f to always", toAlways));
        }
        if (toEverysec > 0) {
            text.append(String.format(Locale.ROOT, ", %.2f to everysec", toEverysec));
        }
        if (!Double.isNaN(bound)) {
            text.append(unit.moreIsBetter ? "≥ " : "≤ ")
                    .append(Math.round(bound))
                    .append(unit.suffix);
        }
        return text.toString();
    }

    /** Null when it cannot be told: there is no goal, or nothing to compare with. */
    Boolean isReached(Row row, Figures dragon, Figures always, Figures everysec) {
        if (equals(NONE) || dragon.isEmpty()) {
            return null;
        }
        boolean reached = true;
        if (toAlways > 0) {
            reached &= row.unit().ratio(dragon, always) >= toAlways;
        }
        if (toEverysec > 0) {
            reached &= row.unit().ratio(dragon, everysec) >= toEverysec;
        }
        if (!Double.isNaN(bound)) {
            reached &= row.unit().moreIsBetter ? dragon.median() >= bound : dragon.median() <= bound;
        }
        return reached;
    }
}
