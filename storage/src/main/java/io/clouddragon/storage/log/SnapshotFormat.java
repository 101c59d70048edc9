package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.log.Disk.OpenMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of a snapshot, version 1, writing and reading side by side. Numbers are little-endian.
 *
 * <pre>
 * file:     header | block | block | … | footer
 *
 * header:   0        8         12       20              28    32
 *           | magic  | version | log id | base revision | crc |
 *
 * block:    0             4       8            12    16
 *           | length &gt; 0  | items | items' crc | crc | items …
 *
 * item:     | length | bytes |
 *
 * footer:   0             4                   12             20    24
 *           | 0           | items in the file | end revision | crc |
 * </pre>
 *
 * <p>Checksums are masked as in {@link RecordFormat}, with the base revision as the file's number and the offset in the
 * file, so that a block in another's place is noticed; each covers what is before it in its part. The footer's counts,
 * and that nothing follows it, show that the file is whole.
 */
final class SnapshotFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 32;
    static final int BLOCK_HEADER_BYTES = 16;
    static final int ITEM_HEADER_BYTES = 4;
    static final int FOOTER_BYTES = 24;

    private static final byte[] MAGIC = "DRAGNSNP".getBytes(StandardCharsets.US_ASCII);
    private static final String PREFIX = "snapshot-";
    private static final String SUFFIX = ".dat";
    private static final int DIGITS = 16;
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{" + DIGITS + ",18})" + Pattern.quote(SUFFIX));
    /** What is only checked is read in pieces of this size: a block may be as large as the largest value. */
    private static final int CHECK_BYTES = 1 << 20;

    static final String REPAIR = "log repair cannot mend a snapshot: restore a backup";

    private final long logId;
    private final long base;
    private final RecordFormat checksums;

    SnapshotFormat(long logId, long base) {
        this.logId = logId;
        this.base = base;
        checksums = new RecordFormat(logId);
    }

    static String name(long base) {
        return Manifest.fileName(PREFIX, DIGITS, base, SUFFIX);
    }

    /** Whether the name is a finished snapshot's; an operator's own files have others. */
    static boolean isName(String name) {
        return baseOf(name) >= 0;
    }

    /** The base revision in a snapshot's file name, -1 when the name is not a finished snapshot's. */
    static long baseOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    // ---- writing -------------------------------------------------------------------------------------------------

    byte[] header() {
        ByteSink sink = new ByteSink(HEADER_BYTES);
        sink.raw(MAGIC, 0, MAGIC.length);
        sink.i32(VERSION);
        sink.i64(logId);
        sink.i64(base);
        sink.i32(checksums.crc(sink.array(), 0, sink.size(), base, 0));
        return sink.array();
    }

    /** Fills in the header of a block that is complete. */
    void sealBlock(SnapshotBlock block, long offset) throws IOException {
        ByteSink sink = block.own();
        sink.i32At(0, block.size() - BLOCK_HEADER_BYTES);
        sink.i32At(4, block.items());
        checksums.beginCrc();
        block.forEachPiece(BLOCK_HEADER_BYTES, checksums::addToCrc);
        sink.i32At(8, checksums.endCrc(base, offset));
        sink.i32At(12, checksums.crc(sink.array(), 0, 12, base, offset));
    }

    byte[] footer(long items, long endRevision, long offset) {
        ByteSink sink = new ByteSink(FOOTER_BYTES);
        sink.i32(0);
        sink.i64(items);
        sink.i64(endRevision);
        sink.i32(checksums.crc(sink.array(), 0, sink.size(), base, offset));
        return sink.array();
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    /** Takes the items, in the order written. */
    interface Items {
        void item(ByteSource item);
    }

    /**
     * Reads the whole file and checks every byte of it.
     *
     * @return the end revision: the snapshot may have effects of records up to it
     */
    long read(Disk disk, String name, Items into) throws IOException {
        byte[][] block = {new byte[0]};
        return read(disk, name, (file, at, length, head) -> {
            block[0] = block[0].length < length ? new byte[length] : block[0];
            read(file, name, block[0], length, at + BLOCK_HEADER_BYTES);
            check(name, at, RecordFormat.i32(head, 8) == checksums.crc(block[0], 0, length, base, at));
            readItems(name, at, block[0], length, RecordFormat.i32(head, 4), into);
        });
    }

    /** Checks a file that was just written: that every byte of it can be read, and is as it was written. */
    void verify(Disk disk, String name) throws IOException {
        byte[] piece = new byte[CHECK_BYTES];
        read(disk, name, (file, at, length, head) -> {
            checksums.beginCrc();
            for (int done = 0; done < length; ) {
                int part = Math.min(CHECK_BYTES, length - done);
                read(file, name, piece, part, at + BLOCK_HEADER_BYTES + done);
                checksums.addToCrc(piece, 0, part);
                done += part;
            }
            check(name, at, RecordFormat.i32(head, 8) == checksums.endCrc(base, at));
        });
    }

    /** Reads and checks what follows the header of a block that begins at {@code at}. */
    private interface Block {
        void read(DiskFile file, long at, int length, byte[] head) throws IOException;
    }

    private long read(Disk disk, String name, Block blocks) throws IOException {
        try (DiskFile file = disk.open(name, OpenMode.READ)) {
            readHeader(file, name);
            long size = file.size();
            long at = HEADER_BYTES;
            long items = 0;
            byte[] head = new byte[FOOTER_BYTES];
            while (true) {
                read(file, name, head, BLOCK_HEADER_BYTES, at);
                int length = RecordFormat.i32(head, 0);
                if (length == 0) {
                    return readFooter(file, name, head, at, items);
                }
                check(name, at, RecordFormat.i32(head, 12) == checksums.crc(head, 0, 12, base, at));
                check(name, at, length > 0 && length <= size - at - BLOCK_HEADER_BYTES);
                blocks.read(file, at, length, head);
                items += RecordFormat.i32(head, 4);
                at += BLOCK_HEADER_BYTES + (long) length;
            }
        }
    }

    private void readHeader(DiskFile file, String name) throws IOException {
        byte[] head = new byte[HEADER_BYTES];
        read(file, name, head, HEADER_BYTES, 0);
        byte[] expected = header();
        int version = RecordFormat.i32(head, MAGIC.length);
        // Where all else is as in this version, the field is what is damaged.
        int behind = MAGIC.length + Integer.BYTES;
        boolean otherwiseOurs = Arrays.equals(head, behind, HEADER_BYTES, expected, behind, HEADER_BYTES);
        if (RecordFormat.startsWith(head, MAGIC) && version > VERSION && !otherwiseOurs) {
            throw LogDamagedException.newerFormat(name, MAGIC.length, version, VERSION);
        }
        check(name, 0, Arrays.equals(head, expected));
    }

    private static void readItems(String name, long at, byte[] block, int length, int count, Items into)
            throws LogDamagedException {
        ByteSource item = new ByteSource();
        int from = 0;
        int items = 0;
        while (from < length) {
            check(name, at, length - from >= ITEM_HEADER_BYTES);
            int bytes = RecordFormat.i32(block, from);
            from += ITEM_HEADER_BYTES;
            check(name, at, bytes >= 0 && bytes <= length - from);
            item.set(block, from, bytes);
            into.item(item);
            from += bytes;
            items++;
        }
        check(name, at, items == count);
    }

    private long readFooter(DiskFile file, String name, byte[] head, long at, long items) throws IOException {
        read(file, name, head, FOOTER_BYTES, at);
        check(name, at, RecordFormat.i32(head, 20) == checksums.crc(head, 0, 20, base, at));
        check(name, at, RecordFormat.i64(head, 4) == items);
        check(name, at, file.size() == at + FOOTER_BYTES);
        return RecordFormat.i64(head, 12);
    }

    private static void read(DiskFile file, String name, byte[] into, int length, long at) throws IOException {
        check(name, at, file.read(into, 0, length, at) == length);
    }

    private static void check(String name, long at, boolean intact) throws LogDamagedException {
        if (!intact) {
            throw new LogDamagedException(name, at, "the snapshot is damaged", REPAIR);
        }
    }
}
