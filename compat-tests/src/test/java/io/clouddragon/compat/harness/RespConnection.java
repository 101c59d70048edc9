package io.clouddragon.compat.harness;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A raw, blocking connection: requests as bytes, replies as {@link RespValue}s, RESP2 until {@link #hello} says 3. Errors
 * are replies like any other. Trouble with the socket, a timeout (30 s by default) included, is an
 * {@link UncheckedIOException}. For one thread at a time.
 */
public final class RespConnection implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Socket socket;
    private final RespReader reader;
    private final OutputStream out;

    private RespConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        reader = new RespReader(socket.getInputStream());
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    /** Connects to a port of the loopback address. */
    public static RespConnection to(int port) {
        return unchecked(() -> new RespConnection(new Socket(InetAddress.getLoopbackAddress(), port)));
    }

    /** Sends a command written as in redis-cli, quotes and escapes included, and returns its reply. */
    public RespValue send(String line) {
        return send(RedisCli.split(line));
    }

    /** Sends a command and returns its reply. */
    public RespValue send(byte[]... arguments) {
        write(arguments);
        return read();
    }

    /** Sends all the lines at once, then reads as many replies. */
    public List<RespValue> pipeline(List<String> lines) {
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        lines.forEach(line -> requests.writeBytes(encode(RedisCli.split(line))));
        writeRaw(requests.toByteArray());
        List<RespValue> replies = new ArrayList<>();
        lines.forEach(line -> replies.add(read()));
        return replies;
    }

    /** Sends a command and does not wait for the reply. */
    public void write(byte[]... arguments) {
        writeRaw(encode(arguments));
    }

    /** Sends a command written as in redis-cli and does not wait for the reply. */
    public void write(String line) {
        write(RedisCli.split(line));
    }

    /** Sends bytes as they stand, in one write to the socket where they fit. */
    public void writeRaw(byte[] bytes) {
        unchecked(() -> {
            out.write(bytes);
            out.flush();
            return null;
        });
    }

    /** The next reply (or push message). */
    public RespValue read() {
        return unchecked(reader::read);
    }

    /** True when neither a byte nor the end arrives within the given time; what did arrive is still there to be read. */
    public boolean isSilentFor(Duration time) {
        return unchecked(() -> {
            socket.setSoTimeout((int) time.toMillis());
            try {
                reader.awaitByte();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout((int) TIMEOUT.toMillis());
            }
        });
    }

    /** Switches to RESP2 or RESP3. */
    public RespConnection hello(int protocol) {
        RespValue reply = send("HELLO " + protocol);
        if (reply.isError()) {
            throw new AssertionError("HELLO " + protocol + ": " + reply);
        }
        return this;
    }

    /** How long reads wait from now on. */
    public RespConnection timeout(Duration time) {
        unchecked(() -> {
            socket.setSoTimeout((int) time.toMillis());
            return null;
        });
        return this;
    }

    /** A command as an array of bulk strings. */
    public static byte[] encode(byte[]... arguments) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("*" + arguments.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] argument : arguments) {
            request.writeBytes(("$" + argument.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(argument);
            request.writeBytes(new byte[] {'\r', '\n'});
        }
        return request.toByteArray();
    }

    @Override
    public void close() {
        unchecked(() -> {
            socket.close();
            return null;
        });
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private static <T> T unchecked(Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
