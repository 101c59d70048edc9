package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.CollectionLimits;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.MemoryMeter;
import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.Log;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.memory.StateLostException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: all state in memory, every change a transaction, every transaction a record of the log.
 *
 * <p>{@link #transact} is the only door to state. What happens in one call, always on the one engine thread:
 *
 * <ol>
 *   <li>the operation runs against a {@link Tx}; changes are made in memory and noted for undo, effects go to the log's
 *       batch;
 *   <li>the record is completed and gets the next revision (nothing was changed: no record, no revision);
 *   <li>parked commands whose keys were touched are served in order of arrival, each in a transaction of its own;
 *   <li>the caller gets the revision that its reply depends on. Syncing, and holding replies back until then, is the
 *       {@link EngineLoop}'s.
 * </ol>
 *
 * <p>The engine is deterministic: time comes in through {@link #advance}, randomness as a seed, so that the same calls
 * give the same state. It starts no thread and reads no clock.
 */
public final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /**
     * Which revision last changed a key, told by the key's hash: exact enough to hold a reply back no longer than needed
     * when syncs are slow. Two keys that share a slot cost one of them a short wait, never a wrong answer.
     */
    private static final int CHANGE_SLOTS = 1 << 14;

    /** At most so many keys expire, and so many waits run out, in one turn: a mass expiry does not stop the world. */
    private static final int MAX_DEADLINES_PER_TURN = 500;

    private final EngineOptions options;
    private final Databases databases;
    private final MemoryMeter meter = new MemoryMeter();
    private final Deadlines wallDeadlines = new Deadlines();
    private final Deadlines engineDeadlines = new Deadlines();
    private final Parking parking = new Parking(this);
    private final long[] changes = new long[CHANGE_SLOTS];
    private final EngineStats stats = new EngineStats();
    private final SplittableRandom random;
    private final CollectionLimits collectionLimits = new CollectionLimits();
    private final Tx tx = new Tx(this);
    private final Operation expireElement = this::expireElement;

    private final Log log;
    private KeyspaceListener listener = KeyspaceListener.NONE;
    private long wallMillis;
    private long engineMillis;
    private long turn;
    private long nextKeyspaceId = 1;
    private Snapshotter snapshotter;
    private boolean inTransaction;
    private boolean stateLost;
    private boolean readOnly;

    // What expires.
    private Database elementOwner;
    private Keyspace elementSpace;
    private Object element;
    /** Keyspaces that the running transaction, or the record that is replayed, has flushed. */
    private final List<Keyspace> dropped = new ArrayList<>(1);

    /**
     * Opens the data directory and loads what is in it.
     *
     * @param progress told while loading; may be {@link LoadProgress#NONE}
     * @throws IOException when the directory cannot be read, is in use, or is damaged
     */
    public Engine(Disk disk, LogOptions logOptions, EngineOptions options, LoadProgress progress) throws IOException {
        this(options, progress, replayer -> Log.open(disk, logOptions, replayer));
    }

    /**
     * Loads the data directory as it is, without changing it: the state as of the log's end, in which nothing expires.
     * Writes are refused. The caller ends with {@link Log#abandon}.
     */
    public static Engine openReadOnly(Disk disk, EngineOptions options, LoadProgress progress) throws IOException {
        Engine engine = new Engine(options, progress, replayer -> Log.openReadOnly(disk, replayer));
        engine.readOnly(true);
        return engine;
    }

    private interface Opener {
        Log open(Replayer replayer) throws IOException;
    }

    private Engine(EngineOptions options, LoadProgress progress, Opener opener) throws IOException {
        this.options = options;
        this.random = new SplittableRandom(options.randomSeed());
        this.databases = new Databases(this, options.maxDatabases());
        Replayer replayer = new Replayer(this, progress);
        this.log = opener.open(replayer);
        this.engineMillis = log.engineMillis();
        replayer.finish();
    }

    /** Settable at any time. */
    public CollectionLimits collectionLimits() {
        return collectionLimits;
    }

    public Databases databases() {
        return databases;
    }

    public EngineStats stats() {
        return stats;
    }

    public Log log() {
        return log;
    }

    /** Who is told of what happens to keys from now on. */
    public void listener(KeyspaceListener told) {
        listener = told;
    }

    KeyspaceListener listener() {
        return listener;
    }

    /** Revision of the last transaction that changed anything. */
    public long revision() {
        return log.revision();
    }

    // ---- transactions

    /**
     * Runs an operation as one transaction, then serves whom it woke.
     *
     * @return the revision that the operation's reply depends on: to be sent once that is durable
     * @throws RuntimeException what the operation threw; nothing of it was done
     */
    public long transact(Operation operation) {
        long dependency = execute(operation);
        parking.serveReady();
        return dependency;
    }

    /** One transaction, whose waiters are not served yet. */
    long execute(Operation operation) {
        if (inTransaction) {
            throw new IllegalStateException("a transaction inside a transaction");
        }
        if (stateLost) {
            throw loseState(null);
        }
        inTransaction = true;
        tx.begin(wallMillis, engineMillis);
        long dependency;
        try {
            operation.run(tx);
            dependency = tx.finish();
        } catch (Throwable failure) {
            takeBack(failure);
            throw failure;
        } finally {
            inTransaction = false;
            parking.transactionEnded();
        }
        if (!tx.isAborted()) {
            committed(dependency);
        }
        return dependency;
    }

    private void takeBack(Throwable failure) {
        if (failure instanceof StateLostException) {
            throw loseState(failure);
        }
        try {
            tx.rollback();
        } catch (Throwable e) {
            throw loseState(e);
        }
    }

    /** Memory and log are apart: the log takes nothing more, so that nothing is acknowledged. */
    private LogFailedException loseState(Throwable cause) {
        // First, since the rest needs memory: the next transaction tries it again.
        stateLost = true;
        return log.fail(new IOException("a change in memory could be neither finished nor taken back", cause));
    }

    /** It has happened, whatever goes wrong afterwards and with those who are told of it. */
    private void committed(long revision) {
        try {
            emptyDropped();
            listener.committed(revision);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("Not everybody has been told of what was published with revision {}", revision, e);
        }
    }

    /**
     * Moves time and lets what is due happen: locks and keys expire, waits run out.
     *
     * @param engineNow milliseconds on the engine's monotonic clock, which goes on across restarts from
     *     {@link #engineMillis}; never less than before
     * @param wallNow Unix milliseconds; may step back
     * @return whether more is due than one turn takes
     */
    public boolean advance(long engineNow, long wallNow) {
        engineMillis = Math.max(engineMillis, engineNow);
        wallMillis = wallNow;
        turn++;
        if (mayExpire()) {
            // Locks are never put off: whoever asks next must find them free.
            engineDeadlines.advance(engineMillis, Integer.MAX_VALUE);
            wallDeadlines.advance(wallMillis, MAX_DEADLINES_PER_TURN);
        }
        parking.advance(engineMillis, MAX_DEADLINES_PER_TURN);
        return millisToNextDeadline() == 0;
    }

    /** An expiry is a write. */
    private boolean mayExpire() {
        return !readOnly && log.failure() == null;
    }

    private Deadlines deadlines(Keyspace space) {
        return space.clock() == Keyspace.Clock.WALL ? wallDeadlines : engineDeadlines;
    }

    /** Last known milliseconds of the engine's clock. */
    public long engineMillis() {
        return engineMillis;
    }

    /**
     * The moment on the engine's clock from which so many milliseconds have certainly passed: the present one has begun
     * already, hence one more. Of leases and waits; {@link Waiter#FOR_EVER} when it never comes.
     */
    long deadlineIn(long millis) {
        return millis >= Waiter.FOR_EVER - engineMillis - 1 ? Waiter.FOR_EVER : engineMillis + millis + 1;
    }

    public long wallMillis() {
        return wallMillis;
    }

    /** Counts the calls of {@link #advance}. */
    long turn() {
        return turn;
    }

    /** Milliseconds from now until {@link #advance} next has something to do; {@link Long#MAX_VALUE} for never. */
    public long millisToNextDeadline() {
        long wait = until(parking.nextDeadline(), engineMillis);
        if (mayExpire()) {
            wait = Math.min(wait, until(engineDeadlines.next(), engineMillis));
            wait = Math.min(wait, until(wallDeadlines.next(), wallMillis));
        }
        return wait;
    }

    private static long until(long deadline, long now) {
        return deadline == Entry.NO_DEADLINE ? Long.MAX_VALUE : Math.max(0, deadline - now);
    }

    void deadlineReached(Database database, Keyspace space, Object due) {
        elementOwner = database;
        elementSpace = space;
        element = due;
        execute(expireElement);
        parking.serveReady();
    }

    private void expireElement(Tx current) {
        current.expire(elementOwner, elementSpace, element);
        if (elementSpace == elementOwner.locks()) {
            stats.expiredLock();
        } else if (elementSpace == elementOwner.keys()) {
            stats.expiredKey();
        }
    }

    // ---- parking

    /**
     * Parks a command at the end of its keys' queues.
     *
     * @param keys copied; the same key twice counts once for each
     * @param deadlineMillis on the engine's clock, or {@link Waiter#FOR_EVER}
     */
    public void park(Waiter newcomer, Database db, Waiter.Kind kind, long deadlineMillis, Bytes... keys) {
        parking.park(newcomer, db, kind, deadlineMillis, keys);
    }

    /** Takes a waiter away without an answer; nothing happens when it is not parked. */
    public void unpark(Waiter leaver) {
        parking.unpark(leaver);
    }

    /** Commands that are parked now. */
    public int parkedWaiters() {
        return parking.size();
    }

    /** Answers a parked command as if its time were up (CLIENT UNBLOCK, role changes). Outside of transactions only. */
    public void expireNow(Waiter impatient) {
        if (inTransaction) {
            throw new IllegalStateException("a wait ends in a transaction of its own");
        }
        if (impatient.parked) {
            parking.timeIsUp(impatient);
        }
    }

    Parking parking() {
        return parking;
    }

    // ---- what transactions need

    /** Refuses, or allows again, all writes: the disk is nearly full. Deadlines then wait. */
    public void readOnly(boolean refuseWrites) {
        readOnly = refuseWrites;
    }

    public boolean isReadOnly() {
        return readOnly;
    }

    void refuseIfReadOnly() {
        if (readOnly) {
            throw new WritesRefusedException("the disk is nearly full");
        }
    }

    long lastChange(long hash) {
        return changes[(int) hash & CHANGE_SLOTS - 1];
    }

    void changed(long hash, long revision) {
        changes[(int) hash & CHANGE_SLOTS - 1] = revision;
    }

    /** A value has moved to another key without a copy of it in the log: a running snapshot must not miss it. */
    void moved(Keyspace to, Bytes key) {
        if (snapshotter != null) {
            snapshotter.visit(to, key);
        }
    }

    /** Null when none is running. */
    void snapshotter(Snapshotter running) {
        snapshotter = running;
    }

    void allChanged(long revision) {
        Arrays.fill(changes, revision);
    }

    long nextRandom() {
        return random.nextLong();
    }

    /** The keyspace has an entry with this deadline. */
    void watchDeadline(Keyspace space, long deadline) {
        deadlines(space).watch(space, deadline);
    }

    /** The keyspace may have entries with deadlines of any kind. */
    void watchDeadlines(Keyspace space) {
        if (space.withDeadline() > 0) {
            watchDeadline(space, space.nextDeadline());
        }
    }

    /** The keyspace has been flushed: it expires nothing any more, and is emptied once that cannot be taken back. */
    void drop(Keyspace space) {
        dropped.add(space);
        meter.add(-space.entryBytes());
        deadlines(space).forget(space);
    }

    /** A flush was taken back. */
    void undrop(Keyspace space) {
        if (dropped.remove(space)) {
            meter.add(space.entryBytes());
            watchDeadlines(space);
        }
    }

    /** Views and a snapshot that goes on may hold a flushed keyspace for long: they are not to hold what was in it. */
    void emptyDropped() {
        if (!dropped.isEmpty()) {
            dropped.forEach(Keyspace::forgetEntries);
            dropped.clear();
        }
    }

    /** Drops a keyspace that no database has any more; false when one has it. */
    boolean dropUnlessUsed(Keyspace space) {
        for (Database database : databases.all()) {
            if (database.keys() == space || database.locks() == space || database.onceIds() == space) {
                return false;
            }
        }
        drop(space);
        return true;
    }

    // ---- keyspaces

    Database newDatabase(String name) {
        return new Database(
                this,
                name,
                newKeyspace(Keyspace.Clock.WALL),
                newKeyspace(Keyspace.Clock.ENGINE),
                newKeyspace(Keyspace.Clock.WALL));
    }

    Keyspace newKeyspace(Keyspace.Clock clock) {
        return newKeyspace(nextKeyspaceId, clock);
    }

    Keyspace newKeyspace(long id, Keyspace.Clock clock) {
        nextKeyspaceId = Math.max(nextKeyspaceId, id + 1);
        return new Keyspace(id, clock, options.hashSeed(), meter);
    }

    /** Estimated heap bytes of all entries. */
    public long entryBytes() {
        return meter.bytes();
    }

    /** Estimated heap bytes of all hash tables; walks over the databases. */
    public long tableBytes() {
        long sum = 0;
        for (Database database : databases.all()) {
            sum += database.tableBytes();
        }
        return sum;
    }
}
