package io.clouddragon.storage.engine;

import io.clouddragon.storage.log.AsyncFiles;
import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.DiskFile;
import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A real directory whose writes and syncs fail from {@link #breakDown} on, as those of a dying disk do; which may be slow, and
 * then writes the log without being waited for.
 */
final class BreakableDisk implements Disk {
    private final Disk real;
    private volatile boolean broken;
    private volatile Executor writesApart;
    private volatile long slowMillis;
    /** Ends the write that is under way; null while there is none. */
    private final AtomicReference<Runnable> ended = new AtomicReference<>();

    BreakableDisk(Path directory) throws IOException {
        real = new NioDisk(directory);
    }

    void breakDown() {
        broken = true;
    }

    /**
     * Each write of the log takes so long from now on.
     *
     * @param engineThread told completions of writes that it does not wait for
     */
    void slow(long millis, Executor engineThread) {
        slowMillis = millis;
        writesApart = engineThread;
    }

    @Override
    public void poll() {
        Runnable completion = ended.getAndSet(null);
        if (completion != null) {
            completion.run();
        }
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
            public boolean startWrite(byte[] from, int length, long at, AsyncFiles.Completion completion) {
                Executor engineThread = writesApart;
                if (engineThread == null || mode != OpenMode.LOG) {
                    return false;
                }
                new Thread(() -> {
                            IOException failure = null;
                            try {
                                write(from, 0, length, at);
                            } catch (IOException e) {
                                failure = e;
                            }
                            IOException cause = failure;
                            ended.set(() -> completion.completed(cause));
                            engineThread.execute(BreakableDisk.this::poll);
                        })
                        .start();
                return true;
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
