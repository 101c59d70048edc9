package io.clouddragon.compat.differential;

import java.util.random.RandomGenerator;

/** An endless source of commands; the same random numbers give the same commands. */
interface CommandGenerator {
    /** What the reports call it. */
    String name();

    Step next(RandomGenerator random);
}
