package io.clouddragon.server.script;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.storage.engine.Database;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The connection of the session in which scripts call commands: replies gather in memory, to be handed to Lua. There is no
 * socket; what is asked about one is answered for the client that runs the script. A lock granted to a script is not given
 * back when that client's reply is lost, since the script may have written the handle down; it ends with its lease.
 */
final class ScriptConnection implements Connection {
    private static final int KEEP_BYTES = 1 << 16;

    private final ReplyWriter writer = new ReplyWriter();
    private ByteBuf replies;
    private Connection caller;

    ScriptConnection() {
        renew();
    }

    private void renew() {
        replies = Unpooled.buffer(1024);
        writer.target(replies);
    }

    /** Works for that client's script from now on, and speaks RESP2 until told otherwise. */
    void begin(Connection of) {
        caller = of;
        writer.protocol(2);
    }

    /** The bytes of the reply, from 0 to {@link #mark}. */
    byte[] replyBytes() {
        return replies.array();
    }

    /** Forgets the reply. */
    void clear() {
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
    public void dependOn(long revision) {
        // The transaction's dependency is that of the script's own reply.
    }

    @Override
    public void push(SharedMessage message, long revision) {
        // Nothing is subscribed to from a script.
    }

    @Override
    public int protocol() {
        return writer.protocol();
    }

    @Override
    public void replied() {
        // Nothing is sent.
    }

    @Override
    public void resume() {
        // Nothing is read.
    }

    @Override
    public void resumeAtEndOfTurn() {
        // Nothing is read.
    }

    @Override
    public void closeAfterReplies() {
        caller.closeAfterReplies();
    }

    @Override
    public void close() {
        caller.close();
    }

    @Override
    public void granted(Database db, byte[] lock, long handle) {
        // It stays granted.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public String peerAddress() {
        return caller.peerAddress();
    }

    @Override
    public String localAddress() {
        return caller.localAddress();
    }

    @Override
    public Figures figures() {
        return caller.figures();
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
    public void authenticated(boolean yes) {
        // Whoever runs the script is.
    }
}
