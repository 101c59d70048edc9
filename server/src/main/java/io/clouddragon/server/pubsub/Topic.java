package io.clouddragon.server.pubsub;

/** The three kinds of things that one can subscribe to, with the words of their messages. */
public enum Topic {
    CHANNEL("subscribe", "unsubscribe", "message"),
    /** A glob-style pattern of channels. */
    PATTERN("psubscribe", "punsubscribe", "pmessage"),
    /** A channel that in a cluster belongs to a slot. No pattern matches it. */
    SHARD_CHANNEL("ssubscribe", "sunsubscribe", "smessage");

    private final String subscribed;
    private final String unsubscribed;
    private final String message;

    Topic(String subscribed, String unsubscribed, String message) {
        this.subscribed = subscribed;
        this.unsubscribed = unsubscribed;
        this.message = message;
    }

    /** First word of the confirmation of a subscription. */
    public String subscribed() {
        return subscribed;
    }

    /** First word of the confirmation that one has ended. */
    public String unsubscribed() {
        return unsubscribed;
    }

    /** First word of what is published. */
    public String message() {
        return message;
    }
}
