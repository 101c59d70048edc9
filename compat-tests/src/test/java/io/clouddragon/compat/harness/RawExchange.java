package io.clouddragon.compat.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Bytes sent as they stand, and everything that came back: for input that is no well-formed command. */
public final class RawExchange {
    /** Written behind the answer when the server hung up. */
    public static final String CLOSED = "<closed>";

    private static final String LAST_WORD = "the-last-word";
    private static final String LAST_REPLY = "$" + LAST_WORD.length() + "\r\n" + LAST_WORD + "\r\n";

    private RawExchange() {}

    /**
     * Sends the input, and behind it an ECHO unless the input ends inside a line; reads up to the echo's reply (left out), the
     * end of the connection (then {@link #CLOSED} stands at the end), or silence for the given time, which is what an incomplete
     * frame gets.
     *
     * @return one character per byte
     */
    public static String of(int port, String input, Duration silence) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) silence.toMillis());
            send(socket, bytes(input));
            if (input.endsWith("\n")) {
                send(socket, RespConnection.encode(bytes("ECHO"), bytes(LAST_WORD)));
            }
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                answer.write(b);
                String text = answer.toString(StandardCharsets.ISO_8859_1);
                if (text.endsWith(LAST_REPLY)) {
                    return text.substring(0, text.length() - LAST_REPLY.length());
                }
            }
            return answer.toString(StandardCharsets.ISO_8859_1) + CLOSED;
        } catch (SocketTimeoutException e) {
            return answer.toString(StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            // A reset instead of an end: the server closed with some of the input unread.
            return answer.toString(StandardCharsets.ISO_8859_1) + CLOSED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            // Closed already; the answer that came before is still to be read.
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
