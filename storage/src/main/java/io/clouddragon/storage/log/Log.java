package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.log.RecordFormat.SegmentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log: transactions as opaque bytes, each under the next revision, and the promise of when they are on
 * disk. It knows nothing of what they mean.
 *
 * <p><b>Group commit</b> has these stages; one batch at a time is between 2 and 4:
 *
 * <ol>
 *   <li><b>append</b> (engine thread): {@link #begin}, payload, {@link #commit}: into the batch that is being filled;
 *   <li><b>seal</b> (engine thread): the batch gets its place, its checksums and its links of the chain, and the other
 *       batch takes over;
 *   <li><b>write</b> (engine thread or a sync thread): one write that is on disk when it returns; before it, when the
 *       segment is full, the turn to the next one;
 *   <li><b>acknowledge</b>: {@link #durable} moves, and what depended on these revisions may be told.
 * </ol>
 *
 * <p>{@link #flush} is 2 to 4 on the calling thread.
 *
 * <p><b>Invariants.</b> {@code synced <= durable <= revision}; in mode {@link SyncMode#ALWAYS} what a write has
 * acknowledged is synced. Everything before the current segment is on disk. The next segment exists, durably, before the
 * current one is closed. After a failure nothing moves any more.
 *
 * <p><b>Threads.</b> What is not said to be for any thread is for the engine thread.
 */
public final class Log {
    private static final Logger LOG = LoggerFactory.getLogger(Log.class);
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long CLOSE_SECONDS = 60;
    private static final int NO_RECORD = -1;

    private final Disk disk;
    private final Closeable lock;
    private final LogOptions options;
    private final RecordFormat format;
    private final ExecutorService background;
    private final SpareSegment spare;
    private final Snapshots snapshots;
    private volatile SyncMode mode;
    private final Object failureLock = new Object();
    private volatile LogFailedException failure;

    // Append and seal: engine thread.
    private Batch filling = new Batch();
    private Batch other = new Batch();
    private int recordStart = NO_RECORD;
    private long revision;
    private long engineMillis;
    private boolean unmarked;
    private long sealSegment;
    private long sealPosition;
    private long sealedRevision;
    private int link;
    private boolean rotateNext;
    private long appendedBytes;

    // Handed between the sealing and the writing thread by this flag.
    private volatile boolean inFlight;

    // Write: whoever has the batch in flight. A force on another thread must neither see the segment change under it
    // nor turn back what has been noted as synced meanwhile, so it holds syncLock. A plain write does not wait for it.
    private final Object syncLock = new Object();
    private Segment current;
    private volatile long currentSegment;
    private volatile long writtenEnd;
    private volatile long writtenRevision;
    private volatile long syncedEnd;
    private volatile long syncedRevision;
    private volatile long durable;

    private Log(Disk disk, Closeable lock, LogOptions options, Recovery.State state) throws IOException {
        this.disk = disk;
        this.lock = lock;
        this.options = options;
        mode = options.mode();
        format = new RecordFormat(state.manifest().logId());
        background = options.threads() ? Executors.newSingleThreadExecutor(Log::backgroundThread) : null;
        spare = new SpareSegment(disk, background == null ? Runnable::run : background);
        snapshots = new Snapshots(this, disk, state.manifest(), options.threads());

        current = state.segment();
        currentSegment = sealSegment = current.id;
        writtenEnd = syncedEnd = sealPosition = state.position();
        revision = sealedRevision = writtenRevision = syncedRevision = durable = state.revision();
        engineMillis = state.engineMillis();
        link = state.link();
        unmarked = !state.endsWithMark();
        appendedBytes = state.bytes();
        spare.prepare(current.id + 1, grown(current.capacity()), state.spareExists());
    }

    private static Thread backgroundThread(Runnable task) {
        Thread thread = new Thread(task, "log-segments");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Takes the directory, replays what is in it and makes it ready for appending. When this returns, everything
     * replayed is on disk.
     *
     * @throws LogDamagedException when something acknowledged may be lost; the files are as they were
     * @throws IOException when the directory is in use, or the disk fails
     */
    public static Log open(Disk disk, LogOptions options, Replay replay) throws IOException {
        Closeable lock = disk.lock();
        Recovery.State state = null;
        try {
            state = Recovery.run(disk, options, replay);
            return new Log(disk, lock, options, state);
        } catch (IOException | RuntimeException | Error e) {
            if (state != null) {
                closeQuietly(state.segment());
            }
            closeQuietly(lock);
            throw e;
        }
    }

    /**
     * Takes the directory and replays what is in it, and changes nothing but the lock file: for tools. The log takes no
     * writes; {@link #abandon} lets go of the directory.
     *
     * @throws LogDamagedException when {@link #open} would refuse
     */
    public static Log openReadOnly(Disk disk, Replay replay) throws IOException {
        Closeable lock = disk.lock();
        try {
            Manifest manifest = LogRepair.requireManifest(disk);
            Recovery recovery = new Recovery(disk, replay);
            recovery.read(manifest);
            return new Log(disk, lock, manifest, recovery.report());
        } catch (IOException | RuntimeException | Error e) {
            closeQuietly(lock);
            throw e;
        }
    }

    private Log(Disk disk, Closeable lock, Manifest manifest, LogReport report) throws IOException {
        this.disk = disk;
        this.lock = lock;
        options = new LogOptions(
                SyncMode.ALWAYS, LogOptions.DEFAULT_SEGMENT_BYTES, LogOptions.DEFAULT_FIRST_SEGMENT_BYTES, false);
        mode = options.mode();
        format = new RecordFormat(manifest.logId());
        background = null;
        spare = new SpareSegment(disk, Runnable::run);
        snapshots = new Snapshots(this, disk, manifest, false);
        revision = sealedRevision = writtenRevision = syncedRevision = durable = report.revision();
        engineMillis = report.engineMillis();
        fail(new IOException(disk + " was opened for reading only"));
    }

    // ---- 1. append -----------------------------------------------------------------------------------------------

    /**
     * Begins a record: the caller writes the payload behind what is in the sink, then {@link #commit} or
     * {@link #rollback}.
     *
     * @throws LogFailedException when the log has failed
     */
    public ByteSink begin() {
        throwIfFailed();
        if (recordStart != NO_RECORD) {
            throw new IllegalStateException("a record has been begun already");
        }
        int start = filling.records.size();
        RecordFormat.begin(filling.records);
        // Now that nothing can go wrong any more.
        recordStart = start;
        return filling.records;
    }

    /**
     * Completes the record begun.
     *
     * @param nowMillis the engine's clock, ms; comes back as {@link #engineMillis} after a restart
     * @return the record's revision
     */
    public long commit(long nowMillis) {
        complete(RecordFormat.DATA, revision + 1, nowMillis);
        unmarked = true;
        return ++revision;
    }

    private void complete(int kind, long itsRevision, long nowMillis) {
        RecordFormat.complete(filling.records, recordStart, kind, itsRevision, nowMillis);
        recordStart = NO_RECORD;
        engineMillis = nowMillis;
    }

    /** Takes back everything since {@link #begin}. */
    public void rollback() {
        filling.records.truncate(recordStart);
        recordStart = NO_RECORD;
    }

    /** The last revision appended; 0 when there has been none. */
    public long revision() {
        return revision;
    }

    /** The engine's clock as last appended or replayed, ms; 0 when nothing has been. */
    public long engineMillis() {
        return engineMillis;
    }

    /** Whether something has been appended that is not sealed yet. */
    public boolean pending() {
        return filling.records.size() > 0;
    }

    /** Bytes appended that are not sealed yet. */
    public int pendingBytes() {
        return filling.records.size();
    }

    // ---- 2. seal -------------------------------------------------------------------------------------------------

    /**
     * Closes the batch that is being filled, for {@link #write}, and begins another.
     *
     * @return null when nothing is pending, or while a batch is being written
     */
    public Batch seal() {
        throwIfFailed();
        if (inFlight || !pending()) {
            return null;
        }
        if (recordStart != NO_RECORD) {
            throw new IllegalStateException("a record has been begun and not committed");
        }
        Batch batch = filling;
        batch.lastRevision = revision;
        long synced = syncedEnd;
        boolean unused = sealPosition == RecordFormat.SEGMENT_HEADER_BYTES;
        boolean full = sealPosition + batch.bytes() + RecordFormat.MARK_BYTES > current.capacity();
        if (full || rotateNext && !unused) {
            sealSegmentEnd(batch);
            synced = RecordFormat.SEGMENT_HEADER_BYTES;
        }
        if (rotateNext) {
            rotateNext = false;
            snapshots.startsAt(sealSegment);
        }
        batch.position = sealPosition;
        sealRecords(batch.records, synced);
        sealedRevision = revision;
        filling = other;
        other = batch;
        inFlight = true;
        return batch;
    }

    /** The turn to the next segment. By the time its bytes are written, everything before them has been forced. */
    private void sealSegmentEnd(Batch batch) {
        ByteSink end = batch.segmentEnd;
        RecordFormat.begin(end);
        RecordFormat.complete(end, 0, RecordFormat.SEGMENT_END, sealedRevision, engineMillis);
        link = format.seal(end.array(), 0, sealSegment, sealPosition, sealPosition, link);
        sealSegment++;
        sealPosition = RecordFormat.SEGMENT_HEADER_BYTES;
        format.writeSegmentHeader(
                batch.segmentHeader, new SegmentHeader(sealSegment, sealedRevision + 1, engineMillis, link));
        batch.rotates = true;
    }

    private void sealRecords(ByteSink records, long synced) {
        byte[] array = records.array();
        int size = records.size();
        for (int at = 0; at < size; at += RecordFormat.recordBytes(array, at)) {
            link = format.seal(array, at, sealSegment, sealPosition + at, synced, link);
        }
        sealPosition += size;
        appendedBytes += size;
    }

    // ---- 3. write, 4. acknowledge --------------------------------------------------------------------------------

    /**
     * Writes a sealed batch. When this returns, {@link #durable} is at least the batch's last revision. Any thread, but
     * the batch's only owner.
     *
     * @throws LogFailedException when the log fails or has failed: nothing of the batch may be acknowledged
     */
    public void write(Batch batch) {
        throwIfFailed();
        try {
            if (batch.rotates) {
                rotate(batch);
            }
            boolean always = mode == SyncMode.ALWAYS;
            // A write that is on disk when it returns says nothing about older ones that are not.
            boolean direct = always && syncedEnd == batch.position;
            current.write(batch.records.array(), 0, batch.bytes(), batch.position, direct);
            noteWritten(batch);
            if (direct) {
                noteSynced(batch.end(), batch.lastRevision);
            } else if (always || batch.marked) {
                force();
            }
            acknowledge(batch);
        } catch (LogFailedException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            throw fail(e);
        }
    }

    /** In this order: a force that sees the revision has the end that belongs to it. */
    private void noteWritten(Batch batch) {
        writtenEnd = batch.end();
        writtenRevision = batch.lastRevision;
    }

    private void acknowledge(Batch batch) {
        throwIfFailed();
        durable = batch.lastRevision;
        batch.clear();
        inFlight = false;
    }

    private void rotate(Batch batch) throws IOException {
        Segment next = spare.take(currentSegment + 1, batch.end() + RecordFormat.MARK_BYTES);
        synchronized (syncLock) {
            forceWritten();
            current.write(batch.segmentEnd.array(), 0, batch.segmentEnd.size(), writtenEnd, true);
            current.close();
            next.write(batch.segmentHeader.array(), 0, batch.segmentHeader.size(), 0, true);
            current = next;
            currentSegment = next.id;
            writtenEnd = syncedEnd = RecordFormat.SEGMENT_HEADER_BYTES;
        }
        spare.prepare(next.id + 1, grown(next.capacity()), false);
    }

    private long grown(long capacity) {
        return Math.min(Math.max(capacity * 2, options.firstSegmentBytes()), options.segmentBytes());
    }

    /**
     * Seals and writes everything pending on the calling thread. When this returns, everything appended may be
     * acknowledged.
     *
     * @return false when there was nothing to write
     */
    public boolean flush() {
        awaitWriter();
        Batch batch = seal();
        if (batch == null) {
            return false;
        }
        write(batch);
        return true;
    }

    private void awaitWriter() {
        while (inFlight) {
            throwIfFailed();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** When this returns, everything written before the call is on disk. Any thread. */
    public void force() {
        synchronized (syncLock) {
            throwIfFailed();
            try {
                forceWritten();
            } catch (IOException | RuntimeException | Error e) {
                throw fail(e);
            }
        }
    }

    private void forceWritten() throws IOException {
        long toRevision = writtenRevision;
        long toEnd = writtenEnd;
        if (syncedEnd != toEnd) {
            current.force();
            noteSynced(toEnd, toRevision);
        }
    }

    private void noteSynced(long end, long toRevision) {
        synchronized (syncLock) {
            syncedEnd = end;
            syncedRevision = toRevision;
        }
    }

    /** Up to this revision everything may be acknowledged under the present mode. Any thread. */
    public long durable() {
        return durable;
    }

    /** Up to this revision everything is on disk. Any thread. */
    public long synced() {
        return syncedRevision;
    }

    public SyncMode mode() {
        return mode;
    }

    /** Holds for every batch written from now on; what has been acknowledged stays acknowledged. Any thread. */
    public void mode(SyncMode newMode) {
        mode = newMode;
    }

    // ---- marks and the end ---------------------------------------------------------------------------------------

    /**
     * Proves to a later recovery that everything so far had been on disk, so that damage is not taken for a torn write.
     * To be called when nothing has been written for 50 ms; does nothing when nothing has been since the last mark. When
     * this returns, the mark is on disk, in every mode.
     */
    public void markIdle(long nowMillis) {
        if (unmarked) {
            mark(RecordFormat.IDLE_MARK, nowMillis);
        }
    }

    private void mark(int kind, long nowMillis) {
        flush();
        // The mark tells what was on disk when it was sealed; so make that everything.
        force();
        begin();
        complete(kind, revision, nowMillis);
        filling.marked = true;
        unmarked = false;
        flush();
    }

    /**
     * Writes what is pending, the mark of an orderly shutdown and the manifest, and lets go of the directory. A snapshot
     * that is being written is given up.
     *
     * @throws LogFailedException when the log fails or has failed; the directory is let go nevertheless
     */
    public void close(long nowMillis) {
        try {
            boolean ended = snapshots.close();
            mark(RecordFormat.CLEAN_MARK, nowMillis);
            // A snapshot that hangs in its last steps may still replace the manifest: it must be the last to do so.
            if (ended) {
                snapshots.storeSynced(syncedRevision);
            }
        } catch (IOException e) {
            throw fail(e);
        } finally {
            abandon();
        }
    }

    /** Lets go of the directory without a last write: after a failure. No thread may be writing. */
    public void abandon() {
        snapshots.close();
        closeQuietly(spare);
        if (background != null) {
            background.shutdown();
            try {
                if (!background.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("the next segment is still being prepared");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (current != null) {
            closeQuietly(current);
        }
        closeQuietly(lock);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.warn("closing: {}", e.getMessage());
        }
    }

    // ---- failure -------------------------------------------------------------------------------------------------

    /** What made the log fail; null while it works. Any thread. */
    public IOException failure() {
        LogFailedException e = failure;
        return e == null ? null : e.getCause();
    }

    /**
     * Takes nothing more from now on, for what has happened to the directory or to the state in memory. The first failure is the
     * one; nothing is tried again. Any thread.
     */
    public LogFailedException fail(Throwable cause) {
        synchronized (failureLock) {
            if (failure == null) {
                failure = new LogFailedException(cause instanceof IOException e ? e : new IOException(cause));
            }
            return failure;
        }
    }

    /** @throws LogFailedException when the log has failed. Any thread. */
    public void throwIfFailed() {
        if (failure != null) {
            throw failure;
        }
    }

    // ---- snapshots and sizes -------------------------------------------------------------------------------------

    /**
     * Begins a snapshot of the state as of now: the caller feeds all items, while serving, and finishes it. An item may
     * have effects of records appended meanwhile.
     *
     * @throws IllegalStateException when a snapshot is being written already
     */
    public SnapshotWriter beginSnapshot() {
        throwIfFailed();
        SnapshotWriter writer = snapshots.begin(revision, sealSegment, appendedBytes);
        rotateNext = true;
        return writer;
    }

    /**
     * Copies the log, everything that has been written so far, into a directory that has none, while it goes on.
     *
     * @return completes on the background thread: with what the copy was found to be, or with an {@link IOException}; the
     *     log itself is not harmed by that
     */
    public CompletableFuture<LogReport> backup(Disk target) {
        return snapshots.backup(target);
    }

    /** Where the log ends that is on disk, after it has been forced. Any thread. */
    LogCopy.Place forcedPlace() {
        synchronized (syncLock) {
            force();
            return new LogCopy.Place(currentSegment, syncedEnd, syncedRevision);
        }
    }

    /** Whether a snapshot is being written. Any thread. */
    public boolean snapshotting() {
        return snapshots.running();
    }

    /** Of records appended since the last snapshot began. */
    public long bytesSinceSnapshot() {
        return appendedBytes - snapshots.bytesAtLast();
    }

    /** Of the present snapshot; 0 when there is none. Any thread. */
    public long snapshotBytes() {
        return snapshots.snapshotBytes();
    }

    /** Of all files in the directory. Asks the file system. Any thread. */
    public long diskBytes() throws IOException {
        long bytes = 0;
        for (String name : disk.list()) {
            try {
                bytes += disk.size(name);
            } catch (NoSuchFileException e) {
                LOG.trace("deleted meanwhile: {}", name);
            }
        }
        return bytes;
    }

    /** See {@link Disk#freeBytes}. Any thread. */
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }

    boolean threaded() {
        return options.threads();
    }

    /** Id of the segment that is being written. Its header, and all that is before, is on disk. Any thread. */
    long currentSegment() {
        return currentSegment;
    }
}
