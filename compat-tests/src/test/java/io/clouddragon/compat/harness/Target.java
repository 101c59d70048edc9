package io.clouddragon.compat.harness;

import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/**
 * The server under test, chosen by the system property {@code target}; its default is the property {@code target} of this
 * module's pom.
 *
 * <ul>
 *   <li>{@code dragon}: Cloud Dragon, from the jar. A missing jar or a server that does not come up is a failure.
 *   <li>{@code redis}: the tests check themselves against the reference. Every test that has an oracle must pass; tests of
 *       what only Cloud Dragon has are skipped.
 * </ul>
 */
public enum Target {
    REDIS,
    DRAGON;

    /** The target of this run. */
    public static Target current() {
        return valueOf(System.getProperty("target", "dragon").toUpperCase(Locale.ROOT));
    }

    /** A server of this kind, not yet started. */
    public TestServer server() {
        return this == REDIS ? new RedisServer() : new DragonServer();
    }

    /** Skips the calling test or class unless Cloud Dragon is the target. */
    public static void requireDragon() {
        Assumptions.assumeTrue(current() == DRAGON, "only Cloud Dragon has this; run with -Dtarget=dragon");
    }
}
