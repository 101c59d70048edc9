package io.clouddragon.storage.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Durable writes that go on while the thread that began them does other things: what io_uring offers and Java does not.
 * Everything is of one thread, the engine's, and nothing waits, where it is not said otherwise.
 */
public interface AsyncFiles {
    /** Told once, on the engine thread, how a write has ended. */
    @FunctionalInterface
    interface Completion {
        /** @param failure null when every byte is on disk */
        void completed(IOException failure);
    }

    /** One open file. */
    interface AsyncFile {
        /**
         * Begins a write past the page cache; one at a time.
         *
         * @param from direct memory that begins at a block and has whole blocks left; not to be touched before the completion
         */
        void write(ByteBuffer from, long at, Completion completion);

        /** What is being written goes on to its completion. Any thread. */
        void close();
    }

    /**
     * Opens an existing file, to be written past the page cache.
     *
     * @param opened told later: the file, or null when it cannot be written in this way
     */
    void open(Path path, Consumer<AsyncFile> opened);

    /** Tells completions that are there now. It may read sockets too, so it is only for tasks of the event loop. */
    void poll();
}
