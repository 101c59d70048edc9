package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.log.Disk.OpenMode;
import io.clouddragon.storage.log.RecordFormat.Header;
import io.clouddragon.storage.log.RecordFormat.SegmentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads one segment record by record and stops at the first place that is not the next record of the chain. What that
 * place means is for {@link TornTail} to say. A file that is shorter than it was reads as if zeros followed.
 */
final class SegmentReader implements Closeable {
    private static final int WINDOW_BYTES = 1 << 20;

    final long id;
    final String name;
    private final RecordFormat format;
    private final DiskFile file;
    private final long size;

    private byte[] window;
    private long windowAt;
    private int windowLength;

    private final Header header = new Header();
    private final ByteSource payload = new ByteSource();
    private int payloadAt;
    private long at = RecordFormat.SEGMENT_HEADER_BYTES;
    private long synced;

    SegmentReader(Disk disk, long id, RecordFormat format) throws IOException {
        this.id = id;
        this.format = format;
        name = Segment.name(id);
        file = disk.open(name, OpenMode.READ);
        size = file.size();
        window = new byte[(int) Math.min(WINDOW_BYTES, Math.max(size, RecordFormat.SEGMENT_HEADER_BYTES))];
    }

    /** Null when the file does not begin with this segment's header. */
    SegmentHeader segmentHeader() throws IOException {
        return format.readSegmentHeader(firstBytes(), id);
    }

    /** See {@link RecordFormat#segmentVersion}. */
    int version() throws IOException {
        return format.segmentVersion(firstBytes(), id);
    }

    private byte[] firstBytes() throws IOException {
        int from = load(0, RecordFormat.SEGMENT_HEADER_BYTES);
        return Arrays.copyOfRange(window, from, from + RecordFormat.SEGMENT_HEADER_BYTES);
    }

    /**
     * Reads the record at {@link #at}: true when it is intact, for {@link #header} and {@link #payload} to tell. Does not
     * look at the chain.
     */
    boolean read() throws IOException {
        if (!headerAt(at, header) || at + header.recordBytes() > size) {
            return false;
        }
        int from = load(at, (int) header.recordBytes());
        if (!format.payloadIntact(window, from, id, at, header)) {
            return false;
        }
        payloadAt = from + RecordFormat.HEADER_BYTES;
        return true;
    }

    /** Goes on behind the record just read. */
    void advance() {
        synced = Math.max(synced, header.synced);
        at += header.recordBytes();
    }

    /** Whether an intact header is at {@code offset}. */
    boolean headerAt(long offset, Header into) throws IOException {
        int from = load(offset, RecordFormat.HEADER_BYTES);
        return format.readHeader(window, from, id, offset, into);
    }

    Header header() {
        return header;
    }

    /** From its beginning, each time it is asked for; valid until the next record is read. */
    ByteSource payload() {
        payload.set(window, payloadAt, header.length);
        return payload;
    }

    /** Where the next record is expected. */
    long at() {
        return at;
    }

    long size() {
        return size;
    }

    /** Up to here the segment is known, from the records read, to have been on disk. */
    long synced() {
        return synced;
    }

    /** The bytes from {@code offset} on, zeros where the file has ended. */
    byte[] copy(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.read(bytes, 0, length, offset);
        return bytes;
    }

    /** Loads {@code length} bytes from {@code offset} on and returns their place in the window. */
    private int load(long offset, int length) throws IOException {
        if (offset < windowAt || offset + length > windowAt + windowLength) {
            if (length > window.length || window.length > WINDOW_BYTES && length <= WINDOW_BYTES) {
                window = new byte[Math.max(length, WINDOW_BYTES)];
            }
            int count = file.read(window, 0, window.length, offset);
            Arrays.fill(window, count, window.length, (byte) 0);
            windowAt = offset;
            windowLength = window.length;
        }
        return (int) (offset - windowAt);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
