package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a segment, version 1. Numbers are little-endian; offsets count from the file's start.
 *
 * <pre>
 * segment:   header | record | record | … | zeros to the end of the file
 *
 * header:    0        8         12       20           28               36             44         48    52      53
 *            | magic  | version | log id | segment id | first revision | engineMillis | previous | crc | guard |
 *
 * record:    0       1      2          6             10       14         22             30       38    42      43
 *            | magic | kind | previous | payload crc | length | revision | engineMillis | synced | crc | guard | payload | guard |
 *
 * previous   the crc of the record before, in this segment or the last: a chain
 * revision   DATA: the one before plus 1, without gaps. Marks: the last revision before the mark; only a REPAIR_MARK goes
 *            beyond it, so that a revision that may have been given out before the damage is never given out again
 * synced     up to this offset of this very segment the log was known to be on disk when the record was sealed: damage
 *            below it has hit something acknowledged
 * crc        over everything before it; with the payload crc in it, it covers the whole record
 * guard      never zero, so that bytes that are still the zeros of a fresh segment are told from bytes that were written
 * </pre>
 *
 * <p>Every crc is a CRC32C xor'd with a mask made of the log's random id, the segment and the offset: a record copied to
 * another place, left by another log, or sent in by a client as a value, is not a record.
 *
 * <p>An instance belongs to one thread.
 */
final class RecordFormat {
    static final int VERSION = 1;

    static final int HEADER_BYTES = 43;
    static final int GUARD_BYTES = 1;
    /** A record without payload, as all marks are. */
    static final int MARK_BYTES = HEADER_BYTES + GUARD_BYTES;

    static final int SEGMENT_HEADER_BYTES = 53;
    static final int LOG_ID_AT = 12;

    /** A transaction. */
    static final int DATA = 1;
    /** Written when nothing has been for a moment: proves that everything before it had reached the disk. */
    static final int IDLE_MARK = 2;
    /** As an idle mark, by an orderly shutdown. */
    static final int CLEAN_MARK = 3;
    /** The segment ends here; the chain goes on in the one with the next id. */
    static final int SEGMENT_END = 4;
    /** What followed was damaged and has been cut by the repair tool; the revision jumps above all that were lost. */
    static final int REPAIR_MARK = 5;

    static final byte MAGIC = (byte) 0xD7;
    static final byte GUARD = (byte) 0xE5;

    private static final byte[] SEGMENT_MAGIC = "DRAGNLOG".getBytes(StandardCharsets.US_ASCII);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final long logId;
    private final CRC32C crc = new CRC32C();

    RecordFormat(long logId) {
        this.logId = logId;
    }

    // ---- records -------------------------------------------------------------------------------------------------

    /** Leaves room for a record's header; the payload is written next. */
    static void begin(ByteSink sink) {
        sink.skip(HEADER_BYTES);
    }

    /** Completes the record that began at {@code start}, but for the fields that depend on where it will lie. */
    static void complete(ByteSink sink, int start, int kind, long revision, long engineMillis) {
        int length = sink.size() - start - HEADER_BYTES;
        sink.u8(GUARD);
        byte[] array = sink.array();
        array[start] = MAGIC;
        array[start + 1] = (byte) kind;
        sink.i32At(start + 10, length);
        sink.i64At(start + 14, revision);
        sink.i64At(start + 22, engineMillis);
        array[start + 42] = GUARD;
    }

    /** Bytes of the completed record at {@code start}. */
    static int recordBytes(byte[] array, int start) {
        return HEADER_BYTES + i32(array, start + 10) + GUARD_BYTES;
    }

    /**
     * Fills in the fields that depend on where the record lies.
     *
     * @param previous what this returned for the record before
     * @return the record's crc, the link of the chain
     */
    int seal(byte[] array, int start, long segmentId, long offset, long synced, int previous) {
        INT.set(array, start + 2, previous);
        INT.set(array, start + 6, crc(array, start + HEADER_BYTES, i32(array, start + 10), segmentId, offset));
        LONG.set(array, start + 30, synced);
        int link = crc(array, start, 38, segmentId, offset);
        INT.set(array, start + 38, link);
        return link;
    }

    /** A record's header as read. */
    static final class Header {
        int kind;
        int previous;
        int payloadCrc;
        /** Of the payload, bytes. */
        int length;

        long revision;
        long engineMillis;
        long synced;
        int crc;

        /** Of header, payload and guard together. */
        long recordBytes() {
            return HEADER_BYTES + (long) length + GUARD_BYTES;
        }
    }

    /** False when the 43 bytes from {@code at} on are not the header of a record of this very place. */
    boolean readHeader(byte[] array, int at, long segmentId, long offset, Header into) {
        if (array[at] != MAGIC || array[at + 42] != GUARD) {
            return false;
        }
        into.crc = i32(array, at + 38);
        if (into.crc != crc(array, at, 38, segmentId, offset)) {
            return false;
        }
        into.kind = array[at + 1];
        into.previous = i32(array, at + 2);
        into.payloadCrc = i32(array, at + 6);
        into.length = i32(array, at + 10);
        into.revision = i64(array, at + 14);
        into.engineMillis = i64(array, at + 22);
        into.synced = i64(array, at + 30);
        return into.length >= 0;
    }

    /** Whether what follows the header, which has been read, is what was written. */
    boolean payloadIntact(byte[] array, int at, long segmentId, long offset, Header header) {
        return array[at + HEADER_BYTES + header.length] == GUARD
                && header.payloadCrc == crc(array, at + HEADER_BYTES, header.length, segmentId, offset);
    }

    // ---- segment headers -----------------------------------------------------------------------------------------

    /**
     * The header of a segment.
     *
     * @param firstRevision of the first transaction that is, or will be, in it
     * @param engineMillis the engine's clock when the segment was opened
     * @param previous crc of the last segment's closing mark; 0 in a log's first segment
     */
    record SegmentHeader(long segmentId, long firstRevision, long engineMillis, int previous) {}

    void writeSegmentHeader(ByteSink sink, SegmentHeader header) {
        int start = sink.size();
        sink.raw(SEGMENT_MAGIC, 0, SEGMENT_MAGIC.length);
        sink.i32(VERSION);
        sink.i64(logId);
        sink.i64(header.segmentId());
        sink.i64(header.firstRevision());
        sink.i64(header.engineMillis());
        sink.i32(header.previous());
        sink.i32(crc(sink.array(), start, 48, header.segmentId(), 0));
        sink.u8(GUARD);
    }

    /** Null when the array does not begin with the header of segment {@code segmentId} of this log, version 1. */
    SegmentHeader readSegmentHeader(byte[] array, long segmentId) {
        boolean intact = startsWith(array, SEGMENT_MAGIC)
                && i32(array, 8) == VERSION
                && i64(array, LOG_ID_AT) == logId
                && i64(array, 20) == segmentId
                && i32(array, 48) == crc(array, 0, 48, segmentId, 0)
                && array[52] == GUARD;
        return intact ? new SegmentHeader(segmentId, i64(array, 28), i64(array, 36), i32(array, 44)) : null;
    }

    /**
     * The format version that a segment's first bytes tell, 0 when they are not a segment's at all. Where all else is as in
     * this version, the field is what is damaged.
     */
    int segmentVersion(byte[] array, long segmentId) {
        if (!startsWith(array, SEGMENT_MAGIC)) {
            return 0;
        }
        byte[] asOurs = array.clone();
        INT.set(asOurs, 8, VERSION);
        return readSegmentHeader(asOurs, segmentId) != null ? VERSION : i32(array, 8);
    }

    // ---- common to all the files ---------------------------------------------------------------------------------

    /** The masked CRC32C of bytes that belong to {@code offset} of file number {@code fileId}. */
    int crc(byte[] array, int at, int length, long fileId, long offset) {
        beginCrc();
        crc.update(array, at, length);
        return endCrc(fileId, offset);
    }

    // The same of bytes that lie in several places: begin, the pieces in order, end.

    void beginCrc() {
        crc.reset();
    }

    void addToCrc(byte[] array, int at, int length) {
        crc.update(array, at, length);
    }

    int endCrc(long fileId, long offset) {
        long mask = (logId + fileId * 0x9E3779B97F4A7C15L ^ offset) * 0xD6E8FEB86659FD93L;
        return (int) crc.getValue() ^ (int) (mask >>> 32);
    }

    static boolean startsWith(byte[] array, byte[] prefix) {
        return array.length >= prefix.length && Arrays.equals(array, 0, prefix.length, prefix, 0, prefix.length);
    }

    static int i32(byte[] array, int at) {
        return (int) INT.get(array, at);
    }

    static long i64(byte[] array, int at) {
        return (long) LONG.get(array, at);
    }
}
