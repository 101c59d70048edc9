package io.clouddragon.storage.log;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log's manifest, and the one snapshot at a time that may change it. A snapshot becomes the log's in this order, each
 * step durable before the next; a crash between any two leaves the old snapshot and its segments, or the new one and
 * its, and leftovers that the next open deletes:
 *
 * <ol>
 *   <li>the whole snapshot under a temporary name, forced, then read again and checked, every byte;
 *   <li>its own name;
 *   <li>the manifest that names it and the first segment that is still needed;
 *   <li>older segments and snapshots go.
 * </ol>
 */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final long CLOSE_SECONDS = 60;

    private final Log log;
    private final Disk disk;
    private final ExecutorService thread;

    /** Changed by the snapshot's thread, and by the engine thread once that has ended. */
    private volatile Manifest manifest;

    private volatile SnapshotWriter running;
    private volatile boolean closing;
    private volatile long bytesAtLast;
    private volatile long snapshotBytes;

    Snapshots(Log log, Disk disk, Manifest manifest, boolean threads) throws IOException {
        this.log = log;
        this.disk = disk;
        this.manifest = manifest;
        if (manifest.snapshot() != Manifest.NO_SNAPSHOT) {
            snapshotBytes = disk.size(SnapshotFormat.name(manifest.snapshot()));
        }
        thread = threads ? Executors.newSingleThreadExecutor(Snapshots::daemon) : null;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "log-snapshot");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * @param base the last revision appended
     * @param segment the one that is being filled
     * @param appendedBytes the log's counter of bytes, at this moment
     */
    SnapshotWriter begin(long base, long segment, long appendedBytes) {
        if (running != null) {
            throw new IllegalStateException("a snapshot is being written already");
        }
        Executor executor = thread == null ? Runnable::run : thread;
        running = new SnapshotWriter(log, this, disk, executor, manifest.logId(), base, segment, appendedBytes);
        return running;
    }

    /** The records behind the running snapshot's base begin in this segment. Engine thread. */
    void startsAt(long segment) {
        SnapshotWriter writer = running;
        if (writer != null) {
            writer.startsAt(segment);
        }
    }

    /**
     * Makes the complete and checked temporary file the log's snapshot. The snapshot's thread.
     *
     * @param synced a revision up to which the log is on disk
     */
    void publish(long base, long firstSegment, long synced, long appendedBytes) throws IOException {
        String name = SnapshotFormat.name(base);
        disk.rename(name + Manifest.TEMPORARY, name);
        disk.syncDirectory();
        Manifest next = new Manifest(manifest.logId(), firstSegment, base, synced);
        next.store(disk);
        manifest = next;
        bytesAtLast = appendedBytes;
        snapshotBytes = disk.size(name);
        for (String old : disk.list()) {
            long id = Segment.idOf(old);
            if (id >= 0 && id < firstSegment || SnapshotFormat.isName(old) && !old.equals(name)) {
                disk.delete(old);
            }
        }
        disk.syncDirectory();
    }

    /** On the snapshots' thread, the only one that deletes files of the log. */
    CompletableFuture<LogReport> backup(Disk target) {
        CompletableFuture<LogReport> done = new CompletableFuture<>();
        Executor executor = thread == null ? Runnable::run : thread;
        executor.execute(() -> {
            try {
                done.complete(LogCopy.copy(disk, manifest, log.forcedPlace(), target, this::goOn));
            } catch (IOException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Called now and then by a backup. */
    private void goOn(long copiedBytes) {
        if (closing) {
            throw new CancellationException("the server stops; the backup was given up");
        }
    }

    void ended(SnapshotWriter writer) {
        if (running == writer) {
            running = null;
        }
    }

    boolean running() {
        return running != null;
    }

    /** Of the present snapshot; 0 when there is none. */
    long snapshotBytes() {
        return snapshotBytes;
    }

    /** The log's counter of bytes when the last snapshot began. */
    long bytesAtLast() {
        return bytesAtLast;
    }

    /**
     * Gives up a running snapshot or backup and ends the thread; none can begin any more.
     *
     * @return false when the disk still keeps the thread
     */
    boolean close() {
        SnapshotWriter writer = running;
        if (writer != null) {
            writer.abort();
        }
        if (thread == null || closing) {
            return thread == null || thread.isTerminated();
        }
        closing = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a snapshot or a backup is still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return thread.isTerminated();
    }

    /** Notes in the manifest how far the log was on disk. Engine thread, after {@link #close}. */
    void storeSynced(long synced) throws IOException {
        manifest = new Manifest(manifest.logId(), manifest.firstSegment(), manifest.snapshot(), synced);
        manifest.store(disk);
    }
}
