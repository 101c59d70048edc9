package io.clouddragon.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's request decoder with our limits, stricter where leniency lets requests be smuggled past a proxy. */
final class RequestDecoder extends HttpRequestDecoder {
    private boolean fed;

    RequestDecoder(HttpLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(64 << 10));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        fed = true;
        super.channelRead(ctx, message);
    }

    /** Whether bytes have come since the last call. */
    boolean wasFed() {
        boolean was = fed;
        fed = false;
        return was;
    }

    /** Whether bytes wait here that do not make a whole line or piece yet. */
    boolean hasRest() {
        return actualReadableBytes() > 0;
    }

    /** A length told in two ways is one too many (RFC 9112, 6.1): Netty would drop one of them silently. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
