package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.log.LogFailedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the engine to one thread: an event loop on which connections read, transact and hold their replies.
 *
 * <p>A <em>turn</em> begins with the first use in an iteration of the event loop ({@link #enter}: clocks are read, what is
 * due expires) and ends with a task that the event loop runs after all ready channels have been read: one sync makes
 * everything durable, then held replies leave. So a single client pays for one sync a request, and fifty clients share
 * one. Where many ask, the sockets are read again before a sync ({@link #readSockets(Runnable)}).
 *
 * <p>What may take long (a script) is put off to the end of the turn, just before the sync ({@link #atEndOfTurn}): nothing
 * else is half-way through reading its socket then, and so the sockets can be read from within ({@link #readMeanwhile}).
 *
 * <p>The executor must run tasks in order on the one thread from which everything here is called; a Netty event loop is
 * one.
 */
public final class EngineLoop {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

    /** A write mark is put on disk when the log has been idle for this long, so that damage inside older data is certain. */
    private static final long IDLE_MARK_MILLIS = 50;

    /** So many replies to be held: with fewer, another look at the sockets takes longer than it saves. */
    private static final int MANY = 4;

    /** A turn reads the sockets so often again, at most: who came first does not wait for ever. */
    private static final int READS_AGAIN = 2;

    /** Told to who comes, or waits, while the server stops. */
    public static final String STOPPING = "the server is stopping";

    private final Engine engine;
    private final ScheduledExecutorService executor;
    private final GroupCommit commit;
    private final Compaction compaction;
    private final Runnable endTurn = this::endTurn;
    private final Runnable tick = this::tick;
    private final Runnable idleCheck = this::idleCheck;

    private final long nanosAtStart = System.nanoTime();
    private final long engineMillisAtStart;
    private final ArrayDeque<Runnable> lateTasks = new ArrayDeque<>();
    private Runnable readSockets = () -> {};
    private boolean inTurn;
    private boolean isLate;
    private boolean isBusy;
    private boolean moreIsDue;
    private Future<?> wake;
    private long wakeAt;
    private long turns;
    private long lastRevision;
    private long lastWriteMillis;
    private boolean idleCheckScheduled;
    private boolean closed;

    /**
     * @param executor the event loop
     * @param onFailure told once, on the engine thread, when the log has failed: nothing is acknowledged any more and the
     *     process should say so and end
     */
    public EngineLoop(
            Engine engine,
            ScheduledExecutorService executor,
            SyncPlace place,
            CompactionPolicy policy,
            Consumer<LogFailedException> onFailure) {
        this.engine = engine;
        this.executor = executor;
        this.commit = new GroupCommit(engine.log(), executor, place, failure -> {
            try {
                engine.parking().failWaiters(failure);
            } finally {
                onFailure.accept(failure);
            }
        });
        this.compaction = new Compaction(engine, executor, policy);
        this.engineMillisAtStart = engine.engineMillis();
        this.lastRevision = engine.revision();
        // What a killed process has left is on disk by now, without a mark that tells so.
        this.idleCheckScheduled = true;
        executor.schedule(idleCheck, IDLE_MARK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @param readSockets handles what is ready on the event loop's channels, without waiting; called from its tasks alone */
    public void readSockets(Runnable readSockets) {
        this.readSockets = readSockets;
    }

    public Engine engine() {
        return engine;
    }

    public Compaction compaction() {
        return compaction;
    }

    /** Begins a turn, if none is under way: time moves, and its end is put behind what the event loop has to read now. */
    public void enter() {
        if (!inTurn && !closed) {
            // Before anything that may go wrong: a turn without an end would hold all replies for ever.
            executor.execute(endTurn);
            inTurn = true;
            turns++;
            long now = engineMillisAtStart + (System.nanoTime() - nanosAtStart) / 1_000_000;
            moreIsDue = engine.advance(now, System.currentTimeMillis());
        }
    }

    /**
     * {@link Engine#transact} in the present turn.
     *
     * @throws WritesRefusedException after {@link #close}, too
     */
    public long transact(Operation operation) {
        if (closed) {
            throw new WritesRefusedException(STOPPING);
        }
        enter();
        long dependency = engine.transact(operation);
        commit.limitBatch();
        return dependency;
    }

    /** Holds replies back until their dependency is durable, at least until the end of the turn. */
    public void hold(Held reply) {
        if (closed) {
            reply.refuse(STOPPING);
            return;
        }
        enter();
        commit.hold(reply);
    }

    /**
     * Parks a command.
     *
     * @param waitMillis how long at most, or {@link Waiter#FOR_EVER}
     */
    public void park(Waiter waiter, Database db, Waiter.Kind kind, long waitMillis, Bytes... keys) {
        enter();
        engine.park(waiter, db, kind, engine.deadlineIn(waitMillis), keys);
    }

    // ---- long work

    /** Runs at the end of the present turn, in the order asked for, before what the turn has changed is made durable. */
    public void atEndOfTurn(Runnable task) {
        enter();
        lateTasks.add(task);
    }

    /** Whether work has been put off to the end of the present turn, and has not been done. */
    public boolean hasLateTasks() {
        return !lateTasks.isEmpty();
    }

    /** Whether the work that was put off to the end of the turn is being done. */
    public boolean isLate() {
        return isLate;
    }

    /**
     * Long work lets clients be answered: does what else was put off, reads sockets without waiting, and sends replies that
     * depend on nothing that is not yet durable. Until it returns {@link #isBusy} tells that nothing may be transacted.
     */
    public void readMeanwhile() {
        isBusy = true;
        try {
            doLateTasks();
            readSockets.run();
            commit.releaseDurable();
        } finally {
            isBusy = false;
        }
    }

    /** Whether sockets are being read in the middle of a transaction: who needs another one is told to come later. */
    public boolean isBusy() {
        return isBusy;
    }

    private void runLateTasks() {
        isLate = true;
        try {
            doLateTasks();
        } finally {
            isLate = false;
        }
    }

    private void doLateTasks() {
        for (Runnable task = lateTasks.poll(); task != null; task = lateTasks.poll()) {
            guarded(task, "A task at the end of the turn failed");
        }
    }

    /** The turn, and what is done again and again, has to go on whatever goes wrong with a part of it. */
    private static void guarded(Runnable task, String ifItFails) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error(ifItFails, e);
        }
    }

    private void endTurn() {
        runLateTasks();
        readAgain();
        inTurn = false;
        if (closed) {
            return;
        }
        commit.endOfTurn();
        noteWrites();
        compaction.startIfDue();
        scheduleWake();
    }

    /** Whoever has asked while the others were served shares their sync, instead of waiting for the end of it. */
    private void readAgain() {
        int gained = commit.heldCount();
        for (int i = 0; i < READS_AGAIN && gained >= MANY && engine.log().pending() && !closed; i++) {
            int before = commit.heldCount();
            guarded(readSockets, "The sockets could not be read once more");
            runLateTasks();
            gained = commit.heldCount() - before;
        }
    }

    /** Sees to it that the next deadline is met; one task at most is scheduled for that. */
    private void scheduleWake() {
        // Even when more is due now it is a scheduled task, so that the event loop reads its channels in between.
        long wait = moreIsDue ? 0 : engine.millisToNextDeadline();
        if (wait == Long.MAX_VALUE) {
            return;
        }
        long at = engine.engineMillis() + wait;
        if (wake != null) {
            if (wakeAt <= at) {
                return;
            }
            wake.cancel(false);
            wake = null;
        }
        wakeAt = at;
        wake = executor.schedule(tick, moreIsDue ? 0 : Math.max(wait, 1), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        wake = null;
        enter();
    }

    private void noteWrites() {
        long revision = engine.revision();
        if (revision != lastRevision) {
            lastRevision = revision;
            lastWriteMillis = engine.engineMillis();
            if (!idleCheckScheduled) {
                idleCheckScheduled = true;
                executor.schedule(idleCheck, IDLE_MARK_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void idleCheck() {
        idleCheckScheduled = false;
        if (closed || commit.hasFailed()) {
            return;
        }
        enter();
        long idle = engine.engineMillis() - lastWriteMillis;
        if (idle < IDLE_MARK_MILLIS || !commit.isIdle()) {
            idleCheckScheduled = true;
            executor.schedule(idleCheck, Math.max(1, IDLE_MARK_MILLIS - idle), TimeUnit.MILLISECONDS);
            return;
        }
        try {
            engine.log().markIdle(engine.engineMillis());
        } catch (LogFailedException failure) {
            commit.fail(failure);
        }
    }

    /** Who is told of syncs and slices of compaction from now on. */
    public void observer(LoopObserver observer) {
        commit.observer(observer);
        compaction.observer(observer);
    }

    /** Runs later on the engine thread, outside any transaction. */
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs once, so many milliseconds from now, on the engine thread, outside any transaction. */
    public void schedule(Runnable task, long delayMillis) {
        executor.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    }

    /**
     * Runs every so many milliseconds on the engine thread, outside any transaction. That it fails once, for want of memory say,
     * does not end it.
     */
    public void repeat(Runnable task, long everyMillis) {
        Runnable lasting = () -> guarded(task, "A task that is done again and again failed this time");
        executor.scheduleAtFixedRate(lasting, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    /** Everything is made durable, the clean-shutdown mark written, the data directory free for another process. */
    public void close() throws IOException {
        compaction.abort();
        commit.drain();
        closed = true;
        engine.log().close(engine.engineMillis());
    }

    /** Whether the log has failed: no write is possible and none will be. */
    public boolean hasFailed() {
        return commit.hasFailed();
    }

    // ---- figures for INFO

    public long turns() {
        return turns;
    }

    public long syncs() {
        return commit.syncs();
    }

    public long averageSyncNanos() {
        return commit.averageSyncNanos();
    }

    public boolean syncsOnThread() {
        return commit.isOnThread();
    }
}
