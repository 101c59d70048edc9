package io.clouddragon.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory of the real file system. The directory is the owner's alone (0700), and so is every file (0600).
 *
 * <p>Writes go through one direct buffer per thread, in pieces of at most {@link #PIECE_BYTES}: the JDK would otherwise
 * copy through a temporary buffer as large as the write. A thread must not be interrupted while it is in here: the JDK
 * answers by closing the file, which the log takes for what it is, a failed disk.
 */
public final class NioDisk implements Disk {
    static final String LOCK = "LOCK";

    private static final int PIECE_BYTES = 4 << 20;

    /** Freed at once when a file is deleted. */
    private static final int FREE_BYTES = 1 << 20;

    private static final ThreadLocal<ByteBuffer> PIECE = ThreadLocal.withInitial(() -> aligned(PIECE_BYTES));

    /**
     * Directories locked by this process. A POSIX lock belongs to the process and goes when <em>any</em> channel on the
     * file is closed, so a second attempt must fail before it opens the lock file.
     */
    private static final Set<Path> LOCKED = new HashSet<>();

    private final Path directory;
    private final boolean posix;
    private final FileStore store;
    private final OpenOption dsync;

    private static ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect(bytes + BLOCK_BYTES)
                .alignedSlice(BLOCK_BYTES)
                .slice(0, bytes);
    }

    /** The calling thread's buffer: direct, aligned, {@value #PIECE_BYTES} bytes. */
    static ByteBuffer piece() {
        return PIECE.get();
    }

    /** Creates the directory (and those above it) when absent. */
    public NioDisk(Path directory) throws IOException {
        this(directory, StandardOpenOption.DSYNC);
    }

    /** @param dsync what is asked of the file system for {@link OpenMode#WRITE_DSYNC}; it need not know it */
    NioDisk(Path directory, OpenOption dsync) throws IOException {
        this.dsync = dsync;
        Path absolute = directory.toAbsolutePath().normalize();
        posix = hasPosixPermissions(absolute);
        if (!Files.isDirectory(absolute)) {
            create(absolute);
        }
        if (posix) {
            Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
        }
        this.directory = absolute.toRealPath();
        this.store = Files.getFileStore(this.directory);
    }

    private void create(Path absolute) throws IOException {
        if (Files.exists(absolute)) {
            throw new IOException(absolute + " is not a directory");
        }
        Path parent = absolute.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            create(parent);
        }
        Files.createDirectories(absolute, attributes("rwx------"));
        sync(parent);
    }

    private NioDisk(Path directory, boolean posix) throws IOException {
        this.dsync = StandardOpenOption.DSYNC;
        this.directory = directory;
        this.posix = posix;
        this.store = Files.getFileStore(directory);
    }

    /**
     * A directory that is there, whose permissions stay as they are: for tools that read.
     *
     * @throws IOException when it is no directory
     */
    public static NioDisk existing(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " is not a directory");
        }
        return new NioDisk(directory.toRealPath(), hasPosixPermissions(directory));
    }

    private static boolean hasPosixPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toList());
        }
    }

    @Override
    public DiskFile open(String name, OpenMode mode) throws IOException {
        Path path = directory.resolve(name);
        try {
            return switch (mode) {
                case READ -> new NioFile(path, FileChannel.open(path, StandardOpenOption.READ), false);
                case WRITE -> new NioFile(path, openForWriting(path, Set.of()), false);
                case WRITE_DSYNC -> openDsync(path);
                case LOG -> openLog(path);
                case BLOCKS -> openBlocks(path);
            };
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw named(path, e);
        }
    }

    private NioFile openDsync(Path path) throws IOException {
        try {
            return new NioFile(path, openForWriting(path, Set.of(dsync)), false);
        } catch (UnsupportedOperationException e) {
            return new NioFile(path, openForWriting(path, Set.of()), true);
        }
    }

    private DiskFile openLog(Path path) throws IOException {
        NioFile dsync = openDsync(path);
        try {
            DirectFile direct = DirectFile.open(path, dsync, store.getBlockSize());
            return direct == null ? dsync : direct;
        } catch (IOException e) {
            dsync.close();
            throw e;
        }
    }

    private DiskFile openBlocks(Path path) throws IOException {
        NioFile cached = new NioFile(path, openForWriting(path, Set.of()), false);
        try {
            cached.truncate(0);
            NioFile direct = openDirectBlocks(path);
            if (direct == null) {
                cached.truncate(0);
                return cached;
            }
            cached.close();
            return direct;
        } catch (IOException e) {
            cached.close();
            throw e;
        }
    }

    /** The empty file past the page cache; null where that cannot be: then a trial may have left something in it. */
    private NioFile openDirectBlocks(Path path) throws IOException {
        FileChannel channel = DirectFile.channel(path, store.getBlockSize());
        if (channel == null) {
            return null;
        }
        NioFile file = new NioFile(path, channel, false);
        try {
            // Some take the option and refuse its use.
            file.write(new byte[BLOCK_BYTES], 0, BLOCK_BYTES, 0);
            file.truncate(0);
            return file;
        } catch (IOException e) {
            file.close();
            return null;
        }
    }

    private FileChannel openForWriting(Path path, Set<OpenOption> more) throws IOException {
        Set<OpenOption> options = new HashSet<>(more);
        options.addAll(Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        return FileChannel.open(path, options, attributes("rw-------"));
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(directory.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Path path = directory.resolve(name);
        shrink(path);
        Files.delete(path);
    }

    /**
     * Piece by piece: a file system that discards what it frees (mount option {@code discard}) lets syncs wait meanwhile, 12
     * to 18 ms for a segment at once, 1 ms for a piece.
     */
    private static void shrink(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long size = channel.size() - FREE_BYTES; size > 0; size -= FREE_BYTES) {
                channel.truncate(size).force(true);
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw named(path, e);
        }
    }

    @Override
    public void syncDirectory() throws IOException {
        sync(directory);
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw named(directory, e);
        }
    }

    @Override
    public Closeable lock() throws IOException {
        synchronized (LOCKED) {
            if (!LOCKED.add(directory)) {
                throw new IOException(directory + " is in use by this process already");
            }
        }
        FileChannel channel = null;
        try {
            boolean mayWrite = Files.isWritable(directory);
            channel = openLock(mayWrite);
            // Shared where one can only read: a server that has the same files by another mount has the other kind.
            if (channel != null && channel.tryLock(0, Long.MAX_VALUE, !mayWrite) == null) {
                throw new IOException(directory + " is in use by another process");
            }
        } catch (IOException e) {
            unlock(channel);
            throw e;
        }
        FileChannel held = channel;
        return () -> unlock(held);
    }

    /** Null when there is none, and none can be made: no server has been here. */
    private FileChannel openLock(boolean mayWrite) throws IOException {
        Path path = directory.resolve(LOCK);
        if (mayWrite) {
            return openForWriting(path, Set.of());
        }
        return Files.exists(path) ? FileChannel.open(path, StandardOpenOption.READ) : null;
    }

    private void unlock(FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            synchronized (LOCKED) {
                LOCKED.remove(directory);
            }
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return store.getUsableSpace();
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private FileAttribute<?>[] attributes(String permissions) {
        if (!posix) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }

    static IOException named(Path path, IOException e) {
        return new IOException(path + ": " + e.getMessage(), e);
    }

    /** A file channel; {@code forceWrites} where the file system does not know the DSYNC option. */
    private record NioFile(Path path, FileChannel channel, boolean forceWrites) implements DiskFile {
        @Override
        public int read(byte[] into, int offset, int length, long at) throws IOException {
            ByteBuffer piece = piece();
            int done = 0;
            try {
                while (done < length) {
                    piece.clear().limit(Math.min(length - done, PIECE_BYTES));
                    int count = channel.read(piece, at + done);
                    if (count < 0) {
                        break;
                    }
                    piece.flip().get(into, offset + done, count);
                    done += count;
                }
            } catch (IOException e) {
                throw named(path, e);
            }
            return done;
        }

        @Override
        public void write(byte[] from, int offset, int length, long at) throws IOException {
            ByteBuffer piece = piece();
            int done = 0;
            try {
                while (done < length) {
                    int count = Math.min(length - done, PIECE_BYTES);
                    piece.clear().put(from, offset + done, count).flip();
                    while (piece.hasRemaining()) {
                        done += channel.write(piece, at + done);
                    }
                }
                if (forceWrites) {
                    channel.force(false);
                }
            } catch (IOException e) {
                throw named(path, e);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw named(path, e);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
