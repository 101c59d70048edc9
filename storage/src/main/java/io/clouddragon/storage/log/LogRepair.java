package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.log.Disk.OpenMode;
import io.clouddragon.storage.log.RecordFormat.Header;
import io.clouddragon.storage.log.RecordFormat.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a damaged log one that opens again, by giving up what is damaged and everything after it. {@link #plan} changes
 * nothing and says what would be lost; {@link #apply} does it. What is before the damage is never touched, and every byte
 * that is cut is kept in a {@code .broken} file.
 *
 * <p>At the cut comes a repair mark. Its revision is above every one that may have been lost: as many as the cut bytes can
 * have held, and those that manifest, snapshot and the intact records further on tell of. So no revision is given out
 * twice: a lost lock's handle, or version, that a client still has matches nothing, and fencing tokens go on rising.
 *
 * <p>Order of the changes: the copies, the mark, zeros behind it, then the later segments' new names. After a crash in
 * between the log is still refused, for the same or the next thing in that row, and can be repaired again.
 *
 * <p>A manifest that is missing or damaged is made anew from the segments and snapshots that are there. A damaged
 * snapshot cannot be repaired. One thread; the caller has locked the directory.
 */
public final class LogRepair {
    private static final int CHUNK_BYTES = 1 << 16;

    private final Disk disk;
    private final List<String> steps = new ArrayList<>();
    private LogDamagedException damage;
    private boolean possible = true;

    private Manifest newManifest;
    private Manifest manifest;
    private Recovery.Damage cutAt;
    private List<String> laterSegments = List.of();
    private long cutEnd;
    private long jumpTo;

    private LogRepair(Disk disk) {
        this.disk = disk;
    }

    /**
     * Finds out what is wrong. Nothing is changed.
     *
     * @param replay as for {@link LogReport#read}
     * @throws IOException when the directory holds no log, one of a newer format, or cannot be read
     */
    public static LogRepair plan(Disk disk, Replay replay) throws IOException {
        LogRepair repair = new LogRepair(disk);
        repair.plan(replay);
        return repair;
    }

    /** What is wrong; null when nothing is. */
    public LogDamagedException damage() {
        return damage;
    }

    /** Whether {@link #apply} can help. */
    public boolean isPossible() {
        return damage != null && possible;
    }

    /** What {@link #apply} would do and what is lost by it, each a sentence without its full stop. */
    public List<String> steps() {
        return List.copyOf(steps);
    }

    // ---- planning ------------------------------------------------------------------------------------------------

    static Manifest requireManifest(Disk disk) throws IOException {
        List<String> names = disk.list();
        if (names.contains(Manifest.NAME)) {
            return Manifest.load(disk);
        }
        if (names.stream().noneMatch(name -> Segment.idOf(name) >= 0 || SnapshotFormat.isName(name))) {
            throw new IOException(disk + " holds no log");
        }
        throw new LogDamagedException(Manifest.NAME, 0, "the manifest is missing", Manifest.REPAIR);
    }

    private void plan(Replay replay) throws IOException {
        try {
            manifest = requireManifest(disk);
        } catch (LogDamagedException e) {
            refuseNewer(e);
            damage = e;
            manifest = newManifest = rebuildManifest();
            if (manifest == null) {
                possible = false;
                return;
            }
            steps.add("write a new MANIFEST: oldest segment " + manifest.firstSegment() + ", "
                    + (manifest.snapshot() == Manifest.NO_SNAPSHOT
                            ? "no snapshot"
                            : "snapshot of revision " + manifest.snapshot()));
        }
        Recovery recovery = new Recovery(disk, replay);
        try {
            recovery.read(manifest);
        } catch (LogDamagedException e) {
            refuseNewer(e);
            damage = damage == null ? e : damage;
            if (recovery.damage() == null) {
                steps.add("give up: " + e.getMessage());
                possible = false;
            } else {
                planCut(recovery.damage());
            }
        }
    }

    private static void refuseNewer(LogDamagedException e) throws LogDamagedException {
        if (e.isNewerFormat()) {
            throw e;
        }
    }

    private void planCut(Recovery.Damage found) throws IOException {
        boolean wholeLog = found.at() == 0 && found.segmentId() == manifest.firstSegment();
        // The header of the log's first segment is not there to begin from: the log begins behind the snapshot.
        cutAt = wholeLog
                ? new Recovery.Damage(found.segmentId(), 0, 0, Math.max(manifest.snapshot(), 0), 0, found.known())
                : found;
        laterSegments = disk.list().stream()
                .filter(name -> Segment.idOf(name) > cutAt.segmentId())
                .sorted()
                .toList();
        Lost lost = new Lost();
        boolean exists = disk.list().contains(Segment.name(cutAt.segmentId()));
        if (exists) {
            cutEnd = lost.scan(cutAt.segmentId(), cutAt.at());
        }
        for (String later : laterSegments) {
            lost.scan(Segment.idOf(later), 0);
        }
        long last = Math.max(Math.max(cutAt.revision(), cutAt.known()), lost.revision);
        jumpTo = last + lost.bytes / RecordFormat.MARK_BYTES;
        describeCut(lost, last);
    }

    private void describeCut(Lost lost, long last) {
        String name = Segment.name(cutAt.segmentId());
        steps.add("end the log in " + name + " at offset " + cutAt.at() + ", after revision " + cutAt.revision());
        if (cutEnd > cutAt.at()) {
            steps.add("cut the " + (cutEnd - cutAt.at()) + " bytes behind it, and keep them in " + name + "."
                    + cutAt.at() + Recovery.BROKEN);
        }
        for (String later : laterSegments) {
            steps.add("rename " + later + " to " + later + ".0" + Recovery.BROKEN);
        }
        if (last > cutAt.revision()) {
            steps.add("lose the revisions " + (cutAt.revision() + 1) + " to " + last + " at least (" + lost.records
                    + " of them lie intact behind the damage)");
        }
        if (cutAt.revision() < cutAt.known() && manifest.snapshot() != Manifest.NO_SNAPSHOT) {
            steps.add("keep, of the transactions up to revision " + cutAt.known()
                    + ", what the snapshot happens to have: some of them in part");
        }
        steps.add("go on with revision " + (jumpTo + 1) + ", so that none is given out twice");
    }

    /** What lies behind the damage. */
    private final class Lost {
        private long revision;
        private long records;
        private long bytes;

        /** Counts the intact record headers from {@code from} on; returns the end of the bytes that are not zero. */
        long scan(long segmentId, long from) throws IOException {
            long end = from;
            Header header = new Header();
            try (SegmentReader reader = new SegmentReader(disk, segmentId, new RecordFormat(manifest.logId()))) {
                for (long at = from; at < reader.size(); at += CHUNK_BYTES) {
                    byte[] chunk = reader.copy(at, (int) Math.min(CHUNK_BYTES, reader.size() - at));
                    for (int i = 0; i < chunk.length; i++) {
                        end = chunk[i] == 0 ? end : at + i + 1;
                        if (chunk[i] == RecordFormat.MAGIC && reader.headerAt(at + i, header)) {
                            revision = Math.max(revision, header.revision);
                            records += header.kind == RecordFormat.DATA ? 1 : 0;
                        }
                    }
                }
            }
            bytes += end - from;
            return end;
        }
    }

    /** Null when no intact segment tells which log it belongs to. */
    private Manifest rebuildManifest() throws IOException {
        List<Long> ids = disk.list().stream()
                .map(Segment::idOf)
                .filter(id -> id >= 0)
                .sorted()
                .toList();
        Long logId = null;
        List<SegmentHeader> headers = new ArrayList<>();
        for (long id : ids) {
            byte[] first = firstBytes(id);
            long itsLog = RecordFormat.i64(first, RecordFormat.LOG_ID_AT);
            SegmentHeader header = new RecordFormat(itsLog).readSegmentHeader(first, id);
            if (header != null && logId != null && logId != itsLog) {
                steps.add("give up: the segments belong to different logs");
                return null;
            }
            if (header != null) {
                logId = itsLog;
                headers.add(header);
            }
        }
        if (logId == null) {
            steps.add("give up: no segment has an intact header");
            return null;
        }
        long base = newestSnapshot(logId);
        long first = -1;
        for (SegmentHeader header : headers) {
            first = header.firstRevision() <= Math.max(base, 0) + 1 ? header.segmentId() : first;
        }
        if (first < 0) {
            steps.add("give up: the segments begin with revision "
                    + headers.get(0).firstRevision() + " and no intact snapshot reaches so far");
            return null;
        }
        return new Manifest(logId, first, base, Math.max(base, 0));
    }

    private byte[] firstBytes(long id) throws IOException {
        byte[] bytes = new byte[RecordFormat.SEGMENT_HEADER_BYTES];
        try (DiskFile file = disk.open(Segment.name(id), OpenMode.READ)) {
            file.read(bytes, 0, bytes.length, 0);
        }
        return bytes;
    }

    private long newestSnapshot(long logId) throws IOException {
        long newest = Manifest.NO_SNAPSHOT;
        for (String name : disk.list()) {
            long base = SnapshotFormat.baseOf(name);
            if (base > newest) {
                try {
                    new SnapshotFormat(logId, base).read(disk, name, item -> {});
                    newest = base;
                } catch (LogDamagedException e) {
                    steps.add("leave out " + name + ", which is damaged");
                }
            }
        }
        return newest;
    }

    // ---- doing ---------------------------------------------------------------------------------------------------

    /**
     * Does what {@link #steps} says. When this returns, it is on disk.
     *
     * @throws IllegalStateException when it is not {@link #isPossible}
     */
    public void apply() throws IOException {
        if (!isPossible()) {
            throw new IllegalStateException("nothing to be done");
        }
        if (cutAt != null) {
            cut();
        }
        if (newManifest != null) {
            newManifest.store(disk);
        }
    }

    private void cut() throws IOException {
        long id = cutAt.segmentId();
        String name = Segment.name(id);
        if (!disk.list().contains(name)) {
            if (disk.list().contains(name + Manifest.TEMPORARY)) {
                disk.rename(name + Manifest.TEMPORARY, Recovery.unusedName(disk.list(), name + ".0"));
            }
            Segment.fill(disk, id, LogOptions.DEFAULT_FIRST_SEGMENT_BYTES);
            Segment.publish(disk, id);
        } else if (cutEnd > cutAt.at()) {
            Recovery.keepBroken(disk, disk.list(), name, cutAt.at(), cutEnd);
        }
        ByteSink sink = new ByteSink(RecordFormat.SEGMENT_HEADER_BYTES + RecordFormat.MARK_BYTES);
        writeEnd(sink);
        long end = cutAt.at() + sink.size();
        try (Segment segment = Segment.open(disk, id)) {
            segment.write(sink.array(), 0, sink.size(), cutAt.at(), true);
            segment.erase(end, Math.max(end, cutEnd));
        }
        for (String later : laterSegments) {
            disk.rename(later, Recovery.unusedName(disk.list(), later + ".0"));
        }
        disk.syncDirectory();
    }

    /** The repair mark, and before it a header when the cut is at the segment's beginning. */
    private void writeEnd(ByteSink sink) {
        RecordFormat format = new RecordFormat(manifest.logId());
        if (cutAt.at() == 0) {
            format.writeSegmentHeader(
                    sink,
                    new SegmentHeader(cutAt.segmentId(), cutAt.revision() + 1, cutAt.engineMillis(), cutAt.link()));
        }
        int start = sink.size();
        long offset = cutAt.at() + start;
        RecordFormat.begin(sink);
        RecordFormat.complete(sink, start, RecordFormat.REPAIR_MARK, jumpTo, cutAt.engineMillis());
        format.seal(sink.array(), start, cutAt.segmentId(), offset, offset, cutAt.link());
    }
}
