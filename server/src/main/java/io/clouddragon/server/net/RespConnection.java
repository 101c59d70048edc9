package io.clouddragon.server.net;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.resp.Request;
import io.clouddragon.resp.RequestDecoder;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Held;
import io.clouddragon.storage.engine.WritesRefusedException;
import io.clouddragon.storage.log.LogFailedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One RESP client's socket: bytes in, commands executed one after the other, replies held until what they tell is on disk,
 * bytes out. Event loop only.
 *
 * <p>Replies, and messages that answer no request, gather in what is open. At the first hold of a turn that becomes what is
 * held and waits in the engine loop for its dependency; meanwhile more gathers in a new open one, which is held next. So
 * replies leave in order, and a client that keeps sending cannot put its own replies off for ever.
 *
 * <p>Reading stops while the session is blocked or paused, while replies are not taken by the peer, and when a single burst
 * has produced {@link #MAX_BURST_BYTES}: memory stays bounded by what one burst may produce.
 */
final class RespConnection extends ChannelInboundHandlerAdapter implements Connection, Held {
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** Replies beyond this are sent before the next command is executed, bytes. */
    private static final int MAX_BURST_BYTES = 1 << 20;

    /** A blocked client that goes on sending is no longer read beyond this, bytes. */
    private static final int MAX_QUERY_WHILE_BLOCKED = 1 << 20;

    private final EngineLoop loop;
    private final CommandExecutor executor;
    private final Sessions sessions;
    private final RequestDecoder decoder;
    private final Request request = new Request();
    private final ReplyWriter reply = new ReplyWriter();
    private final Runnable resumeNow = this::resumeNow;
    private final Runnable resumeInLine = this::resumeInLine;

    private ChannelHandlerContext context;
    private Session session;
    private Outgoing open = new Outgoing();
    private Outgoing held = new Outgoing();
    private boolean isHeld;
    private int replyPeak;
    private boolean executing;
    private boolean resumeScheduled;
    /** Waits for the end of the turn. */
    private boolean inLine;

    private boolean inputEnded;
    private boolean closing;
    /** What is written from now on is not to be sent. */
    private boolean dropping;

    /** @param decoder new, or with what a client has sent while the server was loading */
    RespConnection(EngineLoop loop, CommandExecutor executor, Sessions sessions, RequestDecoder decoder) {
        this.loop = loop;
        this.executor = executor;
        this.sessions = sessions;
        this.decoder = decoder;
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
                            .writeBytes("-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII)))
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
        if (loop.hasLateTasks() && !loop.isLate()) {
            // Nobody overtakes a script: who asks again and again for what it frees would never find that free.
            resumeAtEndOfTurn();
            return;
        }
        executing = true;
        loop.enter();
        executor.beginBurst();
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
            open.release();
        } else {
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
                && !isPostponed()
                && context.channel().isWritable()
                && open.size() < MAX_BURST_BYTES
                && held.size() < MAX_BURST_BYTES;
    }

    private boolean isPostponed() {
        return session.isPostponed() && (session.isPostponedToEndOfTurn() ? !loop.isLate() : sessions.isPaused());
    }

    private void protocolError(String message) {
        LOG.info("Closing {}: protocol error: {}", peerAddress(), message);
        if (!session.isSilent()) {
            reply().error("ERR Protocol error: " + message);
        }
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
            loop.execute(resumeNow);
        }
    }

    @Override
    public void resumeAtEndOfTurn() {
        if (!inLine) {
            inLine = true;
            loop.atEndOfTurn(resumeInLine);
        }
    }

    private void resumeInLine() {
        inLine = false;
        goOnOrBreak();
    }

    private void resumeNow() {
        resumeScheduled = false;
        goOnOrBreak();
    }

    private void goOnOrBreak() {
        try {
            goOn();
        } catch (RuntimeException | Error e) {
            // Nobody above would tell the client.
            broken(context, e);
        }
    }

    private void goOn() {
        if (session.isClosed()) {
            return;
        }
        if (session.isPostponed() && session.isPostponedToEndOfTurn() && !loop.isLate()) {
            // At the end of an earlier turn it might not run: too much waited to be sent.
            resumeAtEndOfTurn();
        } else {
            process();
        }
    }

    // ---- out

    @Override
    public ReplyWriter reply() {
        return reply.target(open.tail(context.alloc()));
    }

    @Override
    public int mark() {
        return open.size();
    }

    @Override
    public void rewind(int mark) {
        open.truncate(mark);
    }

    @Override
    public void dependOn(long revision) {
        open.dependOn(revision);
    }

    @Override
    public void push(SharedMessage message, long revision) {
        if (closing) {
            return;
        }
        try {
            open.append(message.bytes(), context.alloc());
        } catch (OutOfMemoryError e) {
            // The others still get it; and who publishes has done nothing wrong.
            LOG.error("Closing {}: there is no memory for its messages", peerAddress(), e);
            close();
            return;
        }
        open.dependOn(revision);
        replied();
        sessions.checkOutput(session);
    }

    @Override
    public void replied() {
        if (!executing) {
            holdOpen();
        }
    }

    /** Puts what is open in line, unless this connection has something in line already. */
    private void holdOpen() {
        if (!isHeld && !open.isEmpty()) {
            Outgoing empty = held;
            held = open;
            open = empty;
            isHeld = true;
            replyPeak = Math.max(replyPeak, held.size());
            loop.hold(this);
        }
    }

    @Override
    public long dependency() {
        return held.dependency();
    }

    @Override
    public void release() {
        isHeld = false;
        try {
            sendHeld();
        } catch (RuntimeException | Error e) {
            broken(context, e);
        }
    }

    private void sendHeld() {
        List<Outgoing.Grant> grants = held.takeGrants();
        if (session.isClosed()) {
            held.release();
            releaseLocks(grants);
            return;
        }
        sessions.sent(held.size());
        if (!writtenAtOnce()) {
            write(grants);
        }
        if (!open.isEmpty()) {
            holdOpen();
        } else if (closing) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> context.close());
            return;
        }
        if ((decoder.buffered() > 0 || session.isPostponed()) && !session.isBlocked()) {
            resume();
        }
    }

    /**
     * Past the pipeline where nothing is in between: no TLS, nothing that waits for the socket to take more. With io_uring
     * never: its sockets would block, and its sends cost no call each.
     */
    private boolean writtenAtOnce() {
        Channel channel = context.channel();
        if (!(channel instanceof EpollSocketChannel unix)
                || !channel.isActive()
                || channel.pipeline().first() != this) {
            return false;
        }
        var queue = channel.unsafe().outboundBuffer();
        try {
            return queue != null && queue.isEmpty() && held.writeTo(unix.fd());
        } catch (IOException e) {
            // The channel meets the same, and closes.
            return false;
        }
    }

    private void write(List<Outgoing.Grant> grants) {
        if (grants == null) {
            held.writeTo(context, context.voidPromise());
            return;
        }
        held.writeTo(context, context.newPromise().addListener(written -> {
            if (!written.isSuccess()) {
                releaseLocks(grants);
            }
        }));
    }

    @Override
    public void refuse(String reason) {
        isHeld = false;
        held.release();
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
        dropReplies();
        // Not in the middle of a transaction; and whoever is told of it, by CLIENT KILL, finds it done.
        loop.atEndOfTurn(context::close);
    }

    private void dropReplies() {
        closing = true;
        dropping = true;
        open.release();
    }

    // ---- locks granted in replies that were never sent

    @Override
    public void granted(Database db, byte[] lock, long handle) {
        open.granted(db, lock, handle);
    }

    private void releaseLocks(List<Outgoing.Grant> grants) {
        if (grants == null || loop.hasFailed()) {
            return;
        }
        if (loop.isBusy()) {
            loop.execute(() -> releaseLocks(grants));
            return;
        }
        try {
            loop.transact(tx -> {
                for (Outgoing.Grant grant : grants) {
                    tx.locks().release(grant.db(), new Bytes(grant.lock()), grant.handle());
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
        List<Outgoing.Grant> unsent = open.takeGrants();
        open.release();
        // What is held is let go when its turn comes: the engine loop still has this connection in line.
        if (!isHeld) {
            held.release();
        }
        releaseLocks(unsent);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken(ctx, cause);
    }

    /** A reply is lost, and those of later commands must not be taken for it: nothing can be said any more. */
    private void broken(ChannelHandlerContext ctx, Throwable cause) {
        dropReplies();
        // A failed TLS handshake comes wrapped.
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
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
            // What has been read may not have been executed yet: it waits for its turn, or for the script that runs.
            process();
        }
        ReferenceCountUtil.release(event);
    }

    /**
     * The peer sends no more. Who is about to be told a lock's handle is taken for gone: a lock must not go to the dead; and
     * who waits no longer does. Anybody else still gets the replies to what it sent: {@code printf … | nc}. (By epoll only as
     * far as the socket takes them without a pause: Netty 4.2.18 does not wait for room on a half-closed one. By NIO, all.)
     */
    private void closeIfDone() {
        if (open.hasGrants() || held.hasGrants()) {
            context.close();
        } else if (session.isBlocked()) {
            session.stopWaiting();
            closeAfterReplies();
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
                channel.config().isAutoRead(),
                open.capacity(),
                replyPeak,
                open.size(),
                (pending == null ? 0 : pending.size()) + held.buffers());
    }

    @Override
    public int protocol() {
        return reply.protocol();
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
        return pending + open.size() + held.size();
    }

    @Override
    public void authenticated(boolean yes) {
        decoder.authenticated(yes);
    }
}
