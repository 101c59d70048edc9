package io.clouddragon.storage.engine;

import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.DiskFile;
import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A real directory whose writes and syncs fail from {@link #breakDown} on, as those of a dying disk do; and which may be slow.
 */
final class BreakableDisk implements Disk {
    private final Disk real;
    private volatile boolean broken;
    private volatile long slowMillis;

    BreakableDisk(Path directory) throws IOException {
        real = new NioDisk(directory);
    }

    void breakDown() {
        broken = true;
    }

    /** Each write of the log takes so long from now on. */
    void slow(long millis) {
        slowMillis = millis;
    }

    private void pause() throws IOException {
        try {
            Thread.sleep(slowMillis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void mayFail() throws IOException {
        if (broken) {
            throw new IOException("Input/output error");
        }
    }

    @Override
    public List<String> list() throws IOException {
        return real.list();
    }

    @Override
    public DiskFile open(String name, OpenMode mode) throws IOException {
        DiskFile file = real.open(name, mode);
        return new DiskFile() {
            @Override
            public int read(byte[] into, int offset, int length, long at) throws IOException {
                return file.read(into, offset, length, at);
            }

            @Override
            public void write(byte[] from, int offset, int length, long at) throws IOException {
                if (mode == OpenMode.LOG) {
                    pause();
                }
                mayFail();
                file.write(from, offset, length, at);
            }

            @Override
            public void force() throws IOException {
                mayFail();
                file.force();
            }

            @Override
            public long size() throws IOException {
                return file.size();
            }

            @Override
            public void truncate(long size) throws IOException {
                file.truncate(size);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    @Override
    public long size(String name) throws IOException {
        return real.size(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        real.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        real.delete(name);
    }

    @Override
    public void syncDirectory() throws IOException {
        real.syncDirectory();
    }

    @Override
    public Closeable lock() throws IOException {
        return real.lock();
    }

    @Override
    public long freeBytes() throws IOException {
        return real.freeBytes();
    }
}
