package io.clouddragon.server.pubsub;

import io.netty.buffer.ByteBuf;

/** An encoded message on its way to many: its bytes are there once, until the last who has them lets them go. */
public final class SharedMessage {
    private final ByteBuf bytes;

    SharedMessage(ByteBuf bytes) {
        this.bytes = bytes;
    }

    /** For the socket; not to be changed. */
    public ByteBuf bytes() {
        return bytes;
    }

    /** Whoever keeps it beyond the call in which it was delivered says so, and {@link #release}s it. */
    public void retain() {
        bytes.retain();
    }

    public void release() {
        bytes.release();
    }
}
