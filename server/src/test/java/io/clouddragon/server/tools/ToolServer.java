package io.clouddragon.server.tools;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.Server;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/** Cloud Dragon on a free port, for tools that ask a running server. */
final class ToolServer implements AutoCloseable {
    private final Server server;
    private final InetSocketAddress address;

    ToolServer(Path directory) throws IOException {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());
        server = Server.start(Settings.of(Map.of(
                Setting.BIND, "127.0.0.1",
                Setting.PORT, Integer.toString(address.getPort()),
                Setting.HTTP_PORT, "0",
                Setting.DIR, directory.toString(),
                Setting.SEGMENT_SIZE, "1mb")));
    }

    RedisClient connect() throws IOException {
        return new RedisClient(address);
    }

    String hostAndPort() {
        return "127.0.0.1:" + address.getPort();
    }

    @Override
    public void close() {
        server.stop();
    }
}
