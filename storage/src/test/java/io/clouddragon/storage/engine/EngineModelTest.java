package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random transactions of every kind, with snapshots running in between, restarts and kills: what is loaded must be what was
 * there. A transaction that fails half-way must leave nothing behind.
 */
class EngineModelTest {
    private static final int TRANSACTIONS = 20_000;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestEngine test;
    private RandomChanges changes;
    private Snapshotter snapshot;

    @Test
    void whatIsLoadedIsWhatWasThere() throws Exception {
        System.out.println("EngineModelTest -Dseed=" + seed);
        test = new TestEngine(directory);
        changes = new RandomChanges(random, 80, test::db, test::wallNow);
        int restarts = 0;
        int snapshots = 0;
        int failures = 0;
        for (int i = 0; i < TRANSACTIONS; i++) {
            failures += random.nextInt(20) == 0 ? failHalfWay() : succeed();
            if (snapshot == null && random.nextInt(300) == 0) {
                snapshot = test.beginSnapshot();
            } else if (snapshot != null) {
                snapshot.step();
                if (random.nextInt(60) == 0) {
                    test.finish(snapshot);
                    snapshot = null;
                    snapshots++;
                }
            }
            if (random.nextInt(400) == 0) {
                restart();
                restarts++;
            }
        }
        System.out.println(TRANSACTIONS + " transactions, of which failed " + failures + ", snapshots " + snapshots
                + ", restarts " + restarts);
        assertThat(restarts).isPositive();
        assertThat(snapshots).isPositive();
    }

    private void restart() throws Exception {
        TreeMap<String, String> before = test.contents();
        long revision = test.engine().revision();
        if (snapshot != null) {
            snapshot.abort();
            snapshot = null;
        }
        if (random.nextBoolean()) {
            test.closeAndOpen();
        } else {
            test.killAndOpen();
        }
        assertThat(test.contents()).isEqualTo(before);
        assertThat(test.engine().revision()).isEqualTo(revision);
    }

    private int succeed() {
        if (random.nextInt(50) == 0) {
            test.advance(random.nextInt(2000));
        }
        test.transact(tx -> {
            for (int n = random.nextInt(4); n >= 0; n--) {
                changes.apply(tx);
            }
        });
        return 0;
    }

    private int failHalfWay() {
        TreeMap<String, String> before = test.contents();
        long revision = test.engine().revision();
        boolean throwing = random.nextBoolean();
        try {
            test.transact(tx -> {
                for (int n = random.nextInt(6); n >= 0; n--) {
                    changes.apply(tx);
                }
                if (throwing) {
                    throw new IllegalStateException("half-way");
                }
                tx.abort();
            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("half-way");
        }
        assertThat(test.contents()).isEqualTo(before);
        assertThat(test.engine().revision()).isEqualTo(revision);
        return 1;
    }
}
