package io.clouddragon.server.net;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.resp.Request;
import io.clouddragon.resp.RequestDecoder;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Held;
import io.clouddragon.storage.engine.WritesRefusedException;
import io.clouddragon.storage.log.LogFailedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One RESP client's socket: bytes in, commands executed one after the other, replies held until what they tell is on disk,
 * bytes out. Event loop only.
 *
 * <p>Replies gather in the open buffer. At the first hold of a turn that buffer becomes the held one and waits in the
 * engine loop for its dependency; meanwhile further replies go to a new open buffer, which is held next. So replies leave
 * in order, and a client that keeps sending cannot put its own replies off for ever.
 *
 * <p>Reading stops while the session is blocked or paused, while replies are not taken by the peer, and when a single
 * burst has produced {@link #MAX_BURST_BYTES}: memory stays bounded by what one burst may produce.
 */
final class RespConnection extends ChannelInboundHandlerAdapter implements Connection, Held {
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** Replies beyond this are sent before the next command is executed, bytes. */
    private static final int MAX_BURST_BYTES = 1 << 20;

    /** A blocked client that goes on sending is no longer read beyond this, bytes. */
    private static final int MAX_QUERY_WHILE_BLOCKED = 1 << 20;

    private static final int INITIAL_REPLY_BYTES = 512;

    private final EngineLoop loop;
    private final CommandExecutor executor;
    private final Sessions sessions;
    private final RequestDecoder decoder;
    private final Request request = new Request();
    private final ReplyWriter reply = new ReplyWriter();

    private ChannelHandlerContext context;
    private Session session;
    private ByteBuf open;
    private long openDependency;
    private ByteBuf held;
    private long heldDependency;
    private List<Grant> openGrants;
    private List<Grant> heldGrants;
    private int replyPeak;
    private boolean executing;
    private boolean resumeScheduled;
    private boolean inputEnded;
    private boolean closing;
    /** What is written from now on is not to be sent. */
    private boolean dropping;

    /** A lock granted in a reply, from {@code mark} on in its buffer, that may still be lost. */
    private record Grant(Database db, byte[] lock, long handle, int mark) {}

    RespConnection(EngineLoop loop, CommandExecutor executor, Sessions sessions, DecoderLimits limits) {
        this.loop = loop;
        this.executor = executor;
        this.sessions = sessions;
        this.decoder = new RequestDecoder(limits);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        loop.enter();
        session = sessions.open(this);
        if (session != null) {
            executor.resetLogin(session);
        } else {
            ctx.writeAndFlush(ctx.alloc()
                            .buffer()
                            .writeBytes("-ERR max number of clients reached\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                    .addListener(done -> ctx.close());
        }
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (session == null || closing) {
                return;
            }
            sessions.received(bytes.readableBytes());
            decoder.feed(bytes);
        } finally {
            bytes.release();
        }
        process();
    }

    private void process() {
        if (executing) {
            return;
        }
        executing = true;
        loop.enter();
        try {
            for (Request next = nextRequest(); next != null; next = nextRequest()) {
                executor.execute(session, next);
            }
            if (mayExecute() && decoder.error() != null) {
                protocolError(decoder.error().message());
            }
        } finally {
            executing = false;
        }
        if (dropping) {
            dropOpen();
        } else if (open != null) {
            holdOpen();
        }
        steerReading();
        if (inputEnded) {
            closeIfDone();
        }
    }

    private Request nextRequest() {
        if (!mayExecute()) {
            return null;
        }
        Request postponed = session.takePostponed();
        if (postponed != null) {
            return postponed;
        }
        return decoder.next(request) ? request : null;
    }

    private boolean mayExecute() {
        return !closing
                && !session.isBlocked()
                && !(session.isPostponed() && sessions.isPaused())
                && context.channel().isWritable()
                && (open == null || open.readableBytes() < MAX_BURST_BYTES)
                && (held == null || held.readableBytes() < MAX_BURST_BYTES);
    }

    private void protocolError(String message) {
        LOG.info("Closing {}: protocol error: {}", peerAddress(), message);
        reply().error("ERR Protocol error: " + message);
        closeAfterReplies();
    }

    private void steerReading() {
        if (inputEnded) {
            // There is nothing to read; and Netty's epoll channels break when asked to (4.2.18).
            return;
        }
        boolean read = context.channel().isWritable() && (mayExecute() || decoder.buffered() < MAX_QUERY_WHILE_BLOCKED);
        if (context.channel().config().isAutoRead() != read) {
            context.channel().config().setAutoRead(read);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && session != null) {
            resume();
        }
    }

    @Override
    public void resume() {
        if (!resumeScheduled) {
            resumeScheduled = true;
            loop.execute(this::resumeNow);
        }
    }

    private void resumeNow() {
        resumeScheduled = false;
        if (!session.isClosed()) {
            process();
        }
    }

    // ---- out

    @Override
    public ReplyWriter reply() {
        if (open == null) {
            open = context.alloc().directBuffer(INITIAL_REPLY_BYTES);
            reply.target(open);
        }
        return reply;
    }

    @Override
    public int mark() {
        return open == null ? 0 : open.writerIndex();
    }

    @Override
    public void rewind(int mark) {
        if (open != null) {
            open.writerIndex(mark);
        }
        if (openGrants != null) {
            openGrants.removeIf(grant -> grant.mark >= mark);
        }
    }

    @Override
    public void dependOn(long revision) {
        openDependency = Math.max(openDependency, revision);
    }

    @Override
    public void replied() {
        if (open != null && !executing) {
            holdOpen();
        }
    }

    /** Puts the open buffer in line, unless another one of this connection is in line already. */
    private void holdOpen() {
        if (held == null && open != null) {
            held = open;
            replyPeak = Math.max(replyPeak, held.readableBytes());
            heldDependency = openDependency;
            heldGrants = openGrants;
            open = null;
            reply.target(null);
            openDependency = 0;
            openGrants = null;
            loop.hold(this);
        }
    }

    @Override
    public long dependency() {
        return heldDependency;
    }

    @Override
    public void release() {
        ByteBuf bytes = held;
        List<Grant> grants = heldGrants;
        held = null;
        heldGrants = null;
        if (session.isClosed()) {
            bytes.release();
            releaseLocks(grants);
            return;
        }
        sessions.sent(bytes.readableBytes());
        if (grants == null) {
            context.writeAndFlush(bytes, context.voidPromise());
        } else {
            context.writeAndFlush(bytes).addListener(written -> {
                if (!written.isSuccess()) {
                    releaseLocks(grants);
                }
            });
        }
        if (open != null) {
            holdOpen();
        } else if (closing) {
            context.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener(done -> context.close());
            return;
        }
        if (decoder.buffered() > 0 && !session.isBlocked()) {
            resume();
        }
    }

    @Override
    public void refuse(String reason) {
        if (held != null) {
            held.release();
            held = null;
        }
        if (!session.isClosed()) {
            ByteBuf error = context.alloc().buffer();
            reply.target(error);
            reply.error("MISCONF " + reason);
            closing = true;
            context.writeAndFlush(error).addListener(done -> context.close());
        }
    }

    @Override
    public void closeAfterReplies() {
        closing = true;
        reply();
        replied();
    }

    @Override
    public void close() {
        closing = true;
        dropping = true;
        dropOpen();
        loop.execute(context::close);
    }

    private void dropOpen() {
        if (open != null) {
            open.release();
            open = null;
            reply.target(null);
        }
    }

    // ---- locks granted in replies that were never sent

    @Override
    public void granted(Database db, byte[] lock, long handle) {
        if (openGrants == null) {
            openGrants = new ArrayList<>(1);
        }
        openGrants.add(new Grant(db, lock, handle, mark()));
    }

    private void releaseLocks(List<Grant> grants) {
        if (grants == null || loop.hasFailed()) {
            return;
        }
        try {
            loop.transact(tx -> {
                for (Grant grant : grants) {
                    tx.unlock(grant.db, new io.clouddragon.storage.bytes.Bytes(grant.lock), grant.handle);
                }
            });
        } catch (WritesRefusedException | LogFailedException e) {
            LOG.warn("A lock whose holder has gone stays until its lease ends: {}", e.getMessage());
        }
    }

    // ---- the end

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        if (session == null || session.isClosed()) {
            return;
        }
        session.close();
        sessions.closed(session);
        List<Grant> unsent = openGrants;
        openGrants = null;
        dropOpen();
        // A held buffer is let go when its turn comes: the engine loop still has this connection in line.
        releaseLocks(unsent);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("Connection {} broke: {}", peerAddress(), cause.toString());
        } else {
            LOG.error("Closing {} after an internal error", peerAddress(), cause);
        }
        ctx.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && session != null && !closing) {
            inputEnded = true;
            closeIfDone();
        }
        ReferenceCountUtil.release(event);
    }

    /**
     * The peer sends no more. Who waits, or is about to be told a lock's handle, is taken for gone: a lock must not go to the
     * dead. Anybody else still gets the replies to what it sent: {@code printf … | nc}. (By epoll only as far as the socket
     * takes them without a pause: Netty 4.2.18 does not wait for room on a half-closed one. By NIO, all.)
     */
    private void closeIfDone() {
        if (session.isBlocked() || openGrants != null || heldGrants != null) {
            context.close();
        } else if (mayExecute()) {
            closeAfterReplies();
        }
    }

    // ---- what sessions ask

    @Override
    public boolean isOpen() {
        return !closing && context.channel().isActive();
    }

    @Override
    public String peerAddress() {
        return text(context.channel().remoteAddress());
    }

    @Override
    public String localAddress() {
        return text(context.channel().localAddress());
    }

    private static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            String host = NetUtil.toAddressString(inet.getAddress());
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return String.valueOf(address);
    }

    @Override
    public Figures figures() {
        Channel channel = context.channel();
        var pending = channel.unsafe().outboundBuffer();
        return new Figures(
                channel instanceof UnixChannel unix ? unix.fd().intValue() : -1,
                reply.protocol(),
                channel.config().isAutoRead(),
                open == null ? 0 : open.capacity(),
                replyPeak,
                open == null ? 0 : open.readableBytes(),
                (pending == null ? 0 : pending.size()) + (held == null ? 0 : 1));
    }

    @Override
    public int queryBytes() {
        return decoder.buffered();
    }

    @Override
    public int queryCapacity() {
        return decoder.capacity();
    }

    @Override
    public long outputBytes() {
        Channel.Unsafe unsafe = context.channel().unsafe();
        long pending =
                unsafe.outboundBuffer() == null ? 0 : unsafe.outboundBuffer().totalPendingWriteBytes();
        return pending + (open == null ? 0 : open.readableBytes()) + (held == null ? 0 : held.readableBytes());
    }

    @Override
    public void authenticated(boolean yes) {
        decoder.authenticated(yes);
    }
}
