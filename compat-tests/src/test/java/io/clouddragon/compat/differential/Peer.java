package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.TestServer;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection of a differential run, made anew when the server closes it.
 *
 * <p>To learn what it has received, a PING is sent: what the server had to say before is ahead of its answer.
 */
final class Peer implements AutoCloseable {
    private static final byte[] PING = "PING".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MARK = "__peermark".getBytes(StandardCharsets.US_ASCII);
    private static final RespValue IS_MARK = RespValue.of('$', MARK);
    private static final RespValue CLOSED =
            RespValue.of('-', "(connection closed)".getBytes(StandardCharsets.US_ASCII));

    private final TestServer server;
    private final int protocol;
    private final int number;
    private final ClientIds ids;
    private RespConnection connection;

    Peer(TestServer server, int protocol, int number, ClientIds ids) {
        this.server = server;
        this.protocol = protocol;
        this.number = number;
        this.ids = ids;
        connect();
    }

    private void connect() {
        connection = server.connect().hello(protocol);
        ids.put(number, connection.send("CLIENT ID").integer());
    }

    private void reconnect() {
        connection.close();
        connect();
    }

    RespValue send(byte[][] argv) {
        try {
            return connection.send(argv);
        } catch (UncheckedIOException e) {
            reconnect();
            return CLOSED;
        }
    }

    /** Sends a command; what comes until there is nothing more. */
    List<RespValue> exchange(byte[][] argv) {
        List<RespValue> frames = new ArrayList<>();
        frames.add(send(argv));
        frames.addAll(received());
        return frames;
    }

    /** What has come since. */
    List<RespValue> received() {
        List<RespValue> frames = new ArrayList<>();
        try {
            connection.write(PING, MARK);
            for (RespValue frame = connection.read(); !isMark(frame); frame = connection.read()) {
                frames.add(frame);
            }
        } catch (UncheckedIOException e) {
            frames.add(CLOSED);
            reconnect();
        }
        return frames;
    }

    /** The answer to PING is an array where a RESP2 client is subscribed. */
    private static boolean isMark(RespValue frame) {
        return frame.equals(IS_MARK)
                || frame.marker() == '*'
                        && frame.items().size() == 2
                        && frame.item(1).equals(IS_MARK);
    }

    @Override
    public void close() {
        connection.close();
    }
}
