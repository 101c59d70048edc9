package io.clouddragon.server.tools;

import io.clouddragon.resp.Integers;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A connection to a Redis server, in RESP2: commands are sent ahead, then their replies are read. One thread. */
final class RedisClient implements Closeable {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int BUFFER_BYTES = 1 << 16;

    /** An error that the server has replied. */
    record ErrorReply(String text) {}

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    RedisClient(InetSocketAddress address) throws IOException {
        try {
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
            out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
        }
    }

    /** Replies may take any time from now on. */
    void waitForEver() throws IOException {
        socket.setSoTimeout(0);
    }

    /** Sends a command, at the latest when a reply is read. */
    void send(byte[]... words) throws IOException {
        line('*', words.length);
        for (byte[] word : words) {
            line('$', word.length);
            out.write(word);
            out.write('\r');
            out.write('\n');
        }
    }

    void send(String... words) throws IOException {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        send(bytes);
    }

    private void line(char type, int number) throws IOException {
        out.write((type + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a command and returns its reply. */
    Object call(String... words) throws IOException {
        send(words);
        return receive();
    }

    /**
     * The reply to the oldest command that has none yet: byte[], Long, a List of such, or null.
     *
     * @throws IOException also when it is an error
     */
    Object receive() throws IOException {
        Object reply = receiveAny();
        if (reply instanceof ErrorReply error) {
            throw new IOException("Redis replied: " + error.text());
        }
        return reply;
    }

    /** As {@link #receive}, but an error comes as an {@link ErrorReply}. */
    Object receiveAny() throws IOException {
        out.flush();
        return read();
    }

    private Object read() throws IOException {
        byte[] line = readLine();
        if (line.length == 0) {
            throw new IOException("Redis sent an empty line");
        }
        switch (line[0]) {
            case '+':
                return Arrays.copyOfRange(line, 1, line.length);
            case '-':
                return new ErrorReply(new String(line, 1, line.length - 1, StandardCharsets.UTF_8));
            case ':':
                return number(line);
            case '$':
                return readBulk((int) number(line));
            case '*':
                return readArray((int) number(line));
            default:
                throw new IOException("Redis sent a reply of an unknown type: " + (char) line[0]);
        }
    }

    private byte[] readBulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.readNBytes(2).length < 2) {
            throw closed();
        }
        return bytes;
    }

    private List<Object> readArray(int count) throws IOException {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(read());
        }
        return items;
    }

    private static long number(byte[] line) throws IOException {
        if (!Integers.isLong(line, 1, line.length - 1)) {
            throw new IOException("Redis sent no number: " + new String(line, StandardCharsets.UTF_8));
        }
        return Integers.parseLong(line, 1, line.length - 1);
    }

    private byte[] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw closed();
            }
            line.write(b);
        }
        if (in.read() < 0) {
            throw closed();
        }
        return line.toByteArray();
    }

    private static EOFException closed() {
        return new EOFException("Redis has closed the connection");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
