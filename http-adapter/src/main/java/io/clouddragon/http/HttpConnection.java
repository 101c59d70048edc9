package io.clouddragon.http;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Held;
import io.clouddragon.storage.engine.WritesRefusedException;
import io.clouddragon.storage.log.LogFailedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: gathers bodies, runs requests in order, lets answers go once durable.
 *
 * <p>Three stages, each in order of requests:
 *
 * <ol>
 *   <li><b>queue</b>: requests that came while an earlier one waits, or while the client does not read its answers. When it
 *       is full the socket is read no further;
 *   <li><b>gathered</b>: answers of this turn, in one buffer with the latest revision that any of them depends on;
 *   <li><b>held</b>: one such buffer, with the engine loop until that revision is durable. Then it is written and flushed,
 *       and what was gathered meanwhile is held next.
 * </ol>
 *
 * <p>At most one request runs or waits at a time. A lock that was granted is released again when the answer that tells its
 * handle cannot be written. Event loop only.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Held {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** Requests, and bytes of their bodies, that may queue behind one that waits. */
    private static final int MAX_QUEUED = 64;

    private static final int MAX_QUEUED_BYTES = 64 << 10;

    /** Answer bytes not yet written beyond which no further request is run. */
    private static final int MAX_UNWRITTEN_BYTES = 1 << 20;

    /** Capacity that a buffer of answers begins with: a few small ones. */
    private static final int FIRST_ANSWER_BYTES = 512;

    /** How long a client may still send what nobody reads before an error's answer is cut off by a reset. */
    private static final long LINGER_MILLIS = 2_000;

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpApi api;
    private final RequestDecoder decoder;
    /** Why this client is sent away; null when it is not. */
    private final String refusal;

    private final BodyBuffer body = new BodyBuffer();
    private ChannelHandlerContext ctx;
    private TimeLimits time;

    /** The request whose body is being read. */
    private Request incoming;

    /** Bytes of its body that were passed over. */
    private int ignoredBytes;

    private boolean expectsContinue;
    /** Nothing more is read: the last answer has been given, or there is nobody to give one to. */
    private boolean closing;

    private boolean inputEnded;
    private boolean pumping;

    private ArrayDeque<Request> queue;
    private int queuedBytes;
    private LongPoll waiting;
    /** A request that a pause holds back. */
    private Request postponed;

    private ByteBuf gathered;
    private long gatheredDependency;
    private Grant gatheredGrants;
    private ByteBuf held;
    private long heldDependency;
    private Grant heldGrants;
    private ChannelFuture lastWrite;
    /** When something last came or went, by {@link System#nanoTime}. */
    private long lastUsed = System.nanoTime();

    HttpConnection(HttpApi api, RequestDecoder decoder, String refusal) {
        this.api = api;
        this.decoder = decoder;
        this.refusal = refusal;
    }

    /** Locks whose handles are told by answers that have not been written yet. */
    private record Grant(Database db, Bytes lockId, long handle, Grant next) {}

    // ---- reading

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        time = new TimeLimits(api, context);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (refusal != null) {
            api.turnAway(this, refusal);
            holdGathered();
        } else {
            time.limitLogin();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (closing) {
                return;
            }
            if (message instanceof HttpRequest head) {
                begin(head);
            }
            if (message instanceof HttpContent content && incoming != null) {
                take(content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest head) {
        time.noLimit();
        decoder.headComplete();
        if (head.decoderResult().isFailure()) {
            submit(unreadable(head.decoderResult().cause()));
            return;
        }
        incoming = api.gate().admit(head, String.valueOf(ctx.channel().remoteAddress()));
        if (incoming.isAdmitted()) {
            time.noLoginLimit();
        }
        if (incoming.isRefused() && !incoming.keepAlive()) {
            // Not worth reading its body, which may be the reason.
            submitIncoming();
            return;
        }
        expectsContinue = HttpUtil.is100ContinueExpected(head);
        continueIfDue();
    }

    private static Request unreadable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Request.unreadable(HttpError.TOO_LARGE, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Request.unreadable(HttpError.TOO_LARGE, "the headers are too long");
        }
        return Request.unreadable(HttpError.INVALID_REQUEST, "this is not HTTP/1.1 as RFC 9112 has it");
    }

    private void take(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            incoming = unreadable(content.decoderResult().cause());
            submitIncoming();
            return;
        }
        ByteBuf bytes = content.content();
        int most = api.limits().bodyBytes(incoming);
        if (body.length() + ignoredBytes + bytes.readableBytes() > most) {
            incoming.refused(HttpError.TOO_LARGE, "the body is larger than " + most + " bytes");
            incoming.closeAfterwards();
            submitIncoming();
            return;
        }
        if (bytes.isReadable()) {
            expectsContinue = false;
            if (incoming.ignoresBody()) {
                ignoredBytes += bytes.readableBytes();
            } else {
                body.append(bytes);
            }
        }
        if (content instanceof LastHttpContent) {
            submitIncoming();
        }
    }

    private void submitIncoming() {
        time.noLimit();
        Request complete = incoming;
        incoming = null;
        expectsContinue = false;
        ignoredBytes = 0;
        complete.body = body.array();
        complete.bodyLength = body.length();
        submit(complete);
        body.clear();
    }

    /** Runs a request, or queues it behind those before it. */
    private void submit(Request request) {
        if (mayRun() && queue == null) {
            api.run(this, request);
            return;
        }
        if (queue == null) {
            queue = new ArrayDeque<>();
        }
        request.own();
        queue.add(request);
        queuedBytes += request.bodyLength;
        if (isQueueFull()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    private boolean isQueueFull() {
        return queue != null && (queue.size() >= MAX_QUEUED || queuedBytes >= MAX_QUEUED_BYTES);
    }

    private boolean mayRun() {
        return !isWaiting() && !closing && ctx.channel().isWritable() && unwritten() < MAX_UNWRITTEN_BYTES;
    }

    private int unwritten() {
        return (gathered == null ? 0 : gathered.readableBytes()) + (held == null ? 0 : held.readableBytes());
    }

    /** Runs what has queued, as far as it may run now. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (queue != null && mayRun()) {
                Request next = queue.poll();
                queuedBytes -= next.bodyLength;
                if (queue.isEmpty()) {
                    queue = null;
                }
                api.run(this, next);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            // Its answer is lost, and those of later requests must not be taken for it.
            broken(e);
            return;
        } finally {
            pumping = false;
        }
        if (!closing) {
            continueIfDue();
        }
        if (!closing && !inputEnded) {
            ctx.channel().config().setAutoRead(!isQueueFull());
        }
        holdGathered();
        closeIfDone();
    }

    /** A client that asked whether to send its body is told so once nothing stands before it. */
    private void continueIfDue() {
        if (expectsContinue && incoming != null && !isWaiting() && queue == null) {
            expectsContinue = false;
            gathered().writeBytes(CONTINUE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lastUsed = System.nanoTime();
        holdGathered();
        // Time runs for what came in part only: a request that comes in one piece never meets a timer.
        if (!closing && incoming != null) {
            time.limitOnce(api.limits().bodyMillis());
        } else if (!closing && decoder.isInsideHead()) {
            time.limitOnce(api.limits().headerMillis());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            pump();
        }
    }

    // ---- answering

    boolean isAlive() {
        return ctx.channel().isActive() && !inputEnded;
    }

    boolean isWaiting() {
        return waiting != null || postponed != null;
    }

    /** Keeps a request until the pause is over; nothing more is run before it. */
    void postpone(Request request) {
        request.own();
        postponed = request;
    }

    /** The pause is over. */
    void resume() {
        if (postponed != null) {
            if (queue == null) {
                queue = new ArrayDeque<>();
            }
            queue.addFirst(postponed);
            queuedBytes += postponed.bodyLength;
            postponed = null;
            pump();
        }
    }

    void waitsFor(LongPoll waiter) {
        waiting = waiter;
        if (inputEnded) {
            ctx.close();
        }
    }

    /** What waits here is not served any more. */
    void stopWaiting() {
        Request request = postponed;
        if (waiting != null) {
            request = waiting.request;
            api.loop().engine().unpark(waiting);
        }
        if (request != null) {
            waiting = null;
            postponed = null;
            api.refuseStopping(this, request);
            holdGathered();
        }
    }

    /** The wait is over. Inside a transaction of somebody else: nothing is run here. */
    void waitEnded(Answer answer, Request request, long dependency) {
        waiting = null;
        answer(answer, request, dependency);
        holdGathered();
    }

    /** Appends an answer, which may leave once {@code dependency} is durable. */
    void answer(Answer answer, Request request, long dependency) {
        answer.encode(request, api.date(), gathered());
        gatheredDependency = Math.max(gatheredDependency, dependency);
        if (!request.keepAlive()) {
            closing = true;
            queue = null;
        }
    }

    /** The next answer tells the handle of a lock that was acquired; 0 = it does not. */
    void granted(Database db, Bytes lockId, long handle) {
        if (handle != 0) {
            gatheredGrants = new Grant(db, lockId.owned(), handle, gatheredGrants);
        }
    }

    private ByteBuf gathered() {
        if (gathered == null) {
            gathered = ctx.alloc().buffer(FIRST_ANSWER_BYTES);
        }
        return gathered;
    }

    private void holdGathered() {
        if (held != null || gathered == null) {
            return;
        }
        held = gathered;
        heldDependency = gatheredDependency;
        heldGrants = gatheredGrants;
        gathered = null;
        gatheredDependency = 0;
        gatheredGrants = null;
        if (api.loop() == null || api.loop().hasFailed()) {
            release();
        } else {
            api.loop().hold(this);
        }
    }

    @Override
    public long dependency() {
        return heldDependency;
    }

    @Override
    public void release() {
        ByteBuf out = held;
        Grant grants = heldGrants;
        held = null;
        heldGrants = null;
        lastUsed = System.nanoTime();
        lastWrite = ctx.writeAndFlush(out);
        if (grants != null) {
            lastWrite.addListener(future -> {
                if (!future.isSuccess()) {
                    revoke(grants);
                }
            });
        }
        pump();
    }

    /** The log has failed: whatever the answers said is not so. */
    @Override
    public void refuse(String reason) {
        held.release();
        held = null;
        heldGrants = null;
        if (gathered != null) {
            gathered.release();
            gathered = null;
            gatheredGrants = null;
        }
        Answer unavailable = new Answer();
        unavailable.refuse(HttpError.UNAVAILABLE, reason);
        ByteBuf out = ctx.alloc().buffer(FIRST_ANSWER_BYTES);
        unavailable.encode(Request.unreadable(HttpError.UNAVAILABLE, reason), api.date(), out);
        closing = true;
        ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    }

    /** The answers with these locks' handles were never sent: nobody could release them. */
    private void revoke(Grant grants) {
        if (grants == null) {
            return;
        }
        if (api.loop().isBusy()) {
            api.loop().execute(() -> revoke(grants));
            return;
        }
        try {
            for (Grant grant = grants; grant != null; grant = grant.next()) {
                Grant lost = grant;
                api.loop().transact(tx -> tx.locks().release(lost.db(), lost.lockId(), lost.handle()));
            }
        } catch (WritesRefusedException | LogFailedException e) {
            LOG.warn("a lock whose holder has gone stays until its lease ends: {}", e.getMessage());
        }
    }

    // ---- the end

    private void closeIfDone() {
        boolean done = closing || inputEnded && queue == null && !isWaiting();
        if (!done || held != null || gathered != null) {
            return;
        }
        closing = true;
        if (lastWrite == null) {
            ctx.close();
        } else {
            lastWrite.addListener(written -> closeAfterAnswer());
        }
    }

    /**
     * What the client still sends is read and dropped for a while: closing at once would reset the connection, and a reset
     * takes the answer away from a client that has not read it yet (RFC 9112, 9.6).
     */
    private void closeAfterAnswer() {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (inputEnded) {
            ctx.close();
        } else if (tls == null) {
            endOutput();
        } else if (ctx.channel().isActive()) {
            // TLS ends with a word of its own. What comes after it is not worth deciphering.
            ctx.pipeline().addFirst(new Deaf());
            tls.closeOutbound().addListener(said -> endOutput());
        }
    }

    private void endOutput() {
        if (ctx.channel().isActive()) {
            ((DuplexChannel) ctx.channel()).shutdownOutput();
            ctx.channel().config().setAutoRead(true);
            time.limit(LINGER_MILLIS);
        }
    }

    /** Drops whatever comes in. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /**
     * The client sends no more. One that waits, or is about to be told a lock's handle, is taken for gone: a lock must not
     * go to the dead. Any other still gets its answers.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (incoming != null && !closing) {
                incoming = Request.unreadable(HttpError.INVALID_REQUEST, "the body ends before it is complete");
                submitIncoming();
            }
            inputEnded = true;
            if (waiting != null || gatheredGrants != null || heldGrants != null) {
                context.close();
            } else {
                holdGathered();
                closeIfDone();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        queue = null;
        time.noLimit();
        time.noLoginLimit();
        postponed = null;
        if (waiting != null) {
            api.loop().engine().unpark(waiting);
            waiting = null;
        }
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        revoke(gatheredGrants);
        gatheredGrants = null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(cause);
    }

    /** An answer is lost: nothing can be said any more. */
    void broken(Throwable cause) {
        closing = true;
        queue = null;
        // A failed TLS handshake comes wrapped.
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            LOG.debug("connection lost: {}", cause.toString());
        } else {
            LOG.error("a request failed; its connection is closed", cause);
        }
        ctx.close();
    }

    /** Closes when unused for longer than a time. Who waits, or is still being answered, is not idle. */
    void closeIfIdle(long now, long nanos) {
        boolean inUse = isWaiting() || held != null || gathered != null || lastWrite != null && !lastWrite.isDone();
        if (!inUse && now - lastUsed > nanos) {
            LOG.debug("closing {}: idle", ctx.channel().remoteAddress());
            ctx.close();
        }
    }
}
