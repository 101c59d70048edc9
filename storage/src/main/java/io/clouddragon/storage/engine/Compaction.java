package io.clouddragon.storage.engine;

import io.clouddragon.storage.log.Log;
import io.clouddragon.storage.log.LogFailedException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps disk use bounded: writes a snapshot of the state in short slices between turns; once that is durable the log
 * deletes the segments before it. Engine thread only.
 */
public final class Compaction {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    /** Longest slice, and the pause after it. */
    private static final long SLICE_NANOS = 400_000;

    private static final long PAUSE_MICROS = 600;

    private static final long RETRY_NANOS = 60_000_000_000L;

    /** The clock is read after so many steps, or so many bytes: what a large value takes is not spent 16 times over. */
    private static final int STEPS_BETWEEN_CLOCK_READS = 16;

    private static final int BYTES_BETWEEN_CLOCK_READS = 64 << 10;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Engine engine;
    private final ScheduledExecutorService executor;
    private final Runnable slice = this::slice;
    private final List<Runnable> whenFinished = new ArrayList<>();
    private LoopObserver observer = LoopObserver.NONE;
    private CompactionPolicy policy;
    private Snapshotter running;
    private boolean requested;
    private boolean finishing;
    private long startedNanos;
    private long startRevision;
    private long lastRevision;
    private long lastDurationMillis = -1;
    private long lastFinishedWallMillis;
    private boolean lastSucceeded = true;
    private long completed;
    private long longestSliceNanos;
    private long longestSliceCpuNanos;

    Compaction(Engine engine, ScheduledExecutorService executor, CompactionPolicy policy) {
        this.engine = engine;
        this.executor = executor;
        this.policy = policy;
        this.lastRevision = engine.revision();
        this.lastFinishedWallMillis = System.currentTimeMillis();
    }

    public void policy(CompactionPolicy newPolicy) {
        policy = newPolicy;
    }

    void observer(LoopObserver told) {
        observer = told;
    }

    /** Runs once, when the present one has ended, outside of any transaction. For {@link #isRunning} only. */
    public void whenFinished(Runnable task) {
        whenFinished.add(task);
    }

    void startIfDue() {
        Log log = engine.log();
        long grown = log.bytesSinceSnapshot();
        if (running == null && policy.growthPercent() > 0 && grown >= policy.minBytes() && mayRetry()) {
            if (grown >= log.snapshotBytes() * policy.growthPercent() / 100) {
                start();
            }
        }
    }

    /** After a failure (the disk is full, say) it is not tried again at once. */
    private boolean mayRetry() {
        return lastSucceeded || System.nanoTime() - startedNanos > RETRY_NANOS;
    }

    /**
     * Starts one once the running transaction is over: what is half done must not get into the snapshot.
     *
     * @return false when one is running already or the log has failed
     */
    public boolean startSoon() {
        if (isRunning() || engine.log().failure() != null) {
            return false;
        }
        requested = true;
        executor.execute(() -> {
            requested = false;
            start();
        });
        return true;
    }

    /** Starts one, outside of any transaction; false when one is running already, the log has failed, or it cannot be begun. */
    public boolean start() {
        if (running != null || engine.log().failure() != null) {
            return false;
        }
        finishing = false;
        startedNanos = System.nanoTime();
        try {
            running = new Snapshotter(engine);
            executor.execute(slice);
        } catch (LogFailedException e) {
            // The commit at the end of this turn meets the same failure and deals with it.
            return false;
        } catch (RuntimeException | Error e) {
            // The turn has to go on, and a later one must be able to start.
            abort();
            lastSucceeded = false;
            LOG.error("Compaction could not be started; the log goes on as it is", e);
            tellFinished();
            return false;
        }
        longestSliceNanos = 0;
        longestSliceCpuNanos = 0;
        startRevision = engine.revision();
        LOG.info("Compaction started at revision {}", engine.revision());
        return true;
    }

    private void slice() {
        if (running == null || finishing) {
            return;
        }
        try {
            sliceOrFinish();
        } catch (RuntimeException | Error e) {
            // It must not look as if it went on for ever.
            running.abort();
            finished(e);
        }
    }

    private void sliceOrFinish() {
        boolean more = true;
        if (!running.mustWait()) {
            long start = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            more = walk(start + SLICE_NANOS);
            longestSliceCpuNanos = Math.max(longestSliceCpuNanos, THREADS.getCurrentThreadCpuTime() - cpu);
            long nanos = System.nanoTime() - start;
            longestSliceNanos = Math.max(longestSliceNanos, nanos);
            observer.compactedSlice(nanos);
        }
        if (!more) {
            finish();
            return;
        }
        executor.schedule(slice, PAUSE_MICROS, TimeUnit.MICROSECONDS);
    }

    /** Walks on until that time, or until the writer lags behind; false at the end. */
    private boolean walk(long untilNanos) {
        do {
            long enough = running.bytesWritten() + BYTES_BETWEEN_CLOCK_READS;
            for (int i = 0; i < STEPS_BETWEEN_CLOCK_READS && running.bytesWritten() < enough; i++) {
                if (!running.step()) {
                    return false;
                }
            }
        } while (System.nanoTime() < untilNanos && !running.mustWait());
        return true;
    }

    private void finish() {
        finishing = true;
        running.finish().whenComplete((nothing, failure) -> executor.execute(() -> finished(failure)));
    }

    private void finished(Throwable failure) {
        long entries = running.entriesWritten();
        running = null;
        lastSucceeded = failure == null;
        lastDurationMillis = (System.nanoTime() - startedNanos) / 1_000_000;
        if (failure == null) {
            completed++;
            lastRevision = startRevision;
            lastFinishedWallMillis = System.currentTimeMillis();
            LOG.info(
                    "Compaction finished in {} ms: {} entries in {} bytes",
                    lastDurationMillis,
                    entries,
                    engine.log().snapshotBytes());
        } else {
            LOG.error("Compaction failed; the log goes on as it is", failure);
        }
        tellFinished();
    }

    private void tellFinished() {
        List<Runnable> told = List.copyOf(whenFinished);
        whenFinished.clear();
        told.forEach(Runnable::run);
    }

    void abort() {
        if (running != null && !finishing) {
            running.abort();
            running = null;
        }
    }

    // ---- figures for INFO

    public boolean isRunning() {
        return running != null || requested;
    }

    /** Milliseconds that the present one has run; -1 when none is running. */
    public long runningMillis() {
        return running == null ? -1 : (System.nanoTime() - startedNanos) / 1_000_000;
    }

    /** 0 to 1; 0 when none is running. */
    public double progress() {
        return running == null ? 0 : running.progress();
    }

    /** Entries that the present one has written; 0 when none is running. */
    public long entriesWritten() {
        return running == null ? 0 : running.entriesWritten();
    }

    /** Entries that there were when the present one began; 0 when none is running. */
    public long entriesTotal() {
        return running == null ? 0 : running.entriesAtStart();
    }

    /** The longest slice of the present or the last one: how long the engine's thread was kept, nanoseconds. */
    public long longestSliceNanos() {
        return longestSliceNanos;
    }

    /** The most that a slice has worked. What it was kept beyond that, others had the processor, or the collector. */
    public long longestSliceCpuNanos() {
        return longestSliceCpuNanos;
    }

    /** Milliseconds that the last one took; -1 when there was none. */
    public long lastDurationMillis() {
        return lastDurationMillis;
    }

    public boolean lastSucceeded() {
        return lastSucceeded;
    }

    /** Unix milliseconds of the end of the last one, or of the start of the server. */
    public long lastFinishedWallMillis() {
        return lastFinishedWallMillis;
    }

    /** Revision at which the last one that succeeded began; before there was one, that of the start of the server. */
    public long lastRevision() {
        return lastRevision;
    }

    /** How many have been completed since the start. */
    public long completed() {
        return completed;
    }
}
