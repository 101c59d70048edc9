package io.clouddragon.compat.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.Doors;
import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.Seeds;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Check 7 of the design, on the real server, which is killed again and again: intervals by revision never overlap, handles rise,
 * a lease is a minimum, stale handles are refused. {@code -Dsoak=5} runs five minutes.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class LockIntervalTest {
    private static final int LOCKS = 4;
    private static final int CONTENDERS = 16;
    private static final long DEFAULT_MILLIS = 6_000;
    /** On a slow machine too. */
    private static final int MIN_KILLS = 2;

    private static final int MIN_LIFE_MILLIS = 300;
    private static final int MAX_LIFE_MILLIS = 2_500;
    private static final int STOP_SECONDS = 60;

    private final Violations violations = new Violations();
    private final List<LockHistory> locks = new ArrayList<>();

    @Test
    void noTwoHoldAtATimeAndNoStaleHandleIsTaken() throws Exception {
        Target.requireDragon();
        SplittableRandom random = new SplittableRandom(Seeds.next("LockIntervalTest"));
        long soak = TimeUnit.MINUTES.toNanos(Integer.getInteger("soak", 0));
        AtomicLong highestHandle = new AtomicLong();
        for (int i = 0; i < LOCKS; i++) {
            locks.add(new LockHistory("lock-" + i, highestHandle, violations));
        }
        ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS);
        AtomicBoolean stop = new AtomicBoolean();
        int kills = 0;
        try (DragonServer server = new DragonServer().start()) {
            long end = System.nanoTime() + Math.max(soak, TimeUnit.MILLISECONDS.toNanos(DEFAULT_MILLIS));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CONTENDERS; i++) {
                Contender contender = new Contender(locks, new Doors(server), random.split());
                running.add(threads.submit(() -> contender.run(stop::get)));
            }
            while ((kills < MIN_KILLS || System.nanoTime() < end) && violations.count() == 0) {
                Thread.sleep(random.nextInt(MIN_LIFE_MILLIS, MAX_LIFE_MILLIS));
                server.kill9();
                server.start();
                kills++;
            }
            stop.set(true);
            for (Future<?> contender : running) {
                contender.get(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        locks.forEach(LockHistory::judge);
        report(kills);
    }

    private void report(int kills) {
        long grants = sum(LockHistory::grants);
        long needed = sum(LockHistory::refusalsNeeded);
        System.out.printf(
                "LockIntervalTest: %d kills, %d contenders: %d grants, %d uses under a handle, %d refused, of them %d with a"
                        + " handle known to be stale: violations %d%n",
                kills,
                CONTENDERS,
                grants,
                sum(LockHistory::uses),
                sum(LockHistory::refusals),
                needed,
                violations.count());
        assertThat(violations.shown()).isEmpty();
        assertThat(kills).isPositive();
        assertThat(grants).isGreaterThan(kills);
        assertThat(needed).isPositive();
    }

    private long sum(ToLongFunction<LockHistory> figure) {
        return locks.stream().mapToLong(figure).sum();
    }
}
