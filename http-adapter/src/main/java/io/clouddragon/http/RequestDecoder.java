package io.clouddragon.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's request decoder with our limits, stricter where leniency lets requests be smuggled past a proxy. */
final class RequestDecoder extends HttpRequestDecoder {
    private boolean lineRead;

    RequestDecoder(HttpLimits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(64 << 10));
    }

    @Override
    protected HttpMessage createMessage(String[] requestLine) throws Exception {
        lineRead = true;
        return super.createMessage(requestLine);
    }

    /** The head begun last has been delivered. */
    void headComplete() {
        lineRead = false;
    }

    /** Between requests: whether part of a head has come. */
    boolean isInsideHead() {
        return lineRead || actualReadableBytes() > 0;
    }

    /** A length told in two ways is one too many (RFC 9112, 6.1): Netty would drop one of them silently. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
