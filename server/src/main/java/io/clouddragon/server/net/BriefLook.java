package io.clouddragon.server.net;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/**
 * Before the event loop sleeps it looks for a moment whether something comes: a client that has just been answered asks again
 * within microseconds, and to be put to sleep and woken takes both sides longer than that (docs/decisions/one-event-loop.md).
 *
 * <p>To look in vain takes the processor from others. So after each vain look more of the next waits sleep at once, up to
 * {@value #MAX_SKIPPED}; one that finds something ends that. A server that is asked now and then spends next to nothing on it.
 *
 * <p>A task of another thread, or a timer, may have to wait for the end of the look.
 */
final class BriefLook implements SelectStrategy {
    private static final long LOOK_NANOS = 20_000;
    static final int MAX_SKIPPED = 63;

    /** So many of the next waits sleep at once. */
    private int skipped;
    /** So many do after the next look, if it is in vain. */
    private int skippedNext;

    /** For the processors that this process may use: on a single one those who would ask need it. */
    static SelectStrategy forThisMachine() {
        return Runtime.getRuntime().availableProcessors() > 1
                ? new BriefLook()
                : DefaultSelectStrategyFactory.INSTANCE.newSelectStrategy();
    }

    @Override
    public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
        if (hasTasks) {
            return ready.get();
        }
        if (skipped > 0) {
            skipped--;
            return SELECT;
        }
        long start = System.nanoTime();
        do {
            int count = ready.get();
            if (count > 0) {
                skippedNext = 0;
                return count;
            }
        } while (System.nanoTime() - start < LOOK_NANOS);
        skipped = skippedNext;
        skippedNext = Math.min(skippedNext * 2 + 1, MAX_SKIPPED);
        return SELECT;
    }
}
