package io.clouddragon.compat.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What needs more memory than a small machine has fails by itself: the server goes on, and nothing of it was done. */
@Timeout(120)
class SmallHeapTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final int HUGE_MEBIBYTES = 200;

    @Test
    void aValueLargerThanTheHeapHarmsNobodyElse() {
        Target.requireDragon();
        try (DragonServer server = new DragonServer().heap("96m").start();
                RespConnection client = server.connect()) {
            for (int i = 1; i <= 3; i++) {
                assertThat(client.send("SETRANGE made 90000000 x").text())
                        .isEqualTo("OOM The command needs more memory than the server has.");
                assertThat(sendHuge(server)).isFalse();
                assertThat(client.send("EXISTS made sent").integer()).isZero();
                assertThat(client.send("INCR count").integer()).isEqualTo(i);
            }
            assertThat(server.output()).contains("not enough memory for the command");
            assertThat(server.terminate()).isZero();
        }
    }

    /** Whether the server took it to the end. */
    private static boolean sendHuge(DragonServer server) {
        String begin = "*3\r\n$3\r\nSET\r\n$4\r\nsent\r\n$" + (long) HUGE_MEBIBYTES * MEBIBYTE + "\r\n";
        try (RespConnection client = server.connect()) {
            client.writeRaw(begin.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < HUGE_MEBIBYTES; i++) {
                client.writeRaw(new byte[MEBIBYTE]);
            }
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
