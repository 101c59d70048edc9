package io.clouddragon.server.pubsub;

/** Who can be sent a message that answers no request. Event loop only. */
public interface Subscriber {
    /** The version of RESP in which it wants its messages. */
    int protocol();

    /** Whether it has subscribed to anything: then, in RESP2 too, it expects messages. */
    boolean isSubscribed();

    /**
     * Sends an encoded message behind what was written to it before, once {@code revision} is durable. While the receiver
     * executes a command, the message comes after the reply.
     *
     * @param message whoever keeps it retains it
     */
    void deliver(SharedMessage message, long revision);
}
