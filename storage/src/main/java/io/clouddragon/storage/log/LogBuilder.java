package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.log.Disk.OpenMode;
import io.clouddragon.storage.log.RecordFormat.SegmentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * Makes the log of a new directory from a state that is given whole: a snapshot of some revision, and an empty segment that
 * goes on behind it. Until {@link #finish} has returned, there is no log in the directory.
 *
 * <p>Everything is streamed; nothing is held but one block. One thread.
 */
public final class LogBuilder implements Closeable {
    private static final int BLOCK_BYTES = 256 << 10;

    private final Disk disk;
    private final Closeable lock;
    private final long logId = new SecureRandom().nextLong();
    private final long revision;
    private final long engineMillis;
    private final SnapshotFormat format;
    private final String name;
    private final DiskFile file;
    private final SnapshotBlock block = new SnapshotBlock();

    private long position;
    private long items;
    private boolean finished;

    /**
     * Takes the directory.
     *
     * @param revision the state's; the first transaction will have the next one
     * @param engineMillis the engine's clock to go on from, ms
     * @throws IOException when there is a log in the directory, or part of one
     */
    public LogBuilder(Disk disk, long revision, long engineMillis) throws IOException {
        this.disk = disk;
        this.revision = revision;
        this.engineMillis = engineMillis;
        format = new SnapshotFormat(logId, revision);
        name = SnapshotFormat.name(revision);
        lock = disk.lock();
        try {
            if (containsLog(disk)) {
                throw new IOException(disk + " holds a log already");
            }
            file = disk.open(name + Manifest.TEMPORARY, OpenMode.WRITE);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        try {
            file.truncate(0);
            append(format.header(), 0, SnapshotFormat.HEADER_BYTES);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether a log, or part of one, is in the directory. */
    public static boolean containsLog(Disk disk) throws IOException {
        return disk.list().stream().anyMatch(LogBuilder::isOfLog);
    }

    private static boolean isOfLog(String file) {
        return file.equals(Manifest.NAME) || Segment.idOf(file) >= 0 || SnapshotFormat.isName(file);
    }

    /** Begins an item: the caller writes it behind what is in the sink, then {@link #endItem}. */
    public ByteSink item() {
        return block.item();
    }

    public void endItem() throws IOException {
        block.endItem();
        if (block.size() >= BLOCK_BYTES) {
            writeBlock();
        }
    }

    private void writeBlock() throws IOException {
        format.sealBlock(block, position);
        block.forEachPiece(0, this::append);
        items += block.items();
        block.clear(2 * BLOCK_BYTES);
    }

    private void append(byte[] bytes, int offset, int length) throws IOException {
        file.write(bytes, offset, length, position);
        position += length;
    }

    /** Checks what was written and makes it the directory's log. When this returns, that is on disk. */
    public void finish() throws IOException {
        if (block.items() > 0) {
            writeBlock();
        }
        append(format.footer(items, revision, position), 0, SnapshotFormat.FOOTER_BYTES);
        file.force();
        format.verify(disk, name + Manifest.TEMPORARY);
        Segment.fill(disk, 1, LogOptions.DEFAULT_FIRST_SEGMENT_BYTES);
        Segment.publish(disk, 1);
        ByteSink header = new ByteSink(RecordFormat.SEGMENT_HEADER_BYTES);
        new RecordFormat(logId).writeSegmentHeader(header, new SegmentHeader(1, revision + 1, engineMillis, 0));
        try (Segment segment = Segment.open(disk, 1)) {
            segment.write(header.array(), 0, header.size(), 0, true);
        }
        disk.rename(name + Manifest.TEMPORARY, name);
        disk.syncDirectory();
        new Manifest(logId, 1, revision, revision).store(disk);
        finished = true;
    }

    /** Lets go of the directory; what is not finished is deleted, so that it can be begun again. */
    @Override
    public void close() throws IOException {
        try {
            file.close();
            if (!finished) {
                deleteAll();
            }
        } finally {
            lock.close();
        }
    }

    /** All of the log that is there: none was when this began. */
    private void deleteAll() throws IOException {
        for (String found : disk.list()) {
            if (isOfLog(found) || found.endsWith(Manifest.TEMPORARY)) {
                disk.delete(found);
            }
        }
    }
}
