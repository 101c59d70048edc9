package io.clouddragon.storage.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * A file in mode {@link Disk.OpenMode#LOG} that is written past the page cache: a sixth less time for a small write that is
 * to be on disk when it returns (docs/decisions/direct-log-writes.md).
 *
 * <p>The kernel takes whole blocks only, from aligned memory. So a write takes with it what is before it in its first block,
 * which is remembered from the last one, and zeros up to the end of its last block. A block is written again by the next
 * write, with the same bytes in front, exactly as the page cache would do it: what is on disk already is not in danger.
 */
final class DirectFile implements DiskFile {
    private static final byte[] ZEROS = new byte[Disk.BLOCK_BYTES];
    private static final long UNKNOWN = -1;

    private final Path path;
    private final DiskFile cached;
    private final FileChannel channel;
    private final int blockBytes;

    /** What the block that {@link #end} is in holds before it. */
    private final byte[] tail;

    /** Where the last write ended; whoever writes elsewhere has to read first. */
    private long end = UNKNOWN;

    private DirectFile(Path path, DiskFile cached, FileChannel channel, int blockBytes) {
        this.path = path;
        this.cached = cached;
        this.channel = channel;
        this.blockBytes = blockBytes;
        tail = new byte[blockBytes];
    }

    /**
     * Opens an existing file once more.
     *
     * @param cached the same file, for everything but writes; closed with this one
     * @param block bytes of a block of the file's system
     * @return null when the file system does not offer it
     */
    static DirectFile open(Path path, DiskFile cached, long block) throws IOException {
        FileChannel channel = channel(path, block, StandardOpenOption.DSYNC);
        if (channel == null) {
            return null;
        }
        DirectFile file = new DirectFile(path, cached, channel, (int) block);
        try {
            // Some take the option and refuse its use.
            file.readBlock(0);
        } catch (IOException e) {
            channel.close();
            return null;
        }
        return file;
    }

    /**
     * An existing file, past the page cache.
     *
     * @param block bytes of a block of the file's system
     * @return null when the file system does not offer it
     */
    static FileChannel channel(Path path, long block, OpenOption... more) throws IOException {
        if (block <= 0 || block > Disk.BLOCK_BYTES || Long.bitCount(block) != 1) {
            return null;
        }
        Set<OpenOption> options = new HashSet<>(Set.of(more));
        try {
            options.addAll(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, direct()));
            return FileChannel.open(path, options);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    @Override
    public synchronized void write(byte[] from, int offset, int length, long at) throws IOException {
        int done = 0;
        try {
            while (done < length) {
                done += writePiece(from, offset + done, length - done, at + done);
            }
        } catch (IOException e) {
            throw NioDisk.named(path, e);
        }
    }

    /** Writes as much as goes into the thread's buffer. */
    private int writePiece(byte[] from, int offset, int length, long at) throws IOException {
        ByteBuffer piece = NioDisk.piece();
        int before = (int) (at & blockBytes - 1);
        int count = Math.min(length, piece.capacity() - before);
        fill(piece, from, offset, count, at);
        for (long position = at - before; piece.hasRemaining(); ) {
            position += channel.write(piece, position);
        }
        end = at + count;
        return count;
    }

    /** Puts whole blocks into the piece, with what is before in the first; until they are written the end is unknown. */
    private void fill(ByteBuffer piece, byte[] from, int offset, int count, long at) throws IOException {
        int before = (int) (at & blockBytes - 1);
        if (at != end && before > 0) {
            readBlock(at - before);
        }
        end = UNKNOWN;
        piece.clear().put(tail, 0, before).put(from, offset, count);
        int filled = piece.position();
        int lastBlock = filled & -blockBytes;
        piece.get(lastBlock, tail, 0, filled - lastBlock);
        piece.put(ZEROS, 0, -filled & blockBytes - 1).flip();
    }

    private void readBlock(long at) throws IOException {
        ByteBuffer piece = NioDisk.piece().clear().limit(blockBytes);
        channel.read(piece, at);
        Arrays.fill(tail, (byte) 0);
        piece.flip().get(tail, 0, piece.limit());
    }

    @Override
    public int read(byte[] into, int offset, int length, long at) throws IOException {
        return cached.read(into, offset, length, at);
    }

    @Override
    public void force() throws IOException {
        cached.force();
    }

    @Override
    public long size() throws IOException {
        return cached.size();
    }

    @Override
    public synchronized void truncate(long size) throws IOException {
        end = UNKNOWN;
        cached.truncate(size);
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            channel.close();
        } finally {
            cached.close();
        }
    }

    /** {@code ExtendedOpenOption.DIRECT}, by name: later compilers warn of every mention of it. */
    private static OpenOption direct() throws IOException {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            throw new IOException("this Java cannot write past the page cache", e);
        }
    }
}
