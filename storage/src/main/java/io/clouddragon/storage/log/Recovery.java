package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.CorruptDataException;
import io.clouddragon.storage.log.Disk.OpenMode;
import io.clouddragon.storage.log.RecordFormat.Header;
import io.clouddragon.storage.log.RecordFormat.SegmentHeader;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the files of a directory to a log that can be appended to. First everything is read and judged, and only when
 * nothing speaks against it is anything changed:
 *
 * <ol>
 *   <li>the manifest; a directory without one is new, or refused;
 *   <li>the snapshot that the manifest names: every byte of it must be right;
 *   <li>the segments from the one that the manifest names: a chain of records, revisions rising by 1, that ends with
 *       the first place that is no record. Only the last segment may end so; {@link TornTail} says whether a crash
 *       explains it; the next segment may exist, made ahead, but must be untouched;
 *   <li>the end must not be before the revision that the manifest knows to have been on disk;
 *   <li>now the cut: the torn bytes are kept in a {@code .broken} file, then replaced by zeros;
 *   <li>the accepted tail, of which only the page cache may have known, is written again through a sync;
 *   <li>files that the manifest does not count in, left by a crash, are deleted.
 * </ol>
 *
 * <p>A crash anywhere in here leaves a directory for which all of this holds again. Runs on one thread.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int COPY_BYTES = 1 << 20;
    private static final long PROGRESS_EVERY_BYTES = 1 << 20;
    private static final long NOT_DAMAGED = -1;
    static final String BROKEN = ".broken";

    private final Disk disk;
    private final Replay replay;
    private Set<String> names;

    // What has been found, and where the log goes on.
    private Manifest manifest;
    private RecordFormat format;
    private long snapshotEnd = Manifest.NO_SNAPSHOT;
    private long snapshotItems;
    private long segmentId;
    private TornTail tail;
    private boolean headerMissing;
    private int link;
    private long revision;
    private long engineMillis;
    private long damagedAt = NOT_DAMAGED;
    private boolean endsWithMark = true;
    /** Of the last segment with records and the one before: where the part begins that may be in the page cache only. */
    private long syncedInLast;

    private long syncedInPrevious;
    private long endOfPrevious;

    private long records;
    private long marks;
    private long bytesRead;
    private long bytesTotal;
    private long progressAt;

    Recovery(Disk disk, Replay replay) throws IOException {
        this.disk = disk;
        this.replay = replay;
        names = new HashSet<>(disk.list());
    }

    /**
     * Where a log goes on.
     *
     * @param position where the next record goes in {@code segment}, bytes
     * @param link crc of the last record
     * @param engineMillis the engine's clock in the last record, 0 when there is none
     * @param bytes of records that were read
     * @param spareExists the next segment's file is there, untouched
     */
    record State(
            Manifest manifest,
            Segment segment,
            long position,
            int link,
            long revision,
            long engineMillis,
            boolean endsWithMark,
            long bytes,
            boolean spareExists) {}

    static State run(Disk disk, LogOptions options, Replay replay) throws IOException {
        Recovery recovery = new Recovery(disk, replay);
        if (!recovery.names.contains(Manifest.NAME)) {
            recovery.initialise(options.firstSegmentBytes());
        }
        recovery.read(Manifest.load(disk));
        return recovery.makeReady();
    }

    /**
     * Steps 2 to 4: reads and judges. Nothing is changed.
     *
     * @throws LogDamagedException then {@link #damage} says where the good part ends, if it ends in a segment
     */
    void read(Manifest known) throws IOException {
        manifest = known;
        format = new RecordFormat(manifest.logId());
        countBytes();
        readSnapshot();
        readSegments();
        checkEnd();
        replay.progress(bytesTotal, bytesTotal, records);
    }

    /** Steps 5 to 7. */
    private State makeReady() throws IOException {
        // A process that was killed may have left names that are not on disk; what is built on them must not be lost.
        disk.syncDirectory();
        cut();
        long position = makeTailDurable();
        deleteSuperseded();
        boolean spareExists = names.contains(Segment.name(segmentId + 1));
        Segment segment = Segment.open(disk, segmentId);
        return new State(
                manifest, segment, position, link, revision, engineMillis, endsWithMark, bytesRead, spareExists);
    }

    /** What has been read of a log without damage. */
    LogReport report() {
        return new LogReport(
                manifest.snapshot(),
                snapshotItems,
                segmentId - manifest.firstSegment() + 1,
                records,
                marks,
                revision,
                engineMillis,
                endsWithMark,
                tail.end() == tail.from() ? null : Segment.name(segmentId),
                tail.from(),
                tail.end());
    }

    /**
     * The place in the segments where the good part of a damaged log ends; null when the damage is elsewhere.
     *
     * @param at where the first bad record, or segment header, begins
     * @param link crc of the last good record
     * @param revision of the last good record
     * @param known a revision that had been on disk, as manifest and snapshot tell
     */
    record Damage(long segmentId, long at, int link, long revision, long engineMillis, long known) {}

    Damage damage() {
        return damagedAt == NOT_DAMAGED
                ? null
                : new Damage(
                        segmentId, damagedAt, link, revision, engineMillis, Math.max(manifest.synced(), snapshotEnd));
    }

    /**
     * Makes an empty log. The segment comes first, then the manifest, then the first byte in the segment: so without a
     * manifest there can be nothing but an untouched first segment.
     */
    private void initialise(long segmentBytes) throws IOException {
        RecordFormat any = new RecordFormat(0);
        for (String name : names) {
            long id = Segment.idOf(name);
            if (SnapshotFormat.isName(name) || id > 1 || id == 1 && !isUntouched(id, any)) {
                throw new LogDamagedException(
                        Manifest.NAME, 0, "the manifest is missing, but " + name + " is here", Manifest.REPAIR);
            }
        }
        Segment.fill(disk, 1, segmentBytes);
        Segment.publish(disk, 1);
        new Manifest(new SecureRandom().nextLong(), 1, Manifest.NO_SNAPSHOT, 0).store(disk);
        names = new HashSet<>(disk.list());
    }

    private boolean isUntouched(long id, RecordFormat anyFormat) throws IOException {
        try (SegmentReader reader = new SegmentReader(disk, id, anyFormat)) {
            return TornTail.judge(reader, 0).end() == 0;
        }
    }

    private void countBytes() throws IOException {
        for (String name : names) {
            if (Segment.idOf(name) >= manifest.firstSegment()) {
                bytesTotal += disk.size(name);
            }
        }
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    private void readSnapshot() throws IOException {
        if (manifest.snapshot() == Manifest.NO_SNAPSHOT) {
            return;
        }
        String name = SnapshotFormat.name(manifest.snapshot());
        if (!names.contains(name)) {
            throw new LogDamagedException(
                    name, 0, "the snapshot is missing", "log repair cannot bring it back: restore a backup");
        }
        try {
            snapshotEnd = new SnapshotFormat(manifest.logId(), manifest.snapshot()).read(disk, name, this::deliverItem);
        } catch (CorruptDataException e) {
            throw new LogDamagedException(
                    name, 0, "an item is not understood: " + e.getMessage(), SnapshotFormat.REPAIR);
        }
    }

    private void deliverItem(ByteSource item) {
        snapshotItems++;
        replay.snapshotItem(item);
    }

    private void readSegments() throws IOException {
        for (segmentId = manifest.firstSegment(); ; segmentId++) {
            if (!names.contains(Segment.name(segmentId))) {
                throw damaged(segmentId, 0, "the segment is missing");
            }
            try (SegmentReader reader = new SegmentReader(disk, segmentId, format)) {
                if (begins(reader) && readRecords(reader)) {
                    endOfPrevious = reader.at();
                    syncedInPrevious = reader.synced();
                    continue;
                }
                tail = TornTail.judge(reader, headerMissing ? 0 : reader.at());
                syncedInLast = reader.synced();
            }
            break;
        }
        if (tail.refusal() != null) {
            throw damaged(segmentId, tail.from(), tail.refusal());
        }
        for (String name : names) {
            long id = Segment.idOf(name);
            if (id > segmentId + 1 || id == segmentId + 1 && !isUntouched(id, format)) {
                throw damaged(
                        segmentId, tail.from(), "the segment ends without its closing mark, but " + name + " follows");
            }
        }
    }

    /** Checks the segment's header; false when there is none. */
    private boolean begins(SegmentReader reader) throws IOException {
        boolean first = reader.id == manifest.firstSegment();
        boolean mayBeUnused = !first || manifest.synced() == 0 && manifest.snapshot() == Manifest.NO_SNAPSHOT;
        SegmentHeader header = reader.segmentHeader();
        if (header == null) {
            if (reader.version() > RecordFormat.VERSION) {
                throw LogDamagedException.newerFormat(reader.name, 0, reader.version(), RecordFormat.VERSION);
            }
            if (!mayBeUnused) {
                throw damaged(reader.id, 0, "the segment's header is damaged");
            }
            headerMissing = true;
            return false;
        }
        if (first) {
            link = header.previous();
            revision = header.firstRevision() - 1;
            engineMillis = header.engineMillis();
        }
        long wanted = first ? Math.max(manifest.snapshot(), 0) + 1 : revision + 1;
        boolean follows = first ? header.firstRevision() <= wanted : header.firstRevision() == wanted;
        if (!follows || header.previous() != link) {
            throw damaged(
                    reader.id,
                    0,
                    "the segment does not follow: it begins with revision " + header.firstRevision() + ", wanted is "
                            + wanted);
        }
        return true;
    }

    /** Replays the records; true when the segment ends with its closing mark. */
    private boolean readRecords(SegmentReader reader) throws IOException {
        while (reader.read()) {
            Header header = reader.header();
            RecordKind kind = RecordKind.of(header.kind);
            if (kind == null) {
                throw damaged(reader.id, reader.at(), "unknown kind of record " + header.kind);
            }
            if (header.previous != link || !follows(kind, header.revision)) {
                throw damaged(reader.id, reader.at(), "revision " + header.revision + " does not follow " + revision);
            }
            deliver(reader, kind);
            link = header.crc;
            engineMillis = header.engineMillis;
            revision = header.revision;
            endsWithMark = kind != RecordKind.TRANSACTION;
            reader.advance();
            countProgress(header.recordBytes());
            if (kind == RecordKind.SEGMENT_END) {
                return true;
            }
        }
        return false;
    }

    private boolean follows(RecordKind kind, long next) {
        return switch (kind) {
            case TRANSACTION -> next == revision + 1;
            case REPAIR_MARK -> next >= revision;
            case IDLE_MARK, SHUTDOWN_MARK, SEGMENT_END -> next == revision;
        };
    }

    private void deliver(SegmentReader reader, RecordKind kind) throws LogDamagedException {
        Header header = reader.header();
        try {
            replay.read(reader.name, reader.at(), kind, header.revision, header.engineMillis, reader.payload());
            if (kind != RecordKind.TRANSACTION) {
                marks++;
            } else if (header.revision > manifest.snapshot()) {
                replay.record(header.revision, header.engineMillis, header.revision <= snapshotEnd, reader.payload());
                records++;
            }
        } catch (CorruptDataException e) {
            throw damaged(
                    reader.id, reader.at(), "revision " + header.revision + " is not understood: " + e.getMessage());
        }
    }

    private void countProgress(long bytes) {
        bytesRead += bytes;
        if (bytesRead >= progressAt) {
            replay.progress(bytesRead, bytesTotal, records);
            progressAt = bytesRead + PROGRESS_EVERY_BYTES;
        }
    }

    private void checkEnd() throws LogDamagedException {
        long known = Math.max(manifest.synced(), snapshotEnd);
        if (revision < known) {
            throw damaged(
                    segmentId,
                    tail.from(),
                    "the log ends with revision " + revision + ", but " + known + " was on disk");
        }
    }

    private LogDamagedException damaged(long id, long offset, String reason) {
        String name = Segment.name(id);
        damagedAt = offset;
        return new LogDamagedException(
                name,
                offset,
                reason,
                "log repair would end the log here, after revision " + revision + ", and move the rest to " + name + "."
                        + offset + BROKEN);
    }

    // ---- changing ------------------------------------------------------------------------------------------------

    private void cut() throws IOException {
        if (tail.end() == tail.from()) {
            return;
        }
        String name = Segment.name(segmentId);
        String broken = keepBroken(disk, names, name, tail.from(), tail.end());
        try (Segment segment = Segment.open(disk, segmentId)) {
            segment.erase(tail.from(), tail.end());
        }
        LOG.warn(
                "{}: the write that was under way when the server stopped was never acknowledged and is cut: "
                        + "offsets {} to {}, after revision {}. The bytes are kept in {} of {}",
                name,
                tail.from(),
                tail.end(),
                revision,
                broken,
                disk);
    }

    /** Copies the bytes that are to be cut. When this returns, the file whose name is returned has them, on disk. */
    static String keepBroken(Disk disk, Collection<String> names, String name, long from, long to) throws IOException {
        String broken = unusedName(names, name + "." + from);
        try (DiskFile source = disk.open(name, OpenMode.READ);
                DiskFile target = disk.open(broken, OpenMode.WRITE)) {
            copy(source, from, to, target, -from);
            target.force();
        }
        disk.syncDirectory();
        return broken;
    }

    static String unusedName(Collection<String> names, String stem) {
        String name = stem + BROKEN;
        for (int i = 2; names.contains(name); i++) {
            name = stem + "." + i + BROKEN;
        }
        return name;
    }

    /** When this returns all that was replayed is on disk. Returns where the next record goes. */
    private long makeTailDurable() throws IOException {
        if (!headerMissing) {
            rewrite(segmentId, syncedInLast, tail.from());
            return tail.from();
        }
        if (segmentId > manifest.firstSegment()) {
            rewrite(segmentId - 1, syncedInPrevious, endOfPrevious);
        }
        ByteSink sink = new ByteSink(RecordFormat.SEGMENT_HEADER_BYTES);
        format.writeSegmentHeader(sink, new SegmentHeader(segmentId, revision + 1, engineMillis, link));
        try (DiskFile file = disk.open(Segment.name(segmentId), OpenMode.WRITE_DSYNC)) {
            file.write(sink.array(), 0, sink.size(), 0);
        }
        return RecordFormat.SEGMENT_HEADER_BYTES;
    }

    private void rewrite(long id, long from, long to) throws IOException {
        try (DiskFile file = disk.open(Segment.name(id), OpenMode.WRITE_DSYNC)) {
            copy(file, from, to, file, 0);
        }
    }

    private static void copy(DiskFile source, long from, long to, DiskFile target, long shift) throws IOException {
        byte[] piece = new byte[(int) Math.min(COPY_BYTES, to - from)];
        for (long at = from; at < to; at += piece.length) {
            int length = (int) Math.min(piece.length, to - at);
            int count = source.read(piece, 0, length, at);
            target.write(piece, 0, count, at + shift);
        }
    }

    private void deleteSuperseded() throws IOException {
        String snapshot = SnapshotFormat.name(manifest.snapshot());
        boolean deleted = false;
        for (String name : names) {
            long id = Segment.idOf(name);
            boolean oldSegment = id >= 0 && id < manifest.firstSegment();
            boolean oldSnapshot = SnapshotFormat.isName(name) && !name.equals(snapshot);
            if (oldSegment || oldSnapshot || isTemporary(name)) {
                disk.delete(name);
                deleted = true;
            }
        }
        if (deleted) {
            disk.syncDirectory();
        }
    }

    /** A temporary file of this package; an operator's own files stay. */
    private static boolean isTemporary(String name) {
        if (!name.endsWith(Manifest.TEMPORARY)) {
            return false;
        }
        String target = name.substring(0, name.length() - Manifest.TEMPORARY.length());
        return target.equals(Manifest.NAME) || Segment.idOf(target) >= 0 || SnapshotFormat.isName(target);
    }
}
