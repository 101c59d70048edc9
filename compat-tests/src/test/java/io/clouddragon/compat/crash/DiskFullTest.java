package io.clouddragon.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a small file system in memory is mounted for the data directory, which takes root. Where that is
 * not to be had the test is skipped, but not in CI.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DiskFullTest {
    private static final int DISK_MIB = 320;
    /** Something else that takes room, and may be deleted. */
    private static final int BALLAST_MIB = 100;
    /** Then it takes all but this: less than the last reserve of 16 MiB, enough for a segment of the log. */
    private static final int LEFT_MIB = 10;

    private static final byte[] MIB = new byte[1 << 20];
    private static final String SET_K = "{\"KVSet\": {\"Key\": \"k\", \"Value\": \"v\"}}";
    private static final Duration MOUNT_LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path mount;

    private boolean mounted;

    @BeforeEach
    void mount() throws IOException {
        Target.requireDragon();
        var finished = Tools.run(
                new byte[0],
                MOUNT_LIMIT,
                List.of(
                        Tools.require("mount").toString(),
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=" + DISK_MIB + "m",
                        "tmpfs",
                        mount.toString()));
        mounted = finished.status() == 0;
        if ("true".equals(System.getenv("CI"))) {
            assertThat(mounted).as("CI mounts, as root: %s", finished.output()).isTrue();
        }
        Assumptions.assumeTrue(mounted, "cannot mount: " + finished.output());
    }

    @AfterEach
    void unmount() throws IOException {
        if (mounted) {
            Tools.run(new byte[0], MOUNT_LIMIT, List.of(Tools.require("umount").toString(), mount.toString()));
        }
    }

    /** With room in memory for all that the disk takes. */
    private DragonServer server() {
        return new DragonServer()
                .heap("512m")
                .dir(mount.resolve("data"))
                .with("--segment-size", "4mb", "--auto-aof-rewrite-percentage", "0");
    }

    private void takeRoom(String name, int mib) throws IOException {
        try (var out = Files.newOutputStream(mount.resolve(name))) {
            for (int i = 0; i < mib; i++) {
                out.write(MIB);
            }
        }
    }

    @Test
    void writesAreRefusedBeforeTheDiskIsFullAndTakenOnceThereIsRoom() throws Exception {
        takeRoom("ballast", BALLAST_MIB);
        try (DragonServer server = server().start()) {
            int acknowledged = 0;
            try (RespConnection client = server.connect();
                    RespConnection queued = server.connect();
                    HttpConnection http = HttpConnection.to(server.httpPort())) {
                client.send("SET gone v");
                queued.send("MULTI");
                assertThat(queued.send("SET queued v")).hasToString("QUEUED");
                RespValue reply = set(client, 0);
                while (!reply.isError()) {
                    acknowledged++;
                    assertThat(acknowledged).as("MiB taken").isLessThan(DISK_MIB);
                    reply = set(client, acknowledged);
                }
                assertThat(reply.text()).startsWith("MISCONF The disk is nearly full");
                assertThat(queued.send("EXEC").text())
                        .startsWith("EXECABORT Transaction discarded because of: MISCONF The disk is nearly full");
                assertThat(client.send("GET key:0").text()).hasSize(MIB.length);
                assertThat(client.send("DEL gone").integer())
                        .as("a delete needs next to no room")
                        .isEqualTo(1);
                assertThat(http.post("/db/0", SET_K).status()).isEqualTo(503);
                assertThat(http.post("/db/0", "{\"KVSet\": {\"Key\": \"absent\", \"Delete\": true}}")
                                .status())
                        .isEqualTo(200);

                // How much was left when the refusal came depends on how quick the client was.
                long free = Files.getFileStore(mount).getUsableSpace() >> 20;
                takeRoom("more", (int) Math.max(0, free - LEFT_MIB));
                until(
                        "below the last reserve deletes are refused, too",
                        () -> client.send("DEL absent").isError());
                assertThat(client.send("DEL key:0").text()).startsWith("MISCONF");
                assertThat(client.send("GET key:0").text()).hasSize(MIB.length);

                Files.delete(mount.resolve("more"));
                Files.delete(mount.resolve("ballast"));
                until("writes are taken again", () -> !client.send("SET k v").isError());
                assertThat(http.post("/db/0", SET_K).status()).isEqualTo(200);
            }
            server.kill9();
            server.start();
            expectAll(server, 0, acknowledged);
            print("refused with room left, taken again once there was more", acknowledged);
        }
    }

    /** Somebody else takes all that is left, in one go, while a client writes: now a write may really fail. */
    @Test
    void nothingAcknowledgedIsLostWhenTheDiskIsFullAllAtOnce() throws Exception {
        try (DragonServer server = server().start()) {
            int acknowledged = 0;
            Thread neighbour = new Thread(() -> {
                try {
                    takeRoom("everything", DISK_MIB);
                } catch (IOException full) {
                    // As intended.
                }
            });
            String end = "the connection broke";
            try (RespConnection client = server.connect()) {
                neighbour.start();
                RespValue reply = set(client, 0);
                while (!reply.isError()) {
                    acknowledged++;
                    assertThat(acknowledged).as("MiB taken").isLessThan(DISK_MIB);
                    reply = set(client, acknowledged);
                }
                assertThat(reply.text()).startsWith("MISCONF");
                end = reply.text();
            } catch (UncheckedIOException died) {
                assertThat(server.awaitExit()).isEqualTo(74);
            }
            neighbour.join();
            server.kill9();
            Files.delete(mount.resolve("everything"));
            server.start();
            expectAll(server, 0, acknowledged);
            print("full all at once (" + end + ")", acknowledged);
        }
    }

    private static void until(String what, BooleanSupplier reached) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static RespValue set(RespConnection client, int i) {
        return client.send(bytes("SET"), bytes("key:" + i), MIB);
    }

    private static void expectAll(DragonServer server, int from, int to) {
        try (RespConnection client = server.connect()) {
            for (int i = from; i < to; i++) {
                assertThat(client.send("STRLEN key:" + i).integer())
                        .as("key:" + i)
                        .isEqualTo(MIB.length);
            }
        }
    }

    private static void print(String what, int acknowledged) {
        System.out.printf("DiskFullTest: %s: %d writes of 1 MiB acknowledged, lost 0%n", what, acknowledged);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
