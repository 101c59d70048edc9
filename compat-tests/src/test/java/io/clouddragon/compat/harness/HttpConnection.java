package io.clouddragon.compat.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * A raw, blocking, kept-alive connection to the HTTP API. Trouble with the socket, a timeout (30 s by default) included, is
 * an {@link UncheckedIOException}. For one thread at a time.
 */
public final class HttpConnection implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Socket socket;
    private final InputStream in;

    private HttpConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * An answer.
     *
     * @param revision of the transaction, from the header {@code Dragon-Revision}; 0 when there was none
     */
    public record Answer(int status, String body, long revision) {
        /** Status and body, the form in which tests state what they expect. */
        @Override
        public String toString() {
            return body.isEmpty() ? Integer.toString(status) : status + " " + body;
        }
    }

    /** Connects to a port of the loopback address. */
    public static HttpConnection to(int port) {
        try {
            return new HttpConnection(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request and returns its answer. */
    public Answer post(String path, String body) {
        send(path, body);
        return read();
    }

    /** Asks for a page, as {@code /health}, and returns the answer. */
    public Answer get(String path) {
        try {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read();
    }

    /** Sends a request and does not wait for the answer. */
    public void send(String path, String body) {
        try {
            socket.getOutputStream().write(encode(path, body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A POST as it stands on the wire. */
    public static byte[] encode(String path, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length + "\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        return request.toByteArray();
    }

    /** The next answer. */
    public Answer read() {
        try {
            int status = Integer.parseInt(line().substring("HTTP/1.1 ".length()).substring(0, 3));
            int length = 0;
            long revision = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String name = header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT);
                String value = header.substring(name.length() + 1).strip();
                switch (name) {
                    case "content-length" -> length = Integer.parseInt(value);
                    case "dragon-revision" -> revision = Long.parseLong(value);
                    default -> {}
                }
            }
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("in a body");
            }
            return new Answer(status, new String(body, StandardCharsets.UTF_8), revision);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.US_ASCII).strip();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
