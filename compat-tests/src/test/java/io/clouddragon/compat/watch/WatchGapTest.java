package io.clouddragon.compat.watch;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Check 8 of the design: random writers, watchers that hang up and come back, the server killed in between; no change missed,
 * none told twice, versions rise. {@code -Dsoak=5} runs five minutes.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class WatchGapTest {
    private static final int KEYS = 8;
    private static final int RESP_WATCHERS = 12;
    private static final int HTTP_WATCHERS = 12;
    private static final long DEFAULT_MILLIS = 6_000;
    /** On a slow machine too. */
    private static final int MIN_KILLS = 2;

    private static final int MIN_LIFE_MILLIS = 300;
    private static final int MAX_LIFE_MILLIS = 2_500;
    private static final int STOP_SECONDS = 60;

    private final Violations violations = new Violations();
    private final List<WatchedKey> keys = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Test
    void noChangeIsMissedAndNoneToldTwice() throws Exception {
        Target.requireDragon();
        SplittableRandom random = new SplittableRandom(Seeds.next("WatchGapTest"));
        long soak = TimeUnit.MINUTES.toNanos(Integer.getInteger("soak", 0));
        int kills = 0;
        try (DragonServer server = new DragonServer().start()) {
            long end = System.nanoTime() + Math.max(soak, TimeUnit.MILLISECONDS.toNanos(DEFAULT_MILLIS));
            assemble(server, random);
            AtomicBoolean stopWatching = new AtomicBoolean();
            AtomicBoolean stopWriting = new AtomicBoolean();
            List<Future<?>> watching = new ArrayList<>();
            List<Future<?>> writing = new ArrayList<>();
            watchers.forEach(watcher -> watching.add(threads.submit(() -> watcher.run(stopWatching::get))));
            writers.forEach(writer -> writing.add(threads.submit(() -> {
                writer.run(stopWriting::get);
                return null;
            })));
            while ((kills < MIN_KILLS || System.nanoTime() < end) && violations.count() == 0) {
                Thread.sleep(random.nextInt(MIN_LIFE_MILLIS, MAX_LIFE_MILLIS));
                server.kill9();
                server.start();
                kills++;
            }
            stopWriting.set(true);
            for (Future<?> writer : writing) {
                writer.get(STOP_SECONDS, TimeUnit.SECONDS);
            }
            stopWatching.set(true);
            for (Future<?> watcher : watching) {
                watcher.get(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        report(kills);
    }

    /** Half of the keys are paced; a watcher over RESP has one of each kind. */
    private void assemble(DragonServer server, SplittableRandom random) {
        for (int i = 0; i < KEYS; i++) {
            boolean paced = i < KEYS / 2;
            keys.add(new WatchedKey((paced ? "paced-" : "free-") + i, paced, violations));
        }
        for (int i = 0; i < RESP_WATCHERS; i++) {
            int place = i % (KEYS / 2);
            List<WatchedKey> two = List.of(keys.get(place), keys.get(KEYS / 2 + place));
            watchers.add(new Watcher.OverResp(two, new Doors(server), random.split()));
        }
        for (int i = 0; i < HTTP_WATCHERS; i++) {
            watchers.add(new Watcher.OverHttp(keys.get(i % KEYS), new Doors(server), random.split()));
        }
        keys.forEach(key -> writers.add(new Writer(key, new Doors(server), random.split())));
    }

    private void report(int kills) {
        long paced = keys.stream()
                .filter(WatchedKey::isPaced)
                .mapToLong(WatchedKey::made)
                .sum();
        long made = keys.stream().mapToLong(WatchedKey::made).sum();
        long told = keys.stream().mapToLong(WatchedKey::told).sum();
        System.out.printf(
                "WatchGapTest: %d kills, %d changes (%d of them to be told each to all), %d lost unacknowledged, told %d times"
                        + " to %d watchers, %d waits in vain, %d given up: violations %d%n",
                kills,
                made,
                paced,
                keys.stream().mapToLong(WatchedKey::lost).sum(),
                told,
                watchers.size(),
                watchers.stream().mapToLong(Watcher::timeouts).sum(),
                watchers.stream().mapToLong(Watcher::hangUps).sum(),
                violations.count());
        assertThat(violations.shown()).isEmpty();
        assertThat(kills).isPositive();
        assertThat(paced).isPositive();
        assertThat(made).isGreaterThan(paced);
        assertThat(told).isPositive();
    }
}
