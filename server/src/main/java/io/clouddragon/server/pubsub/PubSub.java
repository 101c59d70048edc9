package io.clouddragon.server.pubsub;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who is subscribed to what, and the way of a message to them. A name that nobody is subscribed to takes no memory. Event
 * loop only.
 */
public final class PubSub {
    private final Map<Topic, Map<Bytes, Set<Subscriber>>> topics = new EnumMap<>(Topic.class);
    private final Fanout fanout = new Fanout();

    public PubSub() {
        for (Topic topic : Topic.values()) {
            topics.put(topic, new LinkedHashMap<>());
        }
    }

    /** @param name owned: it is kept */
    void add(Topic topic, Bytes name, Subscriber subscriber) {
        topics.get(topic).computeIfAbsent(name, absent -> new LinkedHashSet<>()).add(subscriber);
    }

    void remove(Topic topic, Bytes name, Subscriber subscriber) {
        Set<Subscriber> subscribers = topics.get(topic).get(name);
        subscribers.remove(subscriber);
        if (subscribers.isEmpty()) {
            topics.get(topic).remove(name);
        }
    }

    /** Names that somebody is subscribed to. */
    public Collection<Bytes> names(Topic topic) {
        return topics.get(topic).keySet();
    }

    /** How many are subscribed to a name. */
    public int subscribers(Topic topic, Bytes name) {
        Set<Subscriber> subscribers = topics.get(topic).get(name);
        return subscribers == null ? 0 : subscribers.size();
    }

    /** Whether a message on a channel of any name could be for anybody. */
    boolean hasListeners() {
        return !topics.get(Topic.CHANNEL).isEmpty()
                || !topics.get(Topic.PATTERN).isEmpty();
    }

    /** How often a message would be delivered; a client counts for each of its subscriptions that match. */
    int receivers(Topic topic, Bytes channel) {
        int receivers = subscribers(topic, channel);
        if (topic == Topic.CHANNEL) {
            for (Map.Entry<Bytes, Set<Subscriber>> pattern :
                    topics.get(Topic.PATTERN).entrySet()) {
                if (Glob.matches(pattern.getKey(), channel)) {
                    receivers += pattern.getValue().size();
                }
            }
        }
        return receivers;
    }

    /** Delivers a message, once {@code revision} is durable: first by name, then by pattern. */
    void deliver(Topic topic, Bytes channel, Bytes message, long revision) {
        Set<Subscriber> subscribers = topics.get(topic).get(channel);
        if (subscribers != null) {
            fanout.send(message(topic, channel, message), subscribers, revision);
        }
        if (topic == Topic.CHANNEL) {
            for (Map.Entry<Bytes, Set<Subscriber>> pattern :
                    topics.get(Topic.PATTERN).entrySet()) {
                if (Glob.matches(pattern.getKey(), channel)) {
                    fanout.send(patternMessage(pattern.getKey(), channel, message), pattern.getValue(), revision);
                }
            }
        }
    }

    private static Push message(Topic topic, Bytes channel, Bytes message) {
        return to -> {
            to.push(3);
            to.bulk(topic.message());
            to.bulk(channel.array(), channel.offset(), channel.length());
            to.bulk(message.array(), message.offset(), message.length());
        };
    }

    private static Push patternMessage(Bytes pattern, Bytes channel, Bytes message) {
        return to -> {
            to.push(4);
            to.bulk(Topic.PATTERN.message());
            to.bulk(pattern.array(), pattern.offset(), pattern.length());
            to.bulk(channel.array(), channel.offset(), channel.length());
            to.bulk(message.array(), message.offset(), message.length());
        };
    }
}
