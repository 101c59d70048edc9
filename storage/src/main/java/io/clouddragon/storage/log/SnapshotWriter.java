package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.log.Disk.OpenMode;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One snapshot on its way to disk. The engine thread feeds items, a slice at a time, and looks at {@link #backlogBytes}
 * before each slice; full blocks go to a background thread, which has the file to itself.
 *
 * <p>A snapshot that fails while its file is being written is given up, and the log lives on; once it is being made the
 * log's own, a failure is the log's failure. Public methods: engine thread.
 */
public final class SnapshotWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotWriter.class);

    private static final int BLOCK_BYTES = 256 << 10;
    /** A block holds whole items; one that was made larger by a huge item gives its memory back. */
    private static final int KEEP_BYTES = 2 * BLOCK_BYTES;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Log log;
    private final Snapshots snapshots;
    private final Disk disk;
    private final Executor background;
    private final SnapshotFormat format;
    private final long base;
    private final String temporary;
    private final long appendedBytes;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicLong backlog = new AtomicLong();
    private final Queue<SnapshotBlock> free = new ConcurrentLinkedQueue<>();

    // Engine thread.
    private SnapshotBlock block = new SnapshotBlock();
    private long fedBytes;
    private long firstSegment;
    private boolean ended;

    // Background thread.
    private DiskFile file;
    private PacedFile paced;
    private long items;
    private IOException failure;

    private volatile boolean aborted;

    SnapshotWriter(
            Log log,
            Snapshots snapshots,
            Disk disk,
            Executor background,
            long logId,
            long base,
            long firstSegment,
            long appendedBytes) {
        this.log = log;
        this.snapshots = snapshots;
        this.disk = disk;
        this.background = background;
        this.base = base;
        this.firstSegment = firstSegment;
        this.appendedBytes = appendedBytes;
        format = new SnapshotFormat(logId, base);
        temporary = SnapshotFormat.name(base) + Manifest.TEMPORARY;
        background.execute(() -> attempt(this::create));
    }

    /** The snapshot has every effect of the records up to this revision. */
    public long base() {
        return base;
    }

    void startsAt(long segment) {
        firstSegment = segment;
    }

    // ---- the engine's side ---------------------------------------------------------------------------------------

    /** Begins an item: the caller writes it behind what is in the sink, then {@link #endItem}. */
    public ByteSink item() {
        return block.item();
    }

    /**
     * Adds length and bytes of a value to the item. A long one is not copied: the array that it lies in must never be
     * changed there again.
     */
    public void share(Bytes stable) {
        block.share(stable);
    }

    /** Bytes of the item so far. */
    public int itemBytes() {
        return block.itemBytes();
    }

    public void endItem() {
        fedBytes += SnapshotFormat.ITEM_HEADER_BYTES + block.itemBytes();
        block.endItem();
        if (block.size() >= BLOCK_BYTES) {
            handOver();
        }
    }

    private void handOver() {
        SnapshotBlock full = block;
        int bytes = full.size();
        backlog.addAndGet(bytes);
        background.execute(() -> {
            attempt(() -> writeBlock(full));
            backlog.addAndGet(-bytes);
            full.clear(KEEP_BYTES);
            free.add(full);
        });
        SnapshotBlock used = free.poll();
        block = used == null ? new SnapshotBlock() : used;
    }

    /** Bytes of all items so far. */
    public long fedBytes() {
        return fedBytes;
    }

    /** Bytes fed that are not written yet. Any thread. */
    public long backlogBytes() {
        return backlog.get();
    }

    /**
     * All items have been fed. The rest happens in the background: when the result completes, the snapshot is the
     * log's, and what it replaces is gone.
     *
     * @param endRevision the items may have effects of records up to this revision; at most the last one appended
     * @return completes on the background thread: with an {@link IOException} when the snapshot failed, with a {@link
     *     CancellationException} when it was given up
     */
    public CompletableFuture<Void> finish(long endRevision) {
        if (ended || endRevision < base || endRevision > log.revision()) {
            throw new IllegalStateException("a snapshot of " + base + " cannot end at " + endRevision);
        }
        ended = true;
        if (block.items() > 0) {
            handOver();
        }
        long segment = firstSegment;
        background.execute(() -> end(endRevision, segment));
        return done;
    }

    /** Gives the snapshot up; without effect once {@link #finish} has made it the log's. */
    public void abort() {
        aborted = true;
        if (!ended) {
            ended = true;
            background.execute(() -> end(base, firstSegment));
        }
    }

    // ---- the background's side -----------------------------------------------------------------------------------

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step) {
        if (failure == null && !aborted) {
            try {
                step.run();
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                failure = new IOException(e);
            }
        }
    }

    private void create() throws IOException {
        file = disk.open(temporary, OpenMode.WRITE);
        file.truncate(0);
        paced = new PacedFile(file, 0);
        paced.append(format.header(), 0, SnapshotFormat.HEADER_BYTES);
    }

    private void writeBlock(SnapshotBlock full) throws IOException {
        format.sealBlock(full, paced.position());
        full.forEachPiece(0, paced::append);
        items += full.items();
    }

    private void end(long endRevision, long segment) {
        attempt(() -> awaitSynced(endRevision, segment));
        attempt(() -> complete(endRevision));
        closeFile();
        // From here on it cannot be aborted any more.
        boolean cancelled = aborted;
        if (failure == null && !cancelled) {
            try {
                snapshots.publish(base, segment, endRevision, appendedBytes);
            } catch (IOException | RuntimeException | Error e) {
                failure = log.fail(e).getCause();
            }
        } else {
            deleteTemporary();
        }
        snapshots.ended(this);
        if (failure != null) {
            LOG.warn("snapshot of revision {} failed: {}", base, failure.getMessage());
            done.completeExceptionally(failure);
        } else if (cancelled) {
            done.completeExceptionally(new CancellationException("the snapshot was given up"));
        } else {
            done.complete(null);
        }
    }

    /** A snapshot may not know more than the log, nor name a segment that is not there. */
    private void awaitSynced(long endRevision, long segment) throws IOException {
        while (!aborted && (log.synced() < endRevision || log.currentSegment() < segment)) {
            if (log.failure() != null) {
                throw log.failure();
            }
            if (log.durable() >= endRevision && log.currentSegment() >= segment) {
                log.force();
            } else if (!log.threaded()) {
                log.flush();
            } else {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private void complete(long endRevision) throws IOException {
        paced.append(format.footer(items, endRevision, paced.position()), 0, SnapshotFormat.FOOTER_BYTES);
        paced.force();
        format.verify(disk, temporary);
    }

    private void closeFile() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
    }

    private void deleteTemporary() {
        try {
            if (file != null) {
                disk.delete(temporary);
            }
        } catch (IOException e) {
            LOG.warn("a temporary file stays until the next start: {}", e.getMessage());
        }
    }
}
