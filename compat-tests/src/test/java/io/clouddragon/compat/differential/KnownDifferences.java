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

    /** A database's name that is no number. */
    private static final String NAME = "(?!-?[0-9]+(\\s|$))[A-Za-z0-9._-]+";

    private static final List<Difference> ALL = List.of(
            difference(Kind.NOT_SENT, "(SELECT|MOVE \\S+) " + NAME, "a database is a name here"),
            difference(Kind.NOT_SENT, "SWAPDB (" + NAME + " .*|\\S+ " + NAME + ")", "the same"),
            difference(Kind.NOT_SENT, "COPY .* DB " + NAME + "( .*)?", "the same"),
            difference(
                    Kind.NOT_COMPARED,
                    "(SCAN|[HSZ]SCAN \\S+) -?[1-9].*",
                    "what follows a cursor that was not given out is up to the server"),
            difference(
                    Kind.NOT_COMPARED,
                    "OBJECT ENCODING n[1-4]",
                    "an integer that INCRBYFLOAT left is embstr in Redis; here it is as if it had been set"),
            difference(
                    Kind.NOT_COMPARED,
                    "OBJECT REFCOUNT \\S+",
                    "a small integer is shared in Redis unless COPY made it; here the value tells"),
            difference(Kind.NOT_SENT, "Z(REV)?RANK( \\S+){3,}", "WITHSCORE is of Redis 7.2"),
            difference(
                    Kind.NOT_COMPARED,
                    "CONFIG SET maxmemory-policy (?!noeviction$).*",
                    "the error lists the one policy there is"),
            difference(
                    Kind.NOT_COMPARED,
                    "SLOWLOG (GET|LEN).*",
                    "a command may be slow at one server and not at the other"),
            difference(Kind.NOT_COMPARED, "ACL CAT", "DRAGON.* have a category of their own"),
            difference(
                    Kind.NOT_SENT,
                    "(EVAL|EVAL_RO|SCRIPT LOAD|FUNCTION LOAD) .*return pairs\\(nil\\).*",
                    "base functions are wrapped in Lua here: called wrongly in a tail call, they have no caller's line to tell"),
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
