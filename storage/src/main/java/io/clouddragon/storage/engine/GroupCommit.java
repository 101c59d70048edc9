package io.clouddragon.storage.engine;

import io.clouddragon.storage.log.Batch;
import io.clouddragon.storage.log.Log;
import io.clouddragon.storage.log.LogFailedException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what one turn appended durable with one sync, and holds replies back until then.
 *
 * <p>Stages, in order:
 *
 * <ol>
 *   <li>during a turn, transactions append to the log's batch and connections {@link #hold} their replies;
 *   <li>at the end of the turn replies that tell nothing new leave, and the batch is written and synced: inline on the
 *       engine thread, or on a thread of its own, where one batch at a time is under way and the next gathers meanwhile;
 *   <li>every held reply whose dependency is durable by then leaves, in order of arrival.
 * </ol>
 *
 * <p>Inline is the faster way while a sync is quick, since nobody has to be woken (see docs/decisions). On a slow disk reads
 * and other connections go on while a batch is under way. {@link SyncPlace#AUTO} goes by the measured time of a sync.
 *
 * <p>Clients that wait for their replies would fall into two halves on a slow disk, each waiting for the other's sync before its
 * own. So there the next batch waits a moment for those who have just been answered, and takes all of them.
 *
 * <p>Invariant: nothing is released after a failure; what is held then is refused. Engine thread only, but for the sync
 * thread's body.
 */
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** AUTO moves syncs to their own thread when they take longer than this, and back below half of it. */
    private static final long SLOW_SYNC_NANOS = 1_000_000;

    /** On a slow disk a batch waits for this part of a sync's time for those whom the one before has answered. */
    private static final int GATHER_DIVISOR = 8;

    private static final long MAX_GATHER_NANOS = 2_000_000;

    /** No batch gathers more than about so much, however long the sync before it takes: it is memory that nobody counts. */
    private static final int MAX_BATCH_BYTES = 32 << 20;

    /** Weight of the newest measurement is 1/16: one slow sync changes nothing, a slow disk soon does. */
    private static final int AVERAGE_SHIFT = 4;

    private final Log log;
    private final ScheduledExecutorService engineThread;
    private final Consumer<LogFailedException> onFailure;
    private final ExecutorService syncThread;
    private final Runnable writeBatch = this::writeBatch;
    private final Runnable batchWritten = this::batchWritten;
    private final Runnable gathered = this::gathered;

    private LoopObserver observer = LoopObserver.NONE;
    private SyncPlace place;
    private boolean onThread;

    private Held[] held = new Held[64];
    private int heldCount;
    private boolean releasing;
    private boolean isGathering;
    private Batch underWay;

    private volatile long lastSyncNanos;
    private volatile LogFailedException syncFailure;
    private long averageSyncNanos;
    private long syncs;
    private boolean failed;

    GroupCommit(
            Log log, ScheduledExecutorService engineThread, SyncPlace place, Consumer<LogFailedException> onFailure) {
        this.log = log;
        this.engineThread = engineThread;
        this.onFailure = onFailure;
        this.syncThread = Executors.newSingleThreadExecutor(body -> {
            Thread thread = new Thread(body, "dragon-sync");
            thread.setDaemon(true);
            return thread;
        });
        this.place = place;
        this.onThread = place == SyncPlace.THREAD;
    }

    void observer(LoopObserver told) {
        observer = told;
    }

    /** Holds replies back at least until the end of the turn. */
    void hold(Held reply) {
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, heldCount * 2);
        }
        held[heldCount++] = reply;
    }

    void endOfTurn() {
        if (!failed) {
            try {
                // It may have failed elsewhere: a force in the background, the publication of a snapshot.
                log.throwIfFailed();
                if (underWay == null && !isGathering && log.pending()) {
                    commit();
                }
            } catch (LogFailedException failure) {
                fail(failure);
            }
        }
        if (failed) {
            refuseHeld();
        } else {
            release();
        }
    }

    private void commit() {
        if (onThread) {
            underWay = log.seal();
            syncThread.execute(writeBatch);
            return;
        }
        // Who has only read what is durable goes on while this thread waits for the disk. What they write comes along:
        // were
        // the batch sealed before, nobody could write it if they want to (limitBatch).
        release();
        long started = System.nanoTime();
        if (log.flush()) {
            measured(System.nanoTime() - started);
        }
    }

    /** After each transaction: writes, and waits for the disk, where the batch has become too large to gather more. */
    void limitBatch() {
        if (log.pendingBytes() > MAX_BATCH_BYTES && !failed) {
            try {
                log.flush();
            } catch (LogFailedException failure) {
                LOG.debug("the end of the turn meets the same failure", failure);
            }
        }
    }

    private void writeBatch() {
        long start = System.nanoTime();
        try {
            log.write(underWay);
        } catch (LogFailedException failure) {
            syncFailure = failure;
        }
        lastSyncNanos = System.nanoTime() - start;
        engineThread.execute(batchWritten);
    }

    private void batchWritten() {
        underWay = null;
        if (syncFailure != null) {
            fail(syncFailure);
        } else {
            measured(lastSyncNanos);
        }
        if (onThread && averageSyncNanos > SLOW_SYNC_NANOS / 2 && log.pending()) {
            isGathering = true;
            long nanos = Math.min(averageSyncNanos / GATHER_DIVISOR, MAX_GATHER_NANOS);
            engineThread.schedule(gathered, nanos, TimeUnit.NANOSECONDS);
        }
        endOfTurn();
    }

    private void gathered() {
        isGathering = false;
        endOfTurn();
    }

    private void measured(long nanos) {
        syncs++;
        observer.synced(nanos);
        averageSyncNanos += nanos - averageSyncNanos >> AVERAGE_SHIFT;
        if (place == SyncPlace.AUTO) {
            onThread = averageSyncNanos > (onThread ? SLOW_SYNC_NANOS / 2 : SLOW_SYNC_NANOS);
        }
    }

    /** Lets go what need not wait any longer, in the middle of a turn. */
    void releaseDurable() {
        if (!failed) {
            release();
        }
    }

    private void release() {
        if (releasing) {
            return;
        }
        releasing = true;
        long durable = log.durable();
        int kept = 0;
        // A release may hold something new, which then comes behind those here; hence the count is read each time.
        for (int i = 0; i < heldCount; i++) {
            Held reply = held[i];
            held[i] = null;
            if (reply.dependency() <= durable) {
                settle(reply, null);
            } else {
                held[kept++] = reply;
            }
        }
        heldCount = kept;
        releasing = false;
    }

    /** The log has failed, here or elsewhere: everything held is refused. */
    void fail(LogFailedException failure) {
        if (!failed) {
            failed = true;
            syncFailure = failure;
            refuseHeld();
            onFailure.accept(failure);
        }
    }

    private void refuseHeld() {
        for (int i = 0; i < heldCount; i++) {
            Held reply = held[i];
            held[i] = null;
            settle(reply, syncFailure.getMessage());
        }
        heldCount = 0;
    }

    /** Releases, or refuses with a reason. One connection that breaks on the way must not keep the others waiting. */
    private static void settle(Held reply, String refusal) {
        try {
            if (refusal == null) {
                reply.release();
            } else {
                reply.refuse(refusal);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("Replies to one connection are lost after an internal error", e);
        }
    }

    /** Whether nothing is being written just now. */
    boolean isIdle() {
        return underWay == null && !log.pending();
    }

    boolean hasFailed() {
        return failed;
    }

    /** Waits for a batch that is under way, then makes the rest durable: before closing. */
    void drain() {
        syncThread.shutdown();
        boolean interrupted = false;
        while (!syncThread.isTerminated()) {
            try {
                syncThread.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        underWay = null;
        isGathering = false;
        onThread = false;
        place = SyncPlace.INLINE;
        endOfTurn();
    }

    /** Mean time of a sync of late, nanoseconds. */
    long averageSyncNanos() {
        return averageSyncNanos;
    }

    long syncs() {
        return syncs;
    }

    boolean isOnThread() {
        return onThread;
    }

    int heldCount() {
        return heldCount;
    }
}
