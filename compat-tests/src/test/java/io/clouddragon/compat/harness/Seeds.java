package io.clouddragon.compat.harness;

import java.util.concurrent.ThreadLocalRandom;

/** Seeds of random tests, printed: that of {@code -Dseed=…} to replay a run, a fresh one for {@code -Dseed=random}. */
public final class Seeds {
    private Seeds() {}

    /** Fresh for each run unless one is given. */
    public static long next(String test) {
        return nextOr(test, fresh());
    }

    /**
     * The usual one unless one is given: for comparisons with a program that is not ours, where every build shall try the
     * same and a search goes further on purpose.
     */
    public static long nextOr(String test, long usual) {
        String given = System.getProperty("seed", "").trim();
        long seed = given.isEmpty() ? usual : given.equals("random") ? fresh() : Long.parseLong(given);
        System.out.println(test + ": -Dseed=" + seed);
        return seed;
    }

    private static long fresh() {
        return ThreadLocalRandom.current().nextLong(1L << 48);
    }
}
