package io.clouddragon.storage.log;

import java.io.Closeable;
import java.io.IOException;

/** One open file of a {@link Disk}. Positions are bytes from the file's start. Safe to be called from several threads. */
public interface DiskFile extends Closeable {
    /**
     * Reads until {@code length} bytes are there or the file ends.
     *
     * @return the number of bytes read: less than {@code length} only at the file's end
     */
    int read(byte[] into, int offset, int length, long at) throws IOException;

    /** Writes all the bytes, or throws; after it has thrown, any part of them may be in the file. */
    void write(byte[] from, int offset, int length, long at) throws IOException;

    /** When this returns, everything that had been written before the call is on disk (fdatasync). */
    void force() throws IOException;

    long size() throws IOException;

    void truncate(long size) throws IOException;
}
