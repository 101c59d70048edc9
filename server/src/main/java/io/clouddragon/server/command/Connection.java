package io.clouddragon.server.command;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.storage.engine.Database;

/** What a {@link Session} asks of the socket beneath it. Event loop only. */
public interface Connection {
    /** Writes to the reply buffer, which is made when there is none. */
    ReplyWriter reply();

    /** Where the replies written so far end, to {@link #rewind} to. */
    int mark();

    /** Takes back what was written to the reply buffer after {@code mark}. */
    void rewind(int mark);

    /** The replies written so far leave only once {@code revision} is durable. */
    void dependOn(long revision);

    /**
     * Puts a message that answers no request behind the replies written so far, to leave once {@code revision} is durable.
     */
    void push(SharedMessage message, long revision);

    /** Replies were written outside the reading of a command (a parked call was served): sends them when due. */
    void replied();

    /** Reads on after having been parked or paused; not before the present turn's work is done. */
    void resume();

    /** Reads on at the end of the present turn, before its sync: to execute a command that was postponed until then. */
    void resumeAtEndOfTurn();

    /** Closes once all replies written so far have left. */
    void closeAfterReplies();

    /** Closes now; what was not sent is dropped. */
    void close();

    /** Told of a lock granted in a reply that has not left yet: if it never does, the lock is released. */
    void granted(Database db, byte[] lock, long handle);

    /** Whether the peer is still there, as far as can be known. */
    boolean isOpen();

    /** {@code ip:port} of the peer. */
    String peerAddress();

    /** {@code ip:port} of this side. */
    String localAddress();

    /**
     * What CLIENT LIST tells of a socket.
     *
     * @param fd file descriptor; -1 where the transport does not tell
     * @param reading whether more is read from it now
     * @param replyCapacity bytes of the buffer that replies are being written to; 0 = there is none now
     * @param replyPeak the most bytes that such a buffer has held
     * @param replyBytes bytes in it
     * @param outputBuffers buffers of replies on their way to the kernel
     */
    record Figures(int fd, boolean reading, int replyCapacity, int replyPeak, int replyBytes, int outputBuffers) {}

    Figures figures();

    /** The version of RESP spoken, 2 or 3. */
    int protocol();

    /** Bytes received and not yet executed. */
    int queryBytes();

    /** Bytes of memory held for the query buffer. */
    int queryCapacity();

    /** Bytes of replies not yet taken by the kernel. */
    long outputBytes();

    /** Whether limits for clients that have not yet logged in hold. */
    void authenticated(boolean yes);
}
