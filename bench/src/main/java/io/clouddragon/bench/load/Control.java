package io.clouddragon.bench.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One blocking connection: a command, its reply. */
public final class Control implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    public Control(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The reply's text: a line without its type, or a bulk string. Of an array the length: its elements are {@link #next}. */
    public String ask(String... words) throws IOException {
        socket.getOutputStream().write(Requests.command(words).array());
        return next();
    }

    /** The next element or reply. */
    public String next() throws IOException {
        String line = line();
        return switch (line.charAt(0)) {
            case '-' -> throw UnknownCommandException.of(line);
            case '$' -> {
                int length = Integer.parseInt(line, 1, line.length(), 10);
                String bulk = new String(in.readNBytes(Math.max(0, length)), StandardCharsets.ISO_8859_1);
                if (length >= 0) {
                    line();
                }
                yield bulk;
            }
            default -> line.substring(1);
        };
    }

    /** A figure of INFO. */
    public long info(String section, String name) throws IOException {
        for (String line : ask("INFO", section).split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.substring(name.length() + 1));
            }
        }
        throw new IOException("INFO " + section + " has no " + name);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.append((char) next);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
