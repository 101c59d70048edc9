package io.clouddragon.compat.differential;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.TestServer;
import java.util.ArrayList;
import java.util.List;

/**
 * The keyspace events of one server, all classes, in order. Expiry is left out: when a server notices that a key has expired
 * is its own affair (the transcripts have it).
 */
final class EventLog implements AutoCloseable {
    private static final String MARK = "__keymark";

    private final RespConnection subscriber;
    private final RespConnection marker;

    EventLog(TestServer server) {
        marker = server.connect();
        marker.send("CONFIG SET notify-keyspace-events KEAnm");
        subscriber = server.connect();
        subscriber.send("PSUBSCRIBE __key*");
    }

    /** The events of what was answered since this was asked last: for each the channel and the message. */
    RespValue sinceLast() {
        marker.send("PUBLISH " + MARK + " x");
        List<RespValue> events = new ArrayList<>();
        for (RespValue message = subscriber.read(); !isMark(message); message = subscriber.read()) {
            if (!isExpiry(message)) {
                events.add(RespValue.of('*', List.of(message.item(2), message.item(3))));
            }
        }
        return RespValue.of('*', events);
    }

    private static boolean isMark(RespValue message) {
        return message.item(2).text().equals(MARK);
    }

    private static boolean isExpiry(RespValue message) {
        return message.item(2).text().endsWith("__:expired")
                || message.item(2).text().startsWith("__keyspace@")
                        && message.item(3).text().equals("expired");
    }

    @Override
    public void close() {
        subscriber.close();
        marker.close();
    }
}
