package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RedisCli;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * One command of a differential run.
 *
 * @param connection which of the run's connections sends it
 * @param comparison when the replies count as the same
 * @param pauseMillis wait after it, so that a deadline that it set has passed on both servers
 */
record Step(int connection, Comparison comparison, int pauseMillis, List<byte[]> arguments) {
    /** Compares everything stored. */
    static final Step DATASET = new Step(0, Comparison.DATASET, 0, List.of("(compare all keys)".getBytes()));

    byte[][] argv() {
        return arguments.toArray(byte[][]::new);
    }

    /** The command in capitals as far as it is a word. */
    String name() {
        return new String(arguments.get(0), StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    }

    /** As one would type it into redis-cli. */
    String commandLine() {
        return RedisCli.join(argv());
    }

    @Override
    public String toString() {
        return connection + "> " + commandLine() + (pauseMillis > 0 ? "   (then " + pauseMillis + " ms)" : "");
    }
}
