package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.storage.log.Disk;
import io.clouddragon.storage.log.DiskFile;
import io.clouddragon.storage.log.NioDisk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes no more: nothing is acknowledged any more, and clients are told so. */
class FailedLogTest {
    private final AtomicBoolean broken = new AtomicBoolean();

    @Test
    void after_a_failed_write_every_answer_is_503(@TempDir Path directory) throws Exception {
        TestServer server = new TestServer(breakable(Disk.class, new NioDisk(directory)), HttpOptions.DEFAULT, true);
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

    /** A disk, or a file of it, that takes no more once it is {@link #broken}. */
    private <T> T breakable(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write") && broken.get()) {
                        throw new IOException("no space left");
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        return result instanceof DiskFile file ? breakable(DiskFile.class, file) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
