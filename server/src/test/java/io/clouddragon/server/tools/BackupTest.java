package io.clouddragon.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a running server, over a real socket, under load and while it compacts. */
@Timeout(120)
class BackupTest {
    private static final int BACKUPS = 8;

    @TempDir
    private Path temp;

    private ToolServer server;

    @BeforeEach
    void aServer() throws IOException {
        server = new ToolServer(temp.resolve("data"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aBackupUnderLoadHasEverythingAcknowledgedBeforeIt() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong acknowledged = new AtomicLong();
        Thread writer = new Thread(() -> write(stop, acknowledged));
        writer.start();
        try (RedisClient redis = server.connect()) {
            for (int i = 0; i < BACKUPS; i++) {
                while (acknowledged.get() < (i + 1) * 200) {
                    Thread.sleep(1);
                }
                if (i % 2 == 1) {
                    redis.call("BGREWRITEAOF");
                }
                long before = acknowledged.get();
                Path copy = temp.resolve("backup-" + i);
                ToolRun run = ToolRun.of("backup", copy, "--from", server.hostAndPort());
                long after = acknowledged.get() + 1;
                assertThat(run.status()).as(run.err()).isZero();
                assertThat(run.out()).contains("OK: intact");
                String counter = SampleData.contents(copy).get("0 KEYS \"counter\"");
                long value = Long.parseLong(counter.replaceFirst(".*\"(\\d+)\"$", "$1"));
                assertThat(value).isBetween(before, after);
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    private void write(AtomicBoolean stop, AtomicLong acknowledged) {
        try (RedisClient redis = server.connect()) {
            while (!stop.get()) {
                redis.call("SET", "key:" + acknowledged.get() % 1000, "x".repeat(2000));
                acknowledged.set((Long) redis.call("INCR", "counter"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsRestoredIsWhatWasBackedUpAndServes() throws IOException {
        try (RedisClient redis = server.connect()) {
            redis.call("SET", "a", "1");
            redis.call("BGREWRITEAOF");
            redis.call("SET", "b", "2", "PX", "1000000");
            redis.call("DRAGON.LOCK", "lock", "EX", "1000", "OWNER", "me");
        }
        Path copy = temp.resolve("backup");
        assertThat(ToolRun.of("backup", copy, "--from", server.hostAndPort()).status())
                .isZero();
        Path restored = temp.resolve("restored");
        ToolRun run = ToolRun.of("restore", copy, restored);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(ToolRun.of("log", "verify", restored).status()).isZero();
        assertThat(SampleData.contents(restored))
                .isEqualTo(SampleData.contents(copy))
                .hasSize(4);
        SampleData.change(restored, 0, engine -> assertThat(engine.revision()).isEqualTo(3));
        assertThat(SampleData.contents(restored).keySet())
                .isEqualTo(SampleData.contents(copy).keySet());
    }

    @Test
    void nothingThatIsThereIsTouched() throws IOException {
        Path there = Files.createDirectory(temp.resolve("there"));
        Path file = Files.writeString(there.resolve("file"), "mine");
        assertThat(ToolRun.of("backup", there, "--from", server.hostAndPort()).err())
                .contains("exists already");
        try (RedisClient redis = server.connect()) {
            for (String path : new String[] {
                there.toString(), "relative", temp.resolve("no/parent").toString(), "/"
            }) {
                redis.send("DRAGON.BACKUP", path);
                assertThat(redis.receiveAny())
                        .isEqualTo(new RedisClient.ErrorReply(
                                "ERR not the absolute path of a new directory in one that exists"));
            }
        }
        assertThat(ToolRun.of("restore", there, temp.resolve("x")).err()).contains("holds no log");
        ToolRun.of("backup", temp.resolve("backup"), "--from", server.hostAndPort());
        assertThat(ToolRun.of("restore", temp.resolve("backup"), there).err())
                .contains("is not empty, and holds no log");
        assertThat(ToolRun.of("restore", temp.resolve("backup"), temp.resolve("backup"))
                        .status())
                .isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo("mine");
        assertThat(ToolRun.of("log", "verify", temp.resolve("backup")).status()).isZero();
    }

    @Test
    void aDamagedBackupIsNotRestored() throws IOException {
        try (RedisClient redis = server.connect()) {
            redis.call("SET", "key", "findme");
            redis.call("SET", "key2", "value");
        }
        Path copy = temp.resolve("backup");
        ToolRun.of("backup", copy, "--from", server.hostAndPort());
        Path segment = copy.resolve("segment-0000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("findme")] ^= 1;
        Files.write(segment, bytes);
        ToolRun run = ToolRun.of("restore", copy, temp.resolve("restored"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("segment-0000000001.log at offset ");
        assertThat(Files.exists(temp.resolve("restored"))).isFalse();
    }

    @Test
    void aServersOwnDirectoryIsRefusedWhileItRuns() {
        assertThat(ToolRun.of("restore", temp.resolve("data"), temp.resolve("x"))
                        .err())
                .contains("is in use");
    }
}
