package io.clouddragon.compat.harness;

/** Waiting for a time to pass, where nothing can be waited for. */
public final class Pause {
    private Pause() {}

    /** Fails when interrupted: a test that is told to end does not go on as if it had waited. */
    public static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
