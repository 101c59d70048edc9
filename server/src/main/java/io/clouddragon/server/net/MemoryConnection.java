package io.clouddragon.server.net;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.storage.engine.Database;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A connection without a socket: replies gather in memory, to be read there or not at all. */
public class MemoryConnection implements Connection {
    private static final int KEEP_BYTES = 1 << 16;

    private final ReplyWriter writer = new ReplyWriter();
    private ByteBuf replies;

    public MemoryConnection() {
        renew();
    }

    private void renew() {
        replies = Unpooled.buffer(1024);
        writer.target(replies);
    }

    /** The bytes of the replies, from 0 to {@link #mark}. */
    public byte[] replyBytes() {
        return replies.array();
    }

    /** Forgets the replies written so far. */
    public void clear() {
        if (replies.capacity() > KEEP_BYTES) {
            renew();
        }
        replies.clear();
    }

    @Override
    public ReplyWriter reply() {
        return writer;
    }

    @Override
    public int mark() {
        return replies.writerIndex();
    }

    @Override
    public void rewind(int mark) {
        replies.writerIndex(mark);
    }

    @Override
    public void dependOn(long revision) {}

    @Override
    public void push(SharedMessage message, long revision) {}

    @Override
    public void replied() {}

    @Override
    public void resume() {}

    @Override
    public void resumeAtEndOfTurn() {}

    @Override
    public void closeAfterReplies() {}

    @Override
    public void close() {}

    @Override
    public void granted(Database db, byte[] lock, long handle) {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public String peerAddress() {
        return "";
    }

    @Override
    public String localAddress() {
        return "";
    }

    @Override
    public Figures figures() {
        return new Figures(0, true, 0, 0, 0, 0);
    }

    @Override
    public int protocol() {
        return writer.protocol();
    }

    @Override
    public int queryBytes() {
        return 0;
    }

    @Override
    public int queryCapacity() {
        return 0;
    }

    @Override
    public long outputBytes() {
        return replies.readableBytes();
    }

    @Override
    public void authenticated(boolean yes) {}
}
