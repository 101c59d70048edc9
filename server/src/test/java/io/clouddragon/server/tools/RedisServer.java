package io.clouddragon.server.tools;

import io.clouddragon.resp.FreePorts;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A real redis-server on a free port, and a connection to it. */
final class RedisServer implements Closeable {
    private final Process process;
    private final InetSocketAddress address;
    private final RedisClient client;

    /** Skips the test on a developer's machine without redis-server; under CI that is a failure. */
    RedisServer(Path directory, String... options) throws IOException {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());
        List<String> command = new ArrayList<>(
                List.of("redis-server", "--port", "" + address.getPort(), "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of(options));
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Assumptions.assumeTrue(System.getenv("CI") != null, "no redis-server here");
            throw e;
        }
        client = Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(this::connect, connected -> true);
    }

    /** Fails while the server does not listen yet, or is loading. */
    private RedisClient connect() throws IOException {
        RedisClient connected = new RedisClient(address);
        try {
            connected.call("PING");
        } catch (IOException e) {
            if (e.getMessage().contains("LOADING")) {
                connected.close();
                throw e;
            }
            // It wants a password, which is an answer.
        }
        return connected;
    }

    String hostAndPort() {
        return "127.0.0.1:" + address.getPort();
    }

    RedisClient client() {
        return client;
    }

    Object call(String command) throws IOException {
        return client.call(command.split(" "));
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
