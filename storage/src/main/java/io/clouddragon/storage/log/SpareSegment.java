package io.clouddragon.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one segment that is made ahead, in the background, so that going on to the next segment costs the log no more
 * than writing two headers.
 *
 * <p>A spare that could not be filled (disk full) is given up and made anew, from an empty file, when it is needed. One
 * whose rename or directory sync failed is not: the directory cannot be trusted any more, and the log that asks for the
 * spare gets the error.
 *
 * <p>{@link #prepare} and {@link #take} are called by one thread at a time.
 */
final class SpareSegment implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SpareSegment.class);

    /** A spare leaves so much room on the disk: that is what deletes and a snapshot are to live on when it is nearly full... */
    private static final long KEEP_FREE_BYTES = 128L << 20;
    /** ...or is of this size. */
    private static final long SMALL_BYTES = 1L << 20;

    private final Disk disk;
    private final Executor background;
    private FutureTask<Segment> task;

    SpareSegment(Disk disk, Executor background) {
        this.disk = disk;
        this.background = background;
    }

    /** @param exists the file is there already, nothing but zeros in it */
    void prepare(long id, long bytes, boolean exists) {
        task = new FutureTask<>(() -> exists ? Segment.open(disk, id) : create(id, bytes));
        background.execute(task);
    }

    /** Null when the disk has no room for it. */
    private Segment create(long id, long bytes) throws IOException {
        try {
            Segment.fill(disk, id, disk.freeBytes() - bytes < KEEP_FREE_BYTES ? Math.min(bytes, SMALL_BYTES) : bytes);
        } catch (IOException e) {
            LOG.warn("The next segment of the log could not be prepared: {}", e.getMessage());
            deleteUnfinished(Segment.name(id) + Manifest.TEMPORARY);
            return null;
        }
        Segment.publish(disk, id);
        return Segment.open(disk, id);
    }

    /** Gives its room back. That this may fail, or that there is no file, is no failure of the log: the file is made anew. */
    private void deleteUnfinished(String name) {
        try {
            if (disk.list().contains(name)) {
                disk.delete(name);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be deleted: {}", name, e.getMessage());
        }
    }

    /** The spare, with room for at least {@code bytes}; waits until it is ready. */
    Segment take(long id, long bytes) throws IOException {
        Segment spare = await();
        task = null;
        if (spare == null) {
            Segment.fill(disk, id, bytes);
            Segment.publish(disk, id);
            spare = Segment.open(disk, id);
        }
        try {
            spare.extend(bytes);
        } catch (IOException e) {
            spare.close();
            throw e;
        }
        return spare;
    }

    private Segment await() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the next segment", e);
        }
    }

    /** The file stays, for the next open. */
    @Override
    public void close() throws IOException {
        if (task != null) {
            Segment spare = await();
            task = null;
            if (spare != null) {
                spare.close();
            }
        }
    }
}
