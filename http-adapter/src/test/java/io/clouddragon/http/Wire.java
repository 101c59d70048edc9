package io.clouddragon.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that speaks HTTP byte by byte, so that a test decides what is on the wire. */
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** What came back. */
    record Reply(int status, List<String> headers, String body) {
        /** A header's value; null when it is not there. */
        String header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ": ";
            for (String header : headers) {
                if (header.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                    return header.substring(prefix.length());
                }
            }
            return null;
        }

        long revision() {
            return Long.parseLong(header("Dragon-Revision"));
        }

        /** Status and body, the form in which tests state what they expect. */
        String text() {
            return body.isEmpty() ? "" + status : status + " " + body;
        }
    }

    static String request(String path, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n" + body;
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    Wire sendPost(String path, String body) throws IOException {
        return send(request(path, body));
    }

    Reply post(String path, String body) throws IOException {
        return sendPost(path, body).read();
    }

    Reply read() throws IOException {
        return read(false);
    }

    /** @param headOnly the reply has no body, whatever its length says */
    Reply read(boolean headOnly) throws IOException {
        int status = Integer.parseInt(line().substring(9, 12));
        List<String> headers = new ArrayList<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            headers.add(header);
        }
        Reply head = new Reply(status, headers, "");
        String length = head.header("Content-Length");
        if (length == null || headOnly) {
            return head;
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        return new Reply(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("closed after: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    /** Whether the server has closed, or does so in time. */
    boolean isClosedByServer() throws IOException {
        return in.read() < 0;
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset, as a crashed client's system does. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
