package io.clouddragon.server.pubsub;

import io.clouddragon.resp.ReplyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Collection;

/**
 * Sends one message to many: it is encoded once for each version of RESP that one of them speaks, and all share the bytes.
 * Event loop only.
 */
public final class Fanout {
    private static final int RESP2 = 2;
    private static final int RESP3 = 3;

    private final ReplyWriter writer = new ReplyWriter();

    public void send(Push message, Subscriber receiver, long revision) {
        SharedMessage encoded = encode(message, receiver.protocol());
        try {
            receiver.deliver(encoded, revision);
        } finally {
            encoded.release();
        }
    }

    public void send(Push message, Collection<? extends Subscriber> receivers, long revision) {
        SharedMessage resp2 = null;
        SharedMessage resp3 = null;
        try {
            for (Subscriber receiver : receivers) {
                if (receiver.protocol() == RESP3) {
                    resp3 = resp3 == null ? encode(message, RESP3) : resp3;
                    receiver.deliver(resp3, revision);
                } else {
                    resp2 = resp2 == null ? encode(message, RESP2) : resp2;
                    receiver.deliver(resp2, revision);
                }
            }
        } finally {
            release(resp2);
            release(resp3);
        }
    }

    private SharedMessage encode(Push message, int protocol) {
        ByteBuf encoded = PooledByteBufAllocator.DEFAULT.directBuffer();
        try {
            message.write(writer.protocol(protocol).target(encoded));
            return new SharedMessage(encoded);
        } catch (RuntimeException | OutOfMemoryError e) {
            // There may have been no memory for the rest of it.
            encoded.release();
            throw e;
        }
    }

    private static void release(SharedMessage encoded) {
        if (encoded != null) {
            encoded.release();
        }
    }
}
