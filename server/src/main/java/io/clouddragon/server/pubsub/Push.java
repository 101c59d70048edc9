package io.clouddragon.server.pubsub;

import io.clouddragon.resp.ReplyWriter;

/** What a message is made of, written in whichever version of RESP its receiver speaks. */
@FunctionalInterface
public interface Push {
    void write(ReplyWriter to);
}
