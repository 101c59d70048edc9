package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.log.LogDamagedException;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.MemoryDisk;
import io.clouddragon.storage.log.SyncMode;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Check 4 of the design on the whole engine: each seed is a few lives of random transactions on a simulated disk, with
 * snapshots, idle marks and expiries in between. Each ends with a power failure (any part of what was not synced survives),
 * a kill or an orderly stop, often with the disk failing or full in the midst of something before it. The next life must begin with
 * the state after some transaction, not before the last one that was acknowledged. {@code -Dseeds=10000} runs the full
 * number; {@code -Dseed=N -Dseeds=1} replays one.
 */
class EnginePowerLossTest {
    private static final int DEFAULT_SEEDS = 300;
    private static final int LIVES = 4;
    private static final int MAX_STEPS = 60;
    private static final int KEYS = 8;
    private static final int MAX_CALLS_BEFORE_FAILURE = 300;
    private static final int MAX_ROOM = 200_000;

    /** Small, so that turns to a new segment are frequent. */
    private static final int SEGMENT_BYTES = 4096;

    private static final int FIRST_SEGMENT_BYTES = 1024;

    private int powerFailures;
    private int kills;
    private int stops;
    private int diskFailures;
    private int fullDisks;
    private int snapshots;
    private int unacknowledgedLost;
    private long transactions;

    @Test
    void theEngineComesBackAsItWasAfterATransactionNotBeforeTheLastAcknowledged() throws IOException {
        String given = System.getProperty("seed", "");
        long first = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        int seeds = Integer.getInteger("seeds", DEFAULT_SEEDS);
        System.out.println("EnginePowerLossTest -Dseed=" + first);
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                new Simulation(new Random(seed)).run();
            } catch (AssertionError | IOException | RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed + " -Dseeds=1: " + e.getMessage(), e);
            }
        }
        System.out.printf(
                "EnginePowerLossTest: seeds %d, power failures %d, kills %d, stops %d, disk failures %d (full %d), snapshots %d,"
                        + " transactions %d; lives that lost unacknowledged ones %d; acknowledged lost 0%n",
                seeds,
                powerFailures,
                kills,
                stops,
                diskFailures,
                fullDisks,
                snapshots,
                transactions,
                unacknowledgedLost);
        assertThat(powerFailures).isPositive();
        if (seeds >= DEFAULT_SEEDS) {
            // Else nothing was at stake.
            assertThat(unacknowledgedLost).isPositive();
            assertThat(snapshots).isPositive();
            assertThat(diskFailures).isGreaterThan(fullDisks);
            assertThat(fullDisks).isPositive();
        }
    }

    /** What one seed does. */
    private final class Simulation {
        private final Random random;
        private final RandomChanges changes;
        private MemoryDisk disk = new MemoryDisk();
        private Engine engine;
        private Snapshotter snapshot;
        private long engineNow;
        private long wallNow = 1_700_000_000_000L;

        /** What may be found after a failure. */
        private final StateHistory states = new StateHistory();
        /** Up to here everything was acknowledged under {@link SyncMode#ALWAYS}, or is known to be synced. */
        private long promised;
        /** As {@link #promised}, for a crash of the process only. */
        private long acknowledged;
        /** The engine's clock in the last record promised: leases are told by it. */
        private long promisedClock;

        Simulation(Random random) {
            this.random = random;
            this.changes =
                    new RandomChanges(random, KEYS, name -> engine.databases().get(name), () -> wallNow);
        }

        void run() throws IOException {
            for (int life = 0; life < LIVES; life++) {
                if (random.nextInt(3) != 0) {
                    disk.failFrom(1 + random.nextInt(MAX_CALLS_BEFORE_FAILURE), Long.MAX_VALUE, random.nextBoolean());
                } else if (random.nextBoolean()) {
                    disk.room(random.nextInt(MAX_ROOM));
                }
                boolean stopped = false;
                try {
                    open();
                    live();
                    stopped = random.nextInt(4) == 0;
                    if (stopped) {
                        engine.log().close(engineNow);
                        note();
                        stops++;
                    }
                } catch (LogFailedException | IOException e) {
                    // An orderly stop that fails has still promised nothing more.
                    assertThat(e).isNotInstanceOf(LogDamagedException.class);
                    diskFailures++;
                    fullDisks += disk.wasFull() ? 1 : 0;
                    stopped = false;
                }
                crash(stopped);
            }
            disk.heal();
            open();
        }

        private void crash(boolean stopped) {
            snapshot = null;
            if (stopped || random.nextInt(4) != 0) {
                acknowledged = promised;
                disk = disk.afterPowerFailure(random);
                powerFailures++;
            } else {
                promised = acknowledged;
                disk = disk.afterKill();
                kills++;
            }
        }

        private void open() throws IOException {
            SyncMode mode = random.nextInt(3) == 0 ? SyncMode.EVERYSEC : SyncMode.ALWAYS;
            engine = new Engine(
                    disk,
                    new LogOptions(mode, SEGMENT_BYTES, FIRST_SEGMENT_BYTES, false),
                    new EngineOptions(1, 2, 64),
                    LoadProgress.NONE);
            long revision = engine.revision();
            assertThat(revision).as("revision found").isGreaterThanOrEqualTo(promised);
            assertThat(engine.engineMillis()).as("engine clock").isGreaterThanOrEqualTo(promisedClock);
            states.verify(engine);
            if (revision < states.last()) {
                unacknowledgedLost++;
            }
            states.startAt(engine);
            engineNow = engine.engineMillis();
            note();
            advance(0);
        }

        private void live() {
            for (int steps = random.nextInt(MAX_STEPS); steps > 0; steps--) {
                step();
                note();
            }
        }

        private void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> transact();
                case 9 -> failHalfWay();
                case 10, 11, 12, 13 -> engine.log().flush();
                case 14 -> advance(random.nextInt(1500));
                case 15 -> engine.log().force();
                case 16 -> engine.log().markIdle(engineNow);
                case 17 -> engine.log().mode(random.nextBoolean() ? SyncMode.ALWAYS : SyncMode.EVERYSEC);
                default -> snapshot();
            }
        }

        private void transact() {
            engine.transact(tx -> {
                for (int n = random.nextInt(4); n >= 0; n--) {
                    changes.apply(tx);
                }
            });
            transactions++;
            states.add(engine);
        }

        private void failHalfWay() {
            engine.transact(tx -> {
                for (int n = random.nextInt(4); n >= 0; n--) {
                    changes.apply(tx);
                }
                tx.abort();
            });
            states.verify(engine);
        }

        /** Everything due happens, each in a transaction of its own: the states between are known but for the order. */
        private void advance(long millis) {
            engineNow += millis;
            wallNow += millis;
            boolean more;
            do {
                more = engine.advance(engineNow, wallNow);
            } while (more);
            states.add(engine);
        }

        private void snapshot() {
            if (snapshot == null) {
                snapshot = new Snapshotter(engine);
            } else if (random.nextInt(3) == 0) {
                Snapshotter finished = snapshot;
                snapshot = null;
                boolean more;
                do {
                    more = finished.step();
                } while (more);
                boolean failed = finished.finish()
                        .handle((nothing, failure) -> failure != null)
                        .join();
                snapshots += failed ? 0 : 1;
            } else {
                for (int n = random.nextInt(20); n >= 0; n--) {
                    snapshot.step();
                }
            }
        }

        /** Takes note of what has been promised by now. */
        private void note() {
            long synced = engine.log().synced();
            acknowledged = Math.max(acknowledged, engine.log().durable());
            if (synced > promised) {
                promised = synced;
            }
            if (synced == engine.revision()) {
                promisedClock = engine.log().engineMillis();
            }
            states.forgetBefore(promised);
        }
    }
}
