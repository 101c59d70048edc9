package io.clouddragon.bench.compare;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What a row has to reach. 0 or NaN = nothing of the kind.
 *
 * @param toAlways least ratio to Redis with appendfsync always
 * @param toEverysec the same to everysec
 * @param bound of Cloud Dragon's own median: at least for rates, at most for times and sizes
 * @param p99Millis at most, Cloud Dragon's 99th percentile
 * @param share of what Cloud Dragon reached in another row: at least for rates, at most for times
 * @param ofRow that row's name
 */
record Goal(double toAlways, double toEverysec, double bound, double p99Millis, double share, String ofRow) {
    static final Goal NONE = new Goal(0, 0, Double.NaN, Double.NaN, 0, "");

    static Goal ratio(double toAlways) {
        return ratios(toAlways, 0);
    }

    static Goal ratios(double toAlways, double toEverysec) {
        return new Goal(toAlways, toEverysec, Double.NaN, Double.NaN, 0, "");
    }

    static Goal bound(double bound) {
        return new Goal(0, 0, bound, Double.NaN, 0, "");
    }

    static Goal ofRow(double share, String row) {
        return NONE.andOfRow(share, row);
    }

    Goal andOfRow(double itsShare, String row) {
        return new Goal(toAlways, toEverysec, bound, p99Millis, itsShare, row);
    }

    Goal p99(double millis) {
        return new Goal(toAlways, toEverysec, bound, millis, share, ofRow);
    }

    /** In words; empty when there is none. */
    String text(Unit unit) {
        StringJoiner text = new StringJoiner(", ");
        if (toAlways > 0) {
            text.add(String.format(Locale.ROOT, "%.2f to always", toAlways));
        }
        if (toEverysec > 0) {
            text.add(String.format(Locale.ROOT, "%.2f to everysec", toEverysec));
        }
        String limit = unit.moreIsBetter ? "≥ " : "≤ ";
        if (!Double.isNaN(bound)) {
            text.add(limit + Math.round(bound) + unit.suffix);
        }
        if (!Double.isNaN(p99Millis)) {
            text.add(String.format(Locale.ROOT, "p99 ≤ %.0f ms", p99Millis));
        }
        if (share > 0) {
            text.add(String.format(Locale.ROOT, "%s%.1f times “%s”", limit, share, ofRow));
        }
        return text.toString();
    }

    /** Null when it cannot be told: there is no goal, or nothing to compare with. */
    Boolean isReached(Row row, Map<Row, Map<ServerKind, Figures>> results) {
        Figures dragon = results.get(row).get(ServerKind.DRAGON);
        if (equals(NONE) || dragon.isEmpty()) {
            return null;
        }
        boolean reached = true;
        if (toAlways > 0) {
            reached &= row.unit().ratio(dragon, results.get(row).get(ServerKind.ALWAYS)) >= toAlways;
        }
        if (toEverysec > 0) {
            reached &= row.unit().ratio(dragon, results.get(row).get(ServerKind.EVERYSEC)) >= toEverysec;
        }
        if (!Double.isNaN(bound)) {
            reached &= row.unit().isWithin(dragon.median(), bound);
        }
        if (!Double.isNaN(p99Millis)) {
            reached &= dragon.medianP99() <= p99Millis;
        }
        if (share > 0) {
            Figures other = dragonIn(ofRow, results);
            if (other == null || other.isEmpty()) {
                return null;
            }
            reached &= row.unit().isWithin(dragon.median(), share * other.median());
        }
        return reached;
    }

    private static Figures dragonIn(String name, Map<Row, Map<ServerKind, Figures>> results) {
        for (Map.Entry<Row, Map<ServerKind, Figures>> each : results.entrySet()) {
            if (each.getKey().name().equals(name)) {
                return each.getValue().get(ServerKind.DRAGON);
            }
        }
        return null;
    }
}
