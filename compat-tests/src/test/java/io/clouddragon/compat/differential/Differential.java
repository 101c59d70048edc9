package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Plays the same commands on the reference and on a subject and compares reply by reply, every few commands also the keyspace
 * events they told, and now and then everything stored.
 * A mismatch is reported with the seed, the commands before it and a reproduction shrunk by leaving out earlier commands.
 * Single-threaded; both servers are emptied first and used by nobody else.
 */
final class Differential {
    /** How often everything stored is compared, in commands. */
    private static final int DATASET_EVERY = 250;

    /** How often keyspace events are compared, in commands. */
    private static final int EVENTS_EVERY = 16;

    static final List<String> ENDS_OF_TRANSACTION = List.of("EXEC", "DISCARD", "RESET");

    private static final long SHRINK_LIMIT_NANOS = 6_000_000_000L;
    private static final int SHOWN_COMMANDS = 15;
    private static final int SHOWN_CHARS = 120;

    private final TestServer reference;
    private final TestServer subject;
    private final int protocol;
    private final KnownDifferences known;

    Differential(TestServer reference, TestServer subject, int protocol, KnownDifferences known) {
        this.reference = reference;
        this.subject = subject;
        this.protocol = protocol;
        this.known = known;
    }

    /** Where two servers answered differently, or told other events. */
    private record Mismatch(int index, RespValue expected, RespValue actual) {}

    /** Plays {@code count} generated commands; an {@link AssertionError} tells the first mismatch. */
    void run(CommandGenerator generator, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        while (steps.size() < count) {
            steps.add(steps.size() % DATASET_EVERY == DATASET_EVERY - 1 ? Step.DATASET : generator.next(random));
        }
        steps.add(Step.DATASET);
        Optional<Mismatch> mismatch = play(steps);
        if (mismatch.isPresent()) {
            throw new AssertionError(report(generator, seed, steps, mismatch.get()));
        }
        System.out.printf("differential, %s, RESP%d: %d commands, equal%n", generator.name(), protocol, count);
    }

    /** The first mismatch of a run from an empty start. */
    private Optional<Mismatch> play(List<Step> steps) {
        try (Side expected = new Side(reference, protocol);
                Side actual = new Side(subject, protocol)) {
            List<List<Comparison>> queued = Stream.<List<Comparison>>generate(ArrayList::new)
                    .limit(Side.CONNECTIONS)
                    .toList();
            for (int i = 0; i < steps.size(); i++) {
                Step step = steps.get(i);
                var difference = known.find(step);
                if (difference.isPresent() && difference.get().kind() == KnownDifferences.Kind.NOT_SENT) {
                    continue;
                }
                RespValue a = expected.play(step);
                RespValue b = actual.play(step);
                boolean same = same(step, a, b, queued.get(step.connection()));
                if (!same && difference.isEmpty()) {
                    return Optional.of(new Mismatch(i, a, b));
                }
                if (step.comparison() == Comparison.SCAN) {
                    // In Redis it misses keys that have expired but are still there: when, is its own affair.
                    expected.events();
                    actual.events();
                } else if (eventsAreDue(steps, i)) {
                    a = expected.events();
                    b = actual.events();
                    if (!a.equals(b)) {
                        return Optional.of(new Mismatch(i, a, b));
                    }
                }
            }
            return Optional.empty();
        }
    }

    private static boolean eventsAreDue(List<Step> steps, int i) {
        boolean isLast = i == steps.size() - 1;
        return isLast || i % EVENTS_EVERY == 0 || steps.get(i + 1).comparison() == Comparison.SCAN;
    }

    /** Compares two replies; the items of an EXEC are compared as their commands ask for. */
    private static boolean same(Step step, RespValue a, RespValue b, List<Comparison> queued) {
        if (isQueued(a)) {
            queued.add(step.comparison());
            return a.equals(b);
        }
        boolean exec = step.name().equals("EXEC") && a.isAggregate() && b.isAggregate();
        boolean same = exec ? sameItems(a, b, queued) : step.comparison().same(a, b);
        if (!same || ENDS_OF_TRANSACTION.contains(step.name())) {
            queued.clear();
        }
        return same;
    }

    static boolean isQueued(RespValue reply) {
        return reply.marker() == '+' && reply.text().equals("QUEUED");
    }

    private static boolean sameItems(RespValue a, RespValue b, List<Comparison> comparisons) {
        if (a.items().size() != comparisons.size() || b.items().size() != comparisons.size()) {
            return false;
        }
        for (int i = 0; i < comparisons.size(); i++) {
            if (!comparisons.get(i).same(a.item(i), b.item(i))) {
                return false;
            }
        }
        return true;
    }

    private String report(CommandGenerator generator, long seed, List<Step> steps, Mismatch mismatch) {
        List<Step> last = steps.subList(Math.max(0, mismatch.index - SHOWN_COMMANDS), mismatch.index + 1);
        List<Step> shrunk = shrink(steps.subList(0, mismatch.index + 1));
        Mismatch again = play(shrunk).orElse(mismatch);
        return String.format("%s, RESP%d, -Dseed=%d, command %d%n", generator.name(), protocol, seed, mismatch.index)
                + "the last commands:\n" + lines(last, SHOWN_CHARS)
                + "expected: " + mismatch.expected + "   [" + mismatch.expected.marker() + "]\n"
                + "actual:   " + mismatch.actual + "   [" + mismatch.actual.marker() + "]\n"
                + "shrunk to:\n" + lines(shrunk, Integer.MAX_VALUE)
                + "expected: " + again.expected + "\nactual:   " + again.actual + "\n";
    }

    private static String lines(List<Step> steps, int mostChars) {
        StringBuilder lines = new StringBuilder();
        for (Step step : steps) {
            String line = step.toString();
            lines.append("  ").append(line, 0, Math.min(line.length(), mostChars));
            lines.append(line.length() > mostChars ? "…\n" : "\n");
        }
        return lines.toString();
    }

    /** Leaves out ever smaller parts of what comes before the last command, as long as that still mismatches. */
    private List<Step> shrink(List<Step> failing) {
        long deadline = System.nanoTime() + SHRINK_LIMIT_NANOS;
        List<Step> best = failing;
        for (int length = 1; length < failing.size() && System.nanoTime() < deadline; length *= 4) {
            List<Step> tail = failing.subList(failing.size() - length, failing.size());
            if (failsAtItsEnd(tail)) {
                best = tail;
                break;
            }
        }
        for (int chunk = best.size() / 2; chunk > 0; chunk /= 2) {
            for (int at = best.size() - 1 - chunk; at >= 0 && System.nanoTime() < deadline; at -= chunk) {
                List<Step> without = new ArrayList<>(best.subList(0, at));
                without.addAll(best.subList(at + chunk, best.size()));
                if (failsAtItsEnd(without)) {
                    best = without;
                }
            }
        }
        return best;
    }

    private boolean failsAtItsEnd(List<Step> steps) {
        return play(steps)
                .filter(mismatch -> mismatch.index == steps.size() - 1)
                .isPresent();
    }
}
