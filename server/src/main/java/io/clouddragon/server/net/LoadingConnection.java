package io.clouddragon.server.net;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.resp.Request;
import io.clouddragon.resp.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A RESP client that has come while the data is loaded: each command is answered with LOADING, on which clients try again later.
 * Nothing is executed, for there is no state that a command could see. Event loop only.
 */
final class LoadingConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(LoadingConnection.class);

    /** Redis' words, for clients that look at more than the first. */
    private static final String LOADING = "LOADING Redis is loading the dataset in memory";

    private final RequestDecoder decoder;
    private final Set<LoadingConnection> all;
    private final Request request = new Request();
    private final ReplyWriter reply = new ReplyWriter();
    private ChannelHandlerContext context;

    /** @param all those that are connected, this one among them as long as it is */
    LoadingConnection(RequestDecoder decoder, Set<LoadingConnection> all) {
        this.decoder = decoder;
        this.all = all;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        all.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        all.remove(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            decoder.feed(bytes);
        } finally {
            bytes.release();
        }
        ByteBuf out = ctx.alloc().buffer();
        reply.target(out);
        while (decoder.next(request)) {
            reply.error(LOADING);
        }
        if (decoder.error() == null) {
            ctx.writeAndFlush(out);
        } else {
            reply.error("ERR Protocol error: " + decoder.error().message());
            ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
        }
        // Who takes no answers is read no further.
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    /** The client sends no more, and has the answers to what it sent. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ctx.close();
        }
    }

    /** The data is loaded: what the client sends next is for this one, the rest of a command that it has begun included. */
    void serve(RespConnection connection) {
        context.pipeline().replace(this, null, connection);
        connection.channelActive(context.pipeline().context(connection));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("Connection lost while loading: {}", cause.toString());
        ctx.close();
    }
}
