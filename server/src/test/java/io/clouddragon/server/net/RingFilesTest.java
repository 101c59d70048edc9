package io.clouddragon.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clouddragon.server.config.Transport;
import io.clouddragon.storage.log.AsyncFiles;
import io.clouddragon.storage.log.AsyncFiles.AsyncFile;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real files, written by a real ring. */
@Timeout(30)
class RingFilesTest {
    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    private MultiThreadIoEventLoopGroup group;
    private AsyncFiles files;

    @BeforeEach
    void start() {
        assumeTrue(IoUring.isAvailable(), "no io_uring on this machine");
        EventLoops loops = EventLoops.of(Transport.IO_URING);
        SocketReader reader = loops.newReader();
        group = loops.newGroup(reader);
        files = loops.asyncFiles(group, reader);
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private AsyncFile open(Path path) {
        CompletableFuture<Optional<AsyncFile>> opened = new CompletableFuture<>();
        group.execute(() -> files.open(path, file -> opened.complete(Optional.ofNullable(file))));
        return opened.join().orElse(null);
    }

    private static ByteBuffer block(char content) {
        ByteBuffer memory =
                ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).slice(0, BLOCK);
        while (memory.hasRemaining()) {
            memory.put((byte) content);
        }
        return memory.flip();
    }

    /** @return how it failed; null when it did not */
    private IOException write(AsyncFile file, ByteBuffer from, long at, boolean closeMeanwhile) {
        CompletableFuture<Optional<IOException>> completed = new CompletableFuture<>();
        group.execute(() -> {
            file.write(from, at, failure -> completed.complete(Optional.ofNullable(failure)));
            if (closeMeanwhile) {
                file.close();
            }
        });
        return completed.join().orElse(null);
    }

    @Test
    void whatIsCompletedIsInTheFile() throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[3 * BLOCK]);
        AsyncFile file = open(path);
        assumeTrue(file != null, "no direct writes on this file system");
        assertThat(write(file, block('b'), BLOCK, false)).isNull();
        assertThat(write(file, block('c'), 2 * BLOCK, true)).isNull();
        String content = Files.readString(path);
        assertThat(content).isEqualTo("\0".repeat(BLOCK) + "b".repeat(BLOCK) + "c".repeat(BLOCK));
    }

    @Test
    void aFileThatIsNotThereCannotBeOpened() {
        assertThat(open(directory.resolve("nothing"))).isNull();
    }

    @Test
    void aWriteThatTheKernelRefusesTellsTheFileAndTheReason() throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[BLOCK]);
        AsyncFile file = open(path);
        assumeTrue(file != null, "no direct writes on this file system");
        ByteBuffer unaligned = block('a').position(1).slice();
        assertThat(write(file, unaligned, 0, false))
                .hasMessageContaining(path + ": ")
                .hasMessageContaining("Invalid");
    }
}
