package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
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
    private static final String[] DATABASES = {"0", "1", "dev"};

    @TempDir
    Path directory;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private TestEngine test;
    private Snapshotter snapshot;

    @Test
    void whatIsLoadedIsWhatWasThere() throws Exception {
        System.out.println("EngineModelTest -Dseed=" + seed);
        test = new TestEngine(directory);
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
            snapshot.writer().abort();
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
                change(tx);
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
                    change(tx);
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

    private void change(Tx tx) {
        Database db = test.db(DATABASES[random.nextInt(DATABASES.length)]);
        Bytes key = Bytes.of("key" + random.nextInt(80));
        switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5 -> tx.put(db, key, Kind.RAW, text(), deadline());
            case 6, 7 -> tx.put(db, key, Kind.JSON, text(), Entry.NO_DEADLINE);
            case 8, 9 -> tx.putNumber(db, key, random.nextLong(), deadline());
            case 10, 11 -> tx.add(db, key, random.nextInt());
            case 12, 13 -> tx.delete(db, key);
            case 14 -> tx.deadline(db, key, deadline());
            case 15, 16, 17 -> tx.splice(db, key, random.nextInt(600), text());
            case 18, 19 -> tx.lock(db, key, 1 + random.nextInt(3000), text());
            case 20 -> {
                Entry holder = new Entry();
                if (tx.lockHolder(db, key, holder)) {
                    tx.unlock(db, key, holder.version());
                }
            }
            case 21 -> {
                Entry holder = new Entry();
                if (tx.lockHolder(db, key, holder)) {
                    tx.extend(db, key, holder.version(), 1 + random.nextInt(3000));
                }
            }
            case 22 -> tx.once(db, key, 1 + random.nextInt(3000));
            default -> {
                if (random.nextInt(10) == 0) {
                    tx.flush(db);
                } else if (random.nextInt(10) == 0) {
                    tx.swap(db, test.db(DATABASES[random.nextInt(DATABASES.length)]));
                }
            }
        }
    }

    private Bytes text() {
        return Bytes.of("x".repeat(random.nextInt(random.nextInt(10) == 0 ? 1000 : 20)) + random.nextInt());
    }

    private long deadline() {
        return random.nextBoolean() ? Entry.NO_DEADLINE : test.wallNow() + 1 + random.nextInt(3000);
    }
}
