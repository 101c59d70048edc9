package io.clouddragon.server.pubsub;

import io.clouddragon.server.config.KeyspaceEvents;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.KeyspaceListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the running transaction has published, in order: the messages of PUBLISH, and keyspace events. They leave when it
 * has committed, and reach nobody before what it did is durable; of a transaction that is taken back nothing is heard.
 *
 * <p>An event takes the two channels of Redis, {@code __keyspace@<db>__:<key>} with the event's name as the message and
 * {@code __keyevent@<db>__:<event>} with the key, as far as {@code notify-keyspace-events} says. Event loop only.
 */
public final class Outbox implements KeyspaceListener {
    private record Message(Topic topic, Bytes channel, Bytes content) {}

    private final PubSub pubsub;
    private final List<Message> messages = new ArrayList<>();
    /** Bit {@link KeyspaceEvent#ordinal}: events of the class are published. */
    private int classes;

    private boolean onKeyspace;
    private boolean onKeyevent;

    public Outbox(PubSub pubsub) {
        this.pubsub = pubsub;
    }

    /**
     * Which events are published from now on.
     *
     * @param events a set for {@link KeyspaceEvents#contains}
     */
    public void publishEvents(long events) {
        onKeyspace = KeyspaceEvents.contains(events, 'K');
        onKeyevent = KeyspaceEvents.contains(events, 'E');
        classes = 0;
        for (KeyspaceEvent type : KeyspaceEvent.values()) {
            if ((onKeyspace || onKeyevent) && KeyspaceEvents.contains(events, type.letter())) {
                classes |= 1 << type.ordinal();
            }
        }
    }

    /**
     * Publishes a message; within a transaction.
     *
     * @return how often it will be delivered
     */
    public int publish(Topic topic, Bytes channel, Bytes content) {
        int receivers = pubsub.receivers(topic, channel);
        if (receivers > 0) {
            messages.add(new Message(topic, channel.owned(), content.owned()));
        }
        return receivers;
    }

    @Override
    public void event(Database db, KeyspaceEvent type, String name, Bytes key) {
        if ((classes & 1 << type.ordinal()) != 0 && pubsub.hasListeners()) {
            if (onKeyspace) {
                publish(Topic.CHANNEL, channel("__keyspace@", db, key), Bytes.of(name));
            }
            if (onKeyevent) {
                publish(Topic.CHANNEL, channel("__keyevent@", db, Bytes.of(name)), key);
            }
        }
    }

    private static Bytes channel(String prefix, Database db, Bytes suffix) {
        byte[] before = (prefix + db.name() + "__:").getBytes(StandardCharsets.UTF_8);
        byte[] channel = Arrays.copyOf(before, before.length + suffix.length());
        suffix.copyTo(channel, before.length);
        return new Bytes(channel);
    }

    @Override
    public void committed(long dependency) {
        if (!messages.isEmpty()) {
            try {
                for (Message message : messages) {
                    pubsub.deliver(message.topic, message.channel, message.content, dependency);
                }
            } finally {
                messages.clear();
            }
        }
    }

    @Override
    public void rolledBack() {
        messages.clear();
    }
}
