package io.clouddragon.server.pubsub;

import io.clouddragon.storage.bytes.Bytes;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one client is subscribed to, in order. Event loop only. */
public final class Subscriptions {
    private static final Set<Bytes> NONE = Set.of();

    private final PubSub pubsub;
    private final Subscriber subscriber;
    /** Null until the first subscription: most clients have none. */
    private Map<Topic, Set<Bytes>> names;

    public Subscriptions(PubSub pubsub, Subscriber subscriber) {
        this.pubsub = pubsub;
        this.subscriber = subscriber;
    }

    /** Nothing happens when there is such a subscription. */
    public void add(Topic topic, Bytes name) {
        if (of(topic).contains(name)) {
            return;
        }
        if (names == null) {
            names = new EnumMap<>(Topic.class);
        }
        Bytes owned = name.owned();
        names.computeIfAbsent(topic, absent -> new LinkedHashSet<>()).add(owned);
        pubsub.add(topic, owned, subscriber);
    }

    /** Nothing happens when there is no such subscription. */
    public void remove(Topic topic, Bytes name) {
        if (of(topic).contains(name)) {
            names.get(topic).remove(name);
            pubsub.remove(topic, name, subscriber);
        }
    }

    /** The connection has ended, or begins anew. */
    public void removeAll() {
        for (Topic topic : Topic.values()) {
            List.copyOf(of(topic)).forEach(name -> remove(topic, name));
        }
    }

    /** What it is subscribed to, a view. */
    public Set<Bytes> of(Topic topic) {
        return names == null ? NONE : names.getOrDefault(topic, NONE);
    }

    public int count(Topic topic) {
        return of(topic).size();
    }

    /** The number that confirmations tell: channels and patterns together, shard channels by themselves. */
    public int countedWith(Topic topic) {
        return topic == Topic.SHARD_CHANNEL ? count(topic) : count(Topic.CHANNEL) + count(Topic.PATTERN);
    }

    public boolean isEmpty() {
        return countedWith(Topic.CHANNEL) == 0 && count(Topic.SHARD_CHANNEL) == 0;
    }
}
