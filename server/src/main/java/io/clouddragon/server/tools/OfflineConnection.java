package io.clouddragon.server.tools;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.storage.engine.Database;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A connection without a socket: commands are executed for their effects, and replies go nowhere. */
final class OfflineConnection implements Connection {
    private final ByteBuf replies = Unpooled.buffer();
    private final ReplyWriter writer = new ReplyWriter();

    OfflineConnection() {
        writer.target(replies);
    }

    /** Forgets the replies written so far. */
    void clear() {
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
        return 0;
    }

    @Override
    public void authenticated(boolean yes) {}
}
