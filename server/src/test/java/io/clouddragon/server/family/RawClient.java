package io.clouddragon.server.family;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A socket that sends commands as lines and reads replies as they come: {@code +OK}, {@code -ERR …}, {@code :1}, {@code (nil)},
 * a bulk string's text, {@code [a, b]} for aggregates, {@code <closed>} at the end of the connection.
 */
final class RawClient implements AutoCloseable {
    static final String CLOSED = "<closed>";
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    RawClient(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends lines without waiting for replies. */
    RawClient send(String... lines) {
        try {
            socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sends one line and reads one reply. */
    String call(String line) {
        return send(line).reply();
    }

    /** Whether a reply, or the end, is there or comes within so many milliseconds. */
    boolean answersWithin(int millis) {
        try {
            socket.setSoTimeout(millis);
            in.mark(1);
            in.read();
            in.reset();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        } finally {
            try {
                socket.setSoTimeout(TIMEOUT_MILLIS);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    String reply() {
        try {
            return read();
        } catch (EOFException | SocketException e) {
            return CLOSED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read() throws IOException {
        String line = line();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '$', '=':
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    return "(nil)";
                }
                String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                in.readNBytes(2);
                return text;
            case '*', '~', '%':
                int size = Integer.parseInt(rest) * (line.charAt(0) == '%' ? 2 : 1);
                if (size < 0) {
                    return "(nil)";
                }
                StringBuilder elements = new StringBuilder("[");
                for (int i = 0; i < size; i++) {
                    elements.append(i == 0 ? "" : ", ").append(read());
                }
                return elements.append(']').toString();
            default:
                return line;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            line.append((char) b);
        }
        in.read();
        return line.toString();
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
