package io.clouddragon.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that knows what is on the platter and what is only in the cache, and can fail.
 *
 * <p>A file has two contents: what a reader sees, and what survives a power failure. A write goes to the first and waits,
 * sector by sector, until a force brings it to the second; a power failure lets any subset of the waiting sectors
 * survive. Names likewise: of the creates, renames and deletes since the last directory sync any subset survives. Every
 * change is one call, counted from 1; {@link #failFrom} makes calls fail.
 */
public final class MemoryDisk implements Disk {
    private static final int SECTOR = 512;
    private static final int BLOCK = 4096;
    private static final long UNLIMITED = 1L << 40;

    /** A create (nothing removed), rename or delete (nothing added) that has not been synced. */
    private record WaitingName(String removed, String added, Content content) {
        void applyTo(Map<String, Content> names) {
            if (removed != null) {
                names.remove(removed);
            }
            if (added != null) {
                names.put(added, content);
            }
        }
    }

    /** One sector as it was after a write that has not been forced. */
    private record WaitingSector(int index, byte[] content) {}

    private static final class Content {
        byte[] seen = new byte[0];
        byte[] safe = new byte[0];
        final List<WaitingSector> waiting = new ArrayList<>();

        Content copy(byte[] bytes) {
            Content copy = new Content();
            copy.seen = bytes.clone();
            copy.safe = bytes.clone();
            return copy;
        }
    }

    private final Map<String, Content> names = new TreeMap<>();
    private final List<WaitingName> waitingNames = new ArrayList<>();
    private Map<String, Content> safeNames = new TreeMap<>();
    private boolean locked;

    private long calls;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private boolean shortWrites;
    private long room = UNLIMITED;
    private boolean wasFull;
    private Runnable beforeDirectorySync = () -> {};

    // ---- what a test does ----------------------------------------------------------------------------------------

    /** Changes made so far, also those that failed. */
    public long calls() {
        return calls;
    }

    /** Calls {@code from} to {@code to}, counted from now, fail with EIO; a failed write has written any part. */
    public void failFrom(long from, long to, boolean withShortWrites) {
        failFrom = calls + from;
        failTo = to == Long.MAX_VALUE ? to : calls + to;
        shortWrites = withShortWrites;
    }

    /**
     * From now on so many bytes can be written. Each write takes room, also over what is there, as on a file system that
     * copies on write; the one that finds too little writes as much as goes in and fails with ENOSPC. What is deleted or cut
     * off is room again.
     */
    public synchronized void room(long bytes) {
        room = bytes;
    }

    /** Whether a write has found too little room. */
    public boolean wasFull() {
        return wasFull;
    }

    /** What to do whenever names are about to be made durable: up to then a power failure may take them. */
    public void beforeDirectorySync(Runnable task) {
        beforeDirectorySync = task;
    }

    /** No call fails any more, there is room, and nobody holds the lock: the process that failed has ended. */
    public void heal() {
        failFrom = Long.MAX_VALUE;
        room = UNLIMITED;
        locked = false;
    }

    /** As after kill -9: what had been written is there, whether forced or not. */
    public synchronized MemoryDisk afterKill() {
        MemoryDisk disk = new MemoryDisk();
        names.forEach((name, content) -> disk.names.put(name, content.copy(content.seen)));
        disk.safeNames = new TreeMap<>(disk.names);
        return disk;
    }

    /** As after a power failure: of what had not been forced, an arbitrary part is there. */
    public synchronized MemoryDisk afterPowerFailure(Random random) {
        MemoryDisk disk = new MemoryDisk();
        int oneIn = 1 + random.nextInt(12);
        Map<String, Content> survivors = new TreeMap<>(safeNames);
        for (WaitingName change : waitingNames) {
            if (random.nextInt(oneIn) == 0) {
                change.applyTo(survivors);
            }
        }
        survivors.forEach((name, content) -> {
            byte[] bytes = content.safe.clone();
            for (WaitingSector sector : content.waiting) {
                if (random.nextInt(oneIn) == 0) {
                    bytes = with(bytes, sector.content(), sector.content().length, (long) sector.index() * SECTOR);
                }
            }
            disk.names.put(name, content.copy(bytes));
        });
        disk.safeNames = new TreeMap<>(disk.names);
        return disk;
    }

    /** Written to a file and not yet forced, whole sectors. */
    public synchronized long unforcedBytes(String name) {
        return names.get(name).waiting.stream()
                .mapToLong(sector -> sector.content().length)
                .sum();
    }

    public synchronized byte[] bytes(String name) {
        return names.get(name).seen.clone();
    }

    /** Replaces or makes a file, durably. */
    public synchronized void put(String name, byte[] bytes) {
        names.put(name, new Content().copy(bytes));
        safeNames = new TreeMap<>(names);
        waitingNames.clear();
    }

    // ---- Disk ----------------------------------------------------------------------------------------------------

    @Override
    public synchronized List<String> list() {
        return new ArrayList<>(names.keySet());
    }

    @Override
    public synchronized DiskFile open(String name, OpenMode mode) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            if (mode == OpenMode.READ) {
                throw new NoSuchFileException(name);
            }
            call("create " + name);
            content = new Content();
            change(null, name, content);
        }
        File file = new File(name, content, mode);
        if (mode == OpenMode.BLOCKS) {
            file.truncate(0);
        }
        return file;
    }

    @Override
    public synchronized long size(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return content.seen.length;
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        call("rename " + from);
        Content content = names.get(from);
        if (content == null) {
            throw new NoSuchFileException(from);
        }
        change(from, to, content);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        shrink(content);
        call("delete " + name);
        givesRoom(content.seen.length);
        change(name, null, null);
    }

    /** Who crashes while it deletes a file leaves a part of it. */
    private void shrink(Content content) {
        int half = content.seen.length / 2;
        givesRoom(content.seen.length - half);
        content.seen = Arrays.copyOf(content.seen, half);
        content.safe = Arrays.copyOf(content.safe, Math.min(half, content.safe.length));
        content.waiting.clear();
    }

    @Override
    public synchronized void syncDirectory() throws IOException {
        beforeDirectorySync.run();
        call("sync of the directory");
        safeNames = new TreeMap<>(names);
        waitingNames.clear();
    }

    @Override
    public synchronized Closeable lock() throws IOException {
        if (locked) {
            throw new IOException("in use");
        }
        locked = true;
        return () -> locked = false;
    }

    @Override
    public synchronized long freeBytes() {
        return room;
    }

    private void givesRoom(long bytes) {
        room = Math.min(UNLIMITED, room + bytes);
    }

    private void change(String removed, String added, Content content) {
        WaitingName change = new WaitingName(removed, added, content);
        change.applyTo(names);
        waitingNames.add(change);
    }

    private void call(String what) throws IOException {
        calls++;
        if (calls >= failFrom && calls <= failTo) {
            throw new IOException(what + ": Input/output error");
        }
    }

    private static byte[] with(byte[] bytes, byte[] piece, int length, long at) {
        byte[] result = at + length > bytes.length ? Arrays.copyOf(bytes, (int) at + length) : bytes;
        System.arraycopy(piece, 0, result, (int) at, length);
        return result;
    }

    private final class File implements DiskFile {
        private final String name;
        private final Content content;
        private final OpenMode mode;

        File(String name, Content content, OpenMode mode) {
            this.name = name;
            this.content = content;
            this.mode = mode;
        }

        @Override
        public int read(byte[] into, int offset, int length, long at) {
            synchronized (MemoryDisk.this) {
                int count = (int) Math.max(0, Math.min(length, content.seen.length - at));
                System.arraycopy(content.seen, (int) Math.min(at, content.seen.length), into, offset, count);
                return count;
            }
        }

        @Override
        public void write(byte[] from, int offset, int length, long at) throws IOException {
            synchronized (MemoryDisk.this) {
                if (mode == OpenMode.BLOCKS && ((at | length) & BLOCK_BYTES - 1) != 0) {
                    throw new IllegalArgumentException(length + " bytes at " + at + " are no whole blocks");
                }
                byte[] piece = cache(from, offset, length, at);
                if (mode == OpenMode.WRITE_DSYNC || mode == OpenMode.LOG) {
                    settle(at, piece.length);
                }
            }
        }

        /** Brings a write to where readers see it. */
        private byte[] cache(byte[] from, int offset, int length, long at) throws IOException {
            byte[] piece = Arrays.copyOf(Arrays.copyOfRange(from, offset, offset + length), written(length, at));
            try {
                call("write to " + name);
            } catch (IOException e) {
                if (shortWrites) {
                    boolean whole = calls % 4 == 0;
                    long part = Math.floorMod(calls * 0x9E3779B97F4A7C15L >>> 8, piece.length + 1L);
                    apply(piece, whole ? piece.length : (int) part, at);
                }
                throw e;
            }
            if (piece.length > room) {
                apply(piece, (int) room, at);
                room = 0;
                wasFull = true;
                throw new IOException("write to " + name + ": No space left on device");
            }
            room -= piece.length;
            apply(piece, piece.length, at);
            return piece;
        }

        /** In mode LOG with the zeros up to the end of the last block: as much as is allowed. */
        private int written(int length, long at) {
            return mode == OpenMode.LOG ? (int) ((at + length + BLOCK - 1) / BLOCK * BLOCK - at) : length;
        }

        private void apply(byte[] piece, int length, long at) {
            content.seen = with(content.seen, piece, length, at);
            for (int sector = (int) (at / SECTOR); (long) sector * SECTOR < at + length; sector++) {
                int end = Math.min((sector + 1) * SECTOR, content.seen.length);
                byte[] whole = Arrays.copyOfRange(content.seen, sector * SECTOR, end);
                content.waiting.add(new WaitingSector(sector, whole));
            }
        }

        /** A DSYNC write leaves the file's other sectors waiting. */
        private void settle(long at, int length) {
            int from = (int) (at / SECTOR);
            int to = (int) ((at + length + SECTOR - 1) / SECTOR);
            for (WaitingSector sector : content.waiting) {
                if (sector.index() >= from && sector.index() < to) {
                    content.safe = with(
                            content.safe, sector.content(), sector.content().length, (long) sector.index() * SECTOR);
                }
            }
            content.waiting.removeIf(sector -> sector.index() >= from && sector.index() < to);
        }

        @Override
        public void force() throws IOException {
            synchronized (MemoryDisk.this) {
                call("force of " + name);
                settle(0, content.seen.length);
            }
        }

        @Override
        public long size() {
            synchronized (MemoryDisk.this) {
                return content.seen.length;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (MemoryDisk.this) {
                call("truncate of " + name);
                givesRoom(Math.max(0, content.seen.length - size));
                content.seen = Arrays.copyOf(content.seen, (int) Math.min(size, content.seen.length));
                content.safe = Arrays.copyOf(content.safe, (int) Math.min(size, content.safe.length));
                content.waiting.clear();
            }
        }

        @Override
        public void close() {}
    }
}
