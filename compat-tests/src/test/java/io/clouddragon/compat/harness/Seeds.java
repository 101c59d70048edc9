package io.clouddragon.compat.harness;

import java.util.concurrent.ThreadLocalRandom;

/** Seeds of random tests: a fresh one per run, printed, or that of {@code -Dseed=…} to replay a run. */
public final class Seeds {
    private Seeds() {}

    public static long next(String test) {
        String given = System.getProperty("seed", "");
        long seed = given.isBlank() ? ThreadLocalRandom.current().nextLong(1L << 48) : Long.parseLong(given.trim());
        System.out.println(test + ": -Dseed=" + seed);
        return seed;
    }
}
