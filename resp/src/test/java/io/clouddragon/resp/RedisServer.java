package io.clouddragon.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real redis-server of our own, on a free port, without a disk; and the simplest of clients for it. */
final class RedisServer implements AutoCloseable {
    private static final int SOCKET_TIMEOUT_MILLIS = 5_000;
    private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Process process;
    private final int port;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one; where there is no redis-server the test is skipped, except in continuous integration. */
    static RedisServer start(String... options) throws Exception {
        boolean present = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(directory -> new File(directory, "redis-server").canExecute());
        if ("true".equals(System.getenv("CI"))) {
            assertThat(present).as("redis-server is on the PATH").isTrue();
        }
        assumeTrue(present, "no redis-server on the PATH");
        int port = FreePorts.next();
        List<String> command =
                new ArrayList<>(List.of("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        RedisServer server = new RedisServer(process, port);
        server.awaitReady();
        return server;
    }

    Connection connect() throws IOException {
        return new Connection(port);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + START_TIMEOUT_NANOS;
        while (true) {
            try (Connection connection = connect()) {
                connection.send("PING\r\n");
                connection.reply();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    close();
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }

    /** Sends and receives Latin-1 text; knows RESP2. */
    static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        private Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(Streams.bytes(text));
        }

        /** Says that nothing more will be sent. */
        void finish() throws IOException {
            socket.shutdownOutput();
        }

        /** The reply to one command. */
        Object call(String... arguments) throws IOException {
            send(Streams.command(arguments));
            return reply();
        }

        /** Any reply: a String for a bulk, a list for an array, the line with its type for others, null at the end. */
        Object reply() throws IOException {
            String line = line();
            if (line == null) {
                return null;
            }
            switch (line.charAt(0)) {
                case '$' -> {
                    int length = Integer.parseInt(line.substring(1));
                    if (length < 0) {
                        return line;
                    }
                    String bulk = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
                    assertThat(line()).isEmpty();
                    return bulk;
                }
                case '*' -> {
                    List<Object> array = new ArrayList<>();
                    for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                        array.add(reply());
                    }
                    return array;
                }
                default -> {
                    return line;
                }
            }
        }

        /** Every byte until the server closes the connection. */
        String rest() throws IOException {
            return Streams.text(in.readAllBytes());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    return null;
                }
                line.append((char) b);
            }
            line.setLength(line.length() - 1);
            return line.toString();
        }
    }
}
