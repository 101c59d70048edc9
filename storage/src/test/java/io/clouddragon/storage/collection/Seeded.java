package io.clouddragon.storage.collection;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Random numbers whose seed is printed, and taken from {@code -Dseed} to replay a run. */
final class Seeded {
    private Seeded() {}

    static SplittableRandom random(String test) {
        String given = System.getProperty("seed", "");
        long seed = given.matches("-?\\d+")
                ? Long.parseLong(given)
                : ThreadLocalRandom.current().nextLong(1L << 48);
        System.out.println(test + ": -Dseed=" + seed);
        return new SplittableRandom(seed);
    }
}
