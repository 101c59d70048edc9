package io.clouddragon.compat.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CLIENT KILL, as who is killed sees it. */
class KilledClientsTest {
    private static final int TIMES = 50;

    @RegisterExtension
    static final BothServers servers = new BothServers();

    /** Clients look whether their connection has ended before they send: Redis.pm and connection pools do. */
    @ParameterizedTest
    @EnumSource(Target.class)
    void theConnectionHasEndedWhenTheReplyTellsSo(Target target) throws IOException {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), servers.of(target).port());
        try (RespConnection killer = servers.of(target).connect()) {
            for (int i = 0; i < TIMES; i++) {
                try (SocketChannel killed = SocketChannel.open(address)) {
                    killed.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
                    assertThat(killed.read(ByteBuffer.allocate(100))).isEqualTo("+PONG\r\n".length());
                    assertThat(killer.send("CLIENT KILL LADDR 127.0.0.1:" + address.getPort() + " SKIPME yes")
                                    .integer())
                            .isEqualTo(1);
                    killed.configureBlocking(false);
                    assertThat(killed.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
        }
    }
}
