package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespValue;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** When two replies to one command count as the same. Errors must always be equal byte for byte. */
enum Comparison {
    /** Every byte. */
    EXACT {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return a.equals(b);
        }
    },
    /** The same items in any order, as KEYS gives them. */
    UNORDERED {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return a.isAggregate() && b.isAggregate()
                    ? a.marker() == b.marker() && sorted(a).equals(sorted(b))
                    : a.equals(b);
        }
    },
    /** Numbers of seconds that depend on the clock. */
    SECONDS {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return near(a, b, CLOCK_TOLERANCE_MILLIS / 1000);
        }
    },
    /** Numbers of milliseconds that depend on the clock. */
    MILLIS {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return near(a, b, CLOCK_TOLERANCE_MILLIS);
        }
    },
    /** The same type, and both null or both not; for replies whose content belongs to the server (INFO, CLIENT LIST, RANDOMKEY). */
    KIND {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return a.marker() == b.marker() && a.isNull() == b.isNull();
        }
    },
    /** The same type and as many items, each of the same type: for what each server chooses at random. */
    SHAPE {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            if (!KIND.sameContent(a, b) || !a.isAggregate()) {
                return KIND.sameContent(a, b);
            }
            List<RespValue> left = a.items();
            List<RespValue> right = b.items();
            return left.size() == right.size()
                    && IntStream.range(0, left.size()).allMatch(i -> sameContent(left.get(i), right.get(i)));
        }
    },
    /** A cursor command: {@link Differential} follows the cursor to its end and compares what was found as a set. */
    SCAN {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return KIND.sameContent(a, b);
        }
    },
    /** What every connection of the run receives until it has nothing more, see {@link Peer}; byte for byte, in order. */
    MESSAGES {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return a.equals(b);
        }
    },
    /** Not a command: {@link Differential} compares all keys of all databases here. */
    DATASET {
        @Override
        boolean sameContent(RespValue a, RespValue b) {
            return a.equals(b);
        }
    };

    /** How far the clock may be ahead on the second server: the tests run on busy machines. */
    private static final long CLOCK_TOLERANCE_MILLIS = 3_000;

    abstract boolean sameContent(RespValue a, RespValue b);

    final boolean same(RespValue a, RespValue b) {
        return a.isError() || b.isError() ? a.equals(b) : sameContent(a, b);
    }

    /** The items in an order of their own; those of a map stay pairs. */
    static List<RespValue> sorted(RespValue aggregate) {
        List<RespValue> items = aggregate.items();
        if (aggregate.marker() == '%') {
            items = IntStream.range(0, items.size() / 2)
                    .mapToObj(i -> RespValue.of('*', aggregate.items().subList(2 * i, 2 * i + 2)))
                    .toList();
        }
        return items.stream().sorted(Comparator.comparing(RespValue::toString)).toList();
    }

    /** Zero and negative numbers have meanings of their own (no key, no deadline) and must be equal. */
    private static boolean near(RespValue a, RespValue b, long tolerance) {
        if (a.marker() != ':' || b.marker() != ':' || a.integer() <= 0 || b.integer() <= 0) {
            return a.equals(b);
        }
        return Math.abs(a.integer() - b.integer()) <= tolerance;
    }
}
