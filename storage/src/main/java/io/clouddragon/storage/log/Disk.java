package io.clouddragon.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The data directory: the only door between this package and real storage, so that a test can put a disk behind it that
 * loses, reorders and refuses. Names are plain file names; there are no subdirectories.
 *
 * <p>Nothing here retries and nothing here swallows: every error surfaces as an {@link IOException} whose message names
 * the file and carries the operating system's text. Safe to be called from several threads.
 */
public interface Disk {
    /** How a file is opened. */
    enum OpenMode {
        /** The file must exist. */
        READ,
        /** Reads and writes; created when absent; writes are on disk only after {@link DiskFile#force}. */
        WRITE,
        /** As {@link #WRITE}, but a write is on disk when it returns. */
        WRITE_DSYNC,
        /**
         * As {@link #WRITE_DSYNC}, for a file that has zeros only behind what is written: up to the end of its last block a
         * write may put zeros there again.
         */
        LOG,
        /**
         * To be filled anew, past the page cache where that can be: what was there is gone. Takes whole blocks only, of
         * {@link #BLOCK_BYTES} at multiples of it. On disk only after {@link DiskFile#force}.
         */
        BLOCKS
    }

    /** The unit in which a file in mode {@link OpenMode#BLOCKS} is written; no file system here has larger blocks. */
    int BLOCK_BYTES = 4096;

    /** The names of all files, in no particular order. */
    List<String> list() throws IOException;

    /** @throws java.nio.file.NoSuchFileException when opened for reading and absent */
    DiskFile open(String name, OpenMode mode) throws IOException;

    /** Length of a file in bytes. */
    long size(String name) throws IOException;

    /** Atomic; replaces a file of the new name. Durable only after {@link #syncDirectory}. */
    void rename(String from, String to) throws IOException;

    /** Durable only after {@link #syncDirectory}; after a crash before that the file may be there, shorter. */
    void delete(String name) throws IOException;

    /** When this returns, every create, rename and delete made so far survives a power failure. */
    void syncDirectory() throws IOException;

    /**
     * Takes the directory for this process until the result is closed.
     *
     * @throws IOException when it is taken already, by another process or by this one
     */
    Closeable lock() throws IOException;

    /** Bytes that this process may still write on the directory's file system. */
    long freeBytes() throws IOException;
}
