package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a compaction keeps the engine's thread: no slice works longer than 5 ms, while writing goes on, with large
 * collections in the data. Processor time is what counts; the wall clock also tells what else the machine does. {@code
 * -Dkeys=5000000 -Delements=1000000 -DlargeStrings=64} is the full size. One of the strings is edited all the time.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CompactionSlicesTest {
    private static final int KEYS = Integer.getInteger("keys", 200_000);
    private static final int ELEMENTS = Integer.getInteger("elements", 50_000);
    private static final int LARGE_STRINGS = Integer.getInteger("largeStrings", 16);
    private static final int LARGE_STRING_BYTES = 1 << 20;
    private static final int A_TRANSACTION = 1000;
    private static final long MAX_CPU_NANOS = 5_000_000;

    @TempDir
    private Path directory;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private Engine engine;
    private Database db;
    private int writes;

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    private <T> T onThread(Callable<T> task) throws Exception {
        return thread.submit(task).get();
    }

    @Test
    void noSliceWorksLongerThanFiveMilliseconds() throws Exception {
        Compaction compaction = onThread(() -> {
            engine = new Engine(
                    new NioDisk(directory),
                    new LogOptions(SyncMode.NO, 64 << 20, 1 << 20, true),
                    new EngineOptions(1, 2, 16),
                    LoadProgress.NONE);
            engine.advance(0, 1_700_000_000_000L);
            db = engine.databases().get("0");
            fill();
            return new Compaction(engine, thread, new CompactionPolicy(0, 0));
        });
        CountDownLatch finished = new CountDownLatch(1);
        AtomicInteger slices = new AtomicInteger();
        long[] overFive = new long[1];
        onThread(() -> {
            compaction.observer(new LoopObserver() {
                @Override
                public void synced(long nanos) {
                    throw new AssertionError("nobody syncs here");
                }

                @Override
                public void compactedSlice(long nanos) {
                    slices.incrementAndGet();
                    overFive[0] += nanos > MAX_CPU_NANOS ? 1 : 0;
                }
            });
            assertThat(compaction.start()).isTrue();
            compaction.whenFinished(finished::countDown);
            return thread.scheduleWithFixedDelay(this::write, 1, 1, TimeUnit.MILLISECONDS);
        });
        finished.await();
        onThread(() -> {
            System.out.printf(
                    "CompactionSlicesTest: %d keys, hash, list and sorted set of %d each, %d strings of 1 MiB: %d slices in %d ms,"
                            + " %d writes meanwhile; longest slice by processor time %.2f ms, by the clock %.2f ms (%d over 5 ms)%n",
                    KEYS,
                    ELEMENTS,
                    LARGE_STRINGS,
                    slices.get(),
                    compaction.lastDurationMillis(),
                    writes,
                    compaction.longestSliceCpuNanos() / 1e6,
                    compaction.longestSliceNanos() / 1e6,
                    overFive[0]);
            assertThat(compaction.lastSucceeded()).isTrue();
            assertThat(compaction.longestSliceCpuNanos()).isLessThanOrEqualTo(MAX_CPU_NANOS);
            engine.log().close(0);
            return null;
        });
    }

    private void fill() {
        Bytes large = new Bytes(new byte[LARGE_STRING_BYTES]);
        for (int i = 0; i < LARGE_STRINGS; i++) {
            Bytes key = Bytes.of("large" + i);
            engine.transact(tx -> tx.put(db, key, Kind.RAW, large, Entry.NO_DEADLINE));
            engine.log().flush();
        }
        Bytes value = Bytes.of("v".repeat(32));
        for (int i = 0; i < KEYS; i += A_TRANSACTION) {
            int from = i;
            engine.transact(tx -> {
                for (int n = from; n < Math.min(KEYS, from + A_TRANSACTION); n++) {
                    tx.put(db, Bytes.of("key:" + n), Kind.RAW, value, Entry.NO_DEADLINE);
                }
            });
            engine.log().flush();
        }
        for (int i = 0; i < ELEMENTS; i += A_TRANSACTION) {
            int from = i;
            engine.transact(tx -> {
                for (int n = from; n < Math.min(ELEMENTS, from + A_TRANSACTION); n++) {
                    Bytes name = Bytes.of("element:" + n);
                    tx.keyed().putField(db, Bytes.of("hash"), name, value);
                    tx.keyed().putScore(db, Bytes.of("zset"), name, n);
                    tx.lists().append(db, Bytes.of("list"), name);
                }
            });
            engine.log().flush();
        }
    }

    /** Goes on while the compaction runs: keys that are there, elements of the collections, the list at both ends. */
    private void write() {
        Bytes name = Bytes.of("element:" + writes % ELEMENTS);
        engine.transact(tx -> {
            tx.put(db, Bytes.of("key:" + writes % KEYS), Kind.RAW, name, Entry.NO_DEADLINE);
            tx.keyed().putField(db, Bytes.of("hash"), name, name);
            tx.keyed().putScore(db, Bytes.of("zset"), name, -writes);
            tx.lists().prepend(db, Bytes.of("list"), name);
            tx.lists().cut(db, Bytes.of("list"), ELEMENTS - 1, 1);
            tx.splice(db, Bytes.of("large0"), (int) (writes * 7919L % LARGE_STRING_BYTES), name);
        });
        writes++;
        engine.log().flush();
    }
}
