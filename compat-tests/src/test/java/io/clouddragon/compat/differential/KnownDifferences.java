package io.clouddragon.compat.differential;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where Cloud Dragon differs from Redis on purpose, one by one, each with its reason. Printed, with how often it was met, at
 * the end of a run.
 */
final class KnownDifferences {
    /** What a difference means for the run. */
    enum Kind {
        /** Sent to neither server: what is stored would differ afterwards. */
        NOT_SENT,
        /** Sent to both, replies not compared. */
        NOT_COMPARED
    }

    /** A difference; the pattern is held against the whole command line as redis-cli would write it. */
    record Difference(Kind kind, Pattern command, String reason) {}

    private static final String NO_NUMBERED_DB = "(?!([0-9]|1[0-5])$)\\S+";

    private static final List<Difference> ALL = List.of(
            difference(
                    Kind.NOT_SENT,
                    "(SELECT|MOVE \\S+) " + NO_NUMBERED_DB,
                    "a database is a name here, numbers above 15 and words included"),
            difference(Kind.NOT_SENT, "SWAPDB (" + NO_NUMBERED_DB + "|\\S+ " + NO_NUMBERED_DB + ")", "the same"),
            difference(Kind.NOT_SENT, "SWAPDB (?!([0-9]|1[0-5]) )\\S+ \\S+", "the same"),
            difference(Kind.NOT_SENT, "COPY .* DB (?!([0-9]|1[0-5])( |$)).*", "the same"),
            difference(Kind.NOT_COMPARED, "\\S+ HELP", "the help names the subcommands that are here"));

    private final List<Difference> active;
    private final Map<Difference, Integer> met = new LinkedHashMap<>();

    private KnownDifferences(List<Difference> active) {
        this.active = active;
    }

    /** Those of Cloud Dragon. */
    static KnownDifferences ofDragon() {
        return new KnownDifferences(ALL);
    }

    /** None: Redis against itself. */
    static KnownDifferences none() {
        return new KnownDifferences(List.of());
    }

    /** The difference that a command falls under, counted as met. */
    Optional<Difference> find(Step step) {
        String line = step.commandLine();
        var found = active.stream()
                .filter(difference -> difference.command.matcher(line).matches())
                .findFirst();
        found.ifPresent(difference -> met.merge(difference, 1, Integer::sum));
        return found;
    }

    /** One line for each difference that was met. */
    String report() {
        StringBuilder report = new StringBuilder();
        met.forEach((difference, count) -> report.append(
                String.format("  %5d x %s: %s (%s)%n", count, difference.kind, difference.command, difference.reason)));
        return report.toString();
    }

    private static Difference difference(Kind kind, String pattern, String reason) {
        return new Difference(kind, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), reason);
    }
}
