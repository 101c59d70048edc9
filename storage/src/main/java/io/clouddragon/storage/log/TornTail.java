package io.clouddragon.storage.log;

import io.clouddragon.storage.log.RecordFormat.Header;
import java.io.IOException;
import java.util.Arrays;

/**
 * What lies behind the last good record of a segment, and whether a crash explains it.
 *
 * <p>A crash in the middle of a write leaves some of the sectors that were being written as they were before, and a
 * segment is zeros, on disk, before it is used. So a torn write is known by two signs, and needs both:
 *
 * <ol>
 *   <li><b>Nothing later knows better.</b> Every record tells up to which offset the log was on disk when it was sealed.
 *       An intact record further on that puts this offset beyond the bad place proves that the bad place was on disk,
 *       hence perhaps acknowledged.
 *   <li><b>Zeros are missing bytes.</b> A whole sector's part of the record is zeros, or the file is zeros from
 *       somewhere inside the record to its end. Records begin and end with bytes that are never zero. Bytes that are
 *       wrong but not zero are damage, whoever did it.
 * </ol>
 *
 * <p>Only where both hold is the tail cut; everything else is refused. A value may have a sector of zeros of its own: then
 * the second sign says nothing, and any damage behind the record's header is cut until something later knows better.
 *
 * @param from where the next record would have begun
 * @param end behind the last byte that is not zero; equal to {@code from} when the log simply ends here
 * @param refusal why this is not a torn write; null when it is one, or a clean end
 */
record TornTail(long from, long end, String refusal) {
    /** What a disk writes wholly or not at all, bytes. Larger units are made of these. */
    static final int SECTOR_BYTES = 512;

    private static final int CHUNK_BYTES = 1 << 16;
    private static final byte[] ZEROS = new byte[CHUNK_BYTES];

    /** @param from the reader's place, at which it has found no intact record; 0 when even the header is not intact */
    static TornTail judge(SegmentReader reader, long from) throws IOException {
        long end = from;
        Header later = new Header();
        for (long at = from; at < reader.size(); at += CHUNK_BYTES) {
            byte[] chunk = reader.copy(at, (int) Math.min(CHUNK_BYTES, reader.size() - at));
            int used = usedBytes(chunk);
            end = used == 0 ? end : at + used;
            for (int i = 0; i < used; i++) {
                boolean candidate = chunk[i] == RecordFormat.MAGIC && at + i > from;
                if (candidate && reader.headerAt(at + i, later) && later.synced > from) {
                    return new TornTail(
                            from,
                            end,
                            "the record is damaged, but the record at offset " + (at + i)
                                    + " shows that it had been on disk, and may have been acknowledged");
                }
            }
        }
        boolean torn = end == from || isTorn(reader, from, end);
        return new TornTail(
                from, end, torn ? null : "the record is damaged, and not as an interrupted write leaves it");
    }

    private static boolean isTorn(SegmentReader reader, long from, long end) throws IOException {
        Header header = new Header();
        long recordEnd;
        if (from == 0) {
            recordEnd = RecordFormat.SEGMENT_HEADER_BYTES;
        } else {
            boolean headerIntact = reader.headerAt(from, header);
            recordEnd = from + (headerIntact ? header.recordBytes() : RecordFormat.HEADER_BYTES);
        }
        return end < recordEnd || hasZeroSector(reader, from, recordEnd);
    }

    /** Whether the part of the range that lies in some one sector is all zeros. */
    private static boolean hasZeroSector(SegmentReader reader, long from, long to) throws IOException {
        long at = from;
        while (at < to) {
            byte[] chunk = reader.copy(at, (int) Math.min(CHUNK_BYTES - at % SECTOR_BYTES, to - at));
            for (int i = 0; i < chunk.length; ) {
                int part = (int) Math.min(SECTOR_BYTES - (at + i) % SECTOR_BYTES, chunk.length - i);
                if (Arrays.equals(chunk, i, i + part, ZEROS, 0, part)) {
                    return true;
                }
                i += part;
            }
            at += chunk.length;
        }
        return false;
    }

    /** Bytes of the chunk up to and with the last that is not zero. */
    private static int usedBytes(byte[] chunk) {
        if (Arrays.equals(chunk, 0, chunk.length, ZEROS, 0, chunk.length)) {
            return 0;
        }
        int used = chunk.length;
        while (chunk[used - 1] == 0) {
            used--;
        }
        return used;
    }
}
