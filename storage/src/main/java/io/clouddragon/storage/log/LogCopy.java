package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.log.Disk.OpenMode;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Copies a log, as of a place in it that is on disk, into a directory that has none: the snapshot, the segments behind it up
 * to that place, and last the manifest that names them. The copy is then read and checked as a whole. Until that manifest
 * is there, the directory holds no log; when the copy fails, what was copied is deleted.
 *
 * <p>The log may be written meanwhile: nothing before the place changes any more. Its files must not be deleted meanwhile.
 */
public final class LogCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk source;
    private final Disk target;
    private final LongConsumer progress;
    private final List<String> made = new ArrayList<>();
    private long copied;

    private LogCopy(Disk source, Disk target, LongConsumer progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
    }

    /**
     * A place in a log.
     *
     * @param segment id of the segment that it is in
     * @param end bytes of that segment that are on disk, whole records
     * @param revision of the last record before it
     */
    record Place(long segment, long end, long revision) {}

    /**
     * Copies the log of a directory that nobody writes to. The caller has locked it.
     *
     * @param progress told the bytes copied so far
     * @return what the copy was found to be; when this returns, it is on disk
     * @throws LogDamagedException when the source is damaged: nothing has been copied
     * @throws IOException when the target holds a log, or part of one, already
     */
    public static LogReport copy(Disk source, Disk target, LongConsumer progress) throws IOException {
        Manifest manifest = LogRepair.requireManifest(source);
        Recovery recovery = new Recovery(source, new NoReplay());
        recovery.read(manifest);
        LogReport report = recovery.report();
        long last = manifest.firstSegment() + report.segments() - 1;
        Place end = new Place(last, report.tornFrom(), report.revision());
        return copy(source, manifest, end, target, progress);
    }

    static LogReport copy(Disk source, Manifest manifest, Place end, Disk target, LongConsumer progress)
            throws IOException {
        return new LogCopy(source, target, progress).copy(manifest, end);
    }

    private LogReport copy(Manifest manifest, Place end) throws IOException {
        Closeable lock = target.lock();
        try {
            if (LogBuilder.containsLog(target)) {
                throw new IOException(target + " holds a log already");
            }
            return copyAndCheck(manifest, end);
        } finally {
            lock.close();
        }
    }

    private LogReport copyAndCheck(Manifest manifest, Place end) throws IOException {
        try {
            copyFiles(manifest, end);
            return LogReport.read(target, new NoReplay());
        } catch (IOException | RuntimeException | Error e) {
            try {
                deleteCopied();
            } catch (IOException another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    private void copyFiles(Manifest manifest, Place end) throws IOException {
        if (manifest.snapshot() != Manifest.NO_SNAPSHOT) {
            String snapshot = SnapshotFormat.name(manifest.snapshot());
            copyFile(snapshot, source.size(snapshot));
        }
        for (long id = manifest.firstSegment(); id <= end.segment(); id++) {
            String segment = Segment.name(id);
            copyFile(segment, id == end.segment() ? end.end() : source.size(segment));
        }
        target.syncDirectory();
        made.add(Manifest.NAME);
        new Manifest(manifest.logId(), manifest.firstSegment(), manifest.snapshot(), end.revision()).store(target);
    }

    private void copyFile(String name, long bytes) throws IOException {
        made.add(name);
        byte[] piece = new byte[PIECE_BYTES];
        try (DiskFile from = source.open(name, OpenMode.READ);
                DiskFile to = target.open(name, OpenMode.WRITE)) {
            PacedFile paced = new PacedFile(to, 0);
            while (paced.position() < bytes) {
                int length = (int) Math.min(PIECE_BYTES, bytes - paced.position());
                int count = from.read(piece, 0, length, paced.position());
                if (count == 0) {
                    break;
                }
                paced.append(piece, 0, count);
                copied += count;
                progress.accept(copied);
            }
            paced.force();
        }
    }

    /** The manifest first: without it, what is left is no log. */
    private void deleteCopied() throws IOException {
        List<String> there = target.list();
        Collections.reverse(made);
        for (String name : made) {
            if (there.contains(name)) {
                target.delete(name);
                target.syncDirectory();
            }
        }
    }

    /** Checks what the log itself can check. */
    private static final class NoReplay implements Replay {
        @Override
        public void snapshotItem(ByteSource item) {}

        @Override
        public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {}
    }
}
