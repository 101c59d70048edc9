package io.clouddragon.storage.engine;

/** Replies that wait until what they tell is on disk: one connection's, in order. Engine thread only. */
public interface Held {
    /** The revision that must be durable before {@link #release}. Does not change while held. */
    long dependency();

    /** Durable: send. */
    void release();

    /** The log has failed and nothing is acknowledged any more: answer with an error and close. */
    void refuse(String reason);
}
