package io.clouddragon.server.net;

import io.clouddragon.storage.log.AsyncFiles;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files written through the ring by which the event loop serves its sockets: a write is handed to the kernel with the call
 * that waits for the next events anyway, and its completion is one of them.
 *
 * <p>Numbers of operations and flags are those of {@code linux/io_uring.h} and {@code asm-generic/fcntl.h}.
 */
final class RingFiles implements AsyncFiles, IoUringIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(RingFiles.class);

    private static final byte IORING_OP_OPENAT = 18;
    private static final byte IORING_OP_WRITE = 23;
    private static final int AT_FDCWD = -100;
    private static final int O_WRONLY = 1;
    private static final int O_DSYNC = 0x1000;
    private static final int O_CLOEXEC = 0x80000;

    private final IoEventLoop loop;
    private final SocketReader reader;
    private final int direct;
    private final IoRegistration registration;
    /** By what comes back with a completion. */
    private final IntObjectMap<RingFile> files = new IntObjectHashMap<>();

    private short lastId;

    private RingFiles(IoEventLoop loop, SocketReader reader, int direct) {
        this.loop = loop;
        this.reader = reader;
        this.direct = direct;
        registration = loop.register(this).syncUninterruptibly().getNow();
    }

    /**
     * Not on the event loop.
     *
     * @param loop an event loop on io_uring
     * @return null where the flag for direct writes is not known
     */
    static RingFiles of(IoEventLoop loop, SocketReader reader) {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "riscv64" -> new RingFiles(loop, reader, 0x4000);
            case "aarch64" -> new RingFiles(loop, reader, 0x10000);
            default -> null;
        };
    }

    @Override
    public void open(Path path, Consumer<AsyncFile> opened) {
        do {
            lastId = (short) (lastId + 1 & Short.MAX_VALUE);
        } while (files.containsKey(lastId));
        RingFile file = new RingFile(lastId, path, opened);
        files.put(lastId, file);
        file.open();
    }

    @Override
    public void poll() {
        reader.run();
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        RingFile file = files.get((int) completion.userData());
        if (completion.opcode() == IORING_OP_OPENAT) {
            file.opened(completion.res());
        } else {
            file.written(completion.res());
        }
    }

    private void submit(byte operation, short id, int fd, long at, ByteBuffer memory, int bytes, int flags) {
        long address = PlatformDependent.directBufferAddress(memory) + memory.position();
        registration.submit(new IoUringIoOps(
                operation, (byte) 0, (short) 0, fd, at, address, bytes, flags, (long) id, (short) 0, (short) 0, 0, 0));
    }

    /** The event loop ends: the files have been closed by then. */
    @Override
    public void close() {
        registration.cancel();
    }

    /** Event loop, but for {@link #close}. */
    private final class RingFile implements AsyncFile {
        private final short id;
        private final Path path;
        private final ByteBuffer name;
        private final Consumer<AsyncFile> whenOpened;
        private FileDescriptor descriptor;
        /** Of the write under way; null when there is none. */
        private Completion completion;
        /** What is being written: the kernel reads it until the completion. */
        private ByteBuffer writing;

        private boolean closing;

        RingFile(short id, Path path, Consumer<AsyncFile> whenOpened) {
            this.id = id;
            this.path = path;
            this.whenOpened = whenOpened;
            byte[] text = path.toString().getBytes(StandardCharsets.UTF_8);
            name = ByteBuffer.allocateDirect(text.length + 1)
                    .put(text)
                    .put((byte) 0)
                    .flip();
        }

        void open() {
            submit(IORING_OP_OPENAT, id, AT_FDCWD, 0, name, 0, O_WRONLY | O_DSYNC | direct | O_CLOEXEC);
        }

        void opened(int result) {
            if (result < 0) {
                LOG.debug("{} cannot be written apart: {}", path, text(result));
                files.remove(id);
                whenOpened.accept(null);
            } else {
                descriptor = new FileDescriptor(result);
                whenOpened.accept(this);
            }
        }

        @Override
        public void write(ByteBuffer from, long at, Completion told) {
            completion = told;
            writing = from;
            submit(IORING_OP_WRITE, id, descriptor.intValue(), at, from, from.remaining(), 0);
        }

        void written(int result) {
            Completion told = completion;
            int bytes = writing.remaining();
            completion = null;
            writing = null;
            if (closing) {
                closeNow();
            }
            if (result == bytes) {
                told.completed(null);
            } else {
                told.completed(new IOException(path + ": "
                        + (result < 0 ? text(result) : "only " + result + " of " + bytes + " bytes written")));
            }
        }

        private String text(int result) {
            return Errors.newIOException("write", result).getMessage();
        }

        @Override
        public void close() {
            if (loop.inEventLoop()) {
                closeUnlessWriting();
            } else {
                loop.execute(this::closeUnlessWriting);
            }
        }

        private void closeUnlessWriting() {
            closing = true;
            if (completion == null) {
                closeNow();
            }
        }

        private void closeNow() {
            files.remove(id);
            try {
                descriptor.close();
            } catch (IOException e) {
                LOG.warn("closing {}: {}", path, e.getMessage());
            }
        }
    }
}
