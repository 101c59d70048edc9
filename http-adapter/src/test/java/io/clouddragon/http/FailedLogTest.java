package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.DiskFile;
import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes no more: nothing is acknowledged any more, and clients are told so. */
class FailedLogTest {
    private final AtomicBoolean broken = new AtomicBoolean();

    @Test
    void after_a_failed_write_every_answer_is_503(@TempDir Path directory) throws Exception {
        TestServer server = new TestServer(new BreakableDisk(new NioDisk(directory)), HttpOptions.DEFAULT, true);
        try (Wire writer = server.connect();
                Wire other = server.connect();
                Wire watcher = server.connect()) {
            assertThat(writer.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": 1}}")
                            .status())
                    .isEqualTo(200);
            assertThat(other.post("/db/dev", "{}").status()).isEqualTo(200);
            watcher.sendPost("/watch/dev", "{\"ID\": \"k\", \"Version\": 1}");
            while (server.parkedWaiters() == 0) {
                Thread.onSpinWait();
            }

            server.onLoop(() -> {
                // Else the mark that is made after a while may be the first that cannot be written.
                server.loop().engine().log().markIdle(server.loop().engine().engineMillis());
                broken.set(true);
                return null;
            });
            Wire.Reply refused = writer.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": 2}}");
            assertThat(refused.text())
                    .startsWith("503 {\"Code\": \"unavailable\"")
                    .contains("no space left");
            assertThat(writer.isClosedByServer()).isTrue();
            // The event must not be told either: it is not on disk.
            assertThat(watcher.read().status()).isEqualTo(503);

            assertThat(other.post("/db/dev", "{\"KVGet\": \"k\"}").text()).startsWith("503 ");
            assertThat(other.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .read()
                            .text())
                    .startsWith("503 {\"Code\": \"unavailable\"");
        } finally {
            assertThatThrownBy(server::close).hasMessageContaining("no space left");
        }
    }

    private final class BreakableDisk implements Disk {
        private final Disk disk;

        BreakableDisk(Disk disk) {
            this.disk = disk;
        }

        @Override
        public List<String> list() throws IOException {
            return disk.list();
        }

        @Override
        public DiskFile open(String name, OpenMode mode) throws IOException {
            return new BreakableFile(disk.open(name, mode));
        }

        @Override
        public long size(String name) throws IOException {
            return disk.size(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void syncDirectory() throws IOException {
            disk.syncDirectory();
        }

        @Override
        public Closeable lock() throws IOException {
            return disk.lock();
        }

        @Override
        public long freeBytes() throws IOException {
            return disk.freeBytes();
        }
    }

    private final class BreakableFile implements DiskFile {
        private final DiskFile file;

        BreakableFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(byte[] into, int offset, int length, long at) throws IOException {
            return file.read(into, offset, length, at);
        }

        @Override
        public void write(byte[] from, int offset, int length, long at) throws IOException {
            if (broken.get()) {
                throw new IOException("no space left");
            }
            file.write(from, offset, length, at);
        }

        @Override
        public void force() throws IOException {
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
    }
}
