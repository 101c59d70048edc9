package io.clouddragon.server.config;

import io.clouddragon.resp.FreePorts;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A real redis-server on a free port, and one connection to it: the reference for CONFIG. */
final class RedisProcess implements Closeable {
    private final Process process;
    private final Socket socket;
    private final InputStream replies;

    private RedisProcess(Process process, Socket socket) throws IOException {
        this.process = process;
        this.socket = socket;
        this.replies = new BufferedInputStream(socket.getInputStream());
    }

    /** Skips the test on a developer's machine without redis-server; under CI that is a failure. */
    static RedisProcess start(Path directory) throws IOException {
        int port = FreePorts.next();
        Process process;
        try {
            process = new ProcessBuilder("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Assumptions.assumeTrue(System.getenv("CI") != null, "no redis-server here");
            throw e;
        }
        Socket socket = Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> new Socket(InetAddress.getLoopbackAddress(), port), Socket::isConnected);
        return new RedisProcess(process, socket);
    }

    /** @return a String without its type byte, or a List of such */
    Object call(List<String> command) throws IOException {
        StringBuilder request = new StringBuilder("*" + command.size() + "\r\n");
        for (String word : command) {
            int length = word.getBytes(StandardCharsets.UTF_8).length;
            request.append('$').append(length).append("\r\n").append(word).append("\r\n");
        }
        socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
        return reply();
    }

    private Object reply() throws IOException {
        String line = line();
        switch (line.charAt(0)) {
            case '*':
                List<Object> items = new ArrayList<>();
                for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                    items.add(reply());
                }
                return items;
            case '$':
                byte[] bulk = replies.readNBytes(Integer.parseInt(line.substring(1)));
                line();
                return new String(bulk, StandardCharsets.UTF_8);
            default:
                return line.substring(1);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = replies.read(); b != '\n'; b = replies.read()) {
            if (b < 0) {
                throw new IOException("redis-server hung up");
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.destroy();
    }
}
