package io.clouddragon.http;

/**
 * How much one client may ask of the HTTP door.
 *
 * @param lineBytes longest request line
 * @param headerBytes all headers of a request together
 * @param bodyBytes largest body
 * @param answerBytes largest answer: a batch may read the same large value many times
 * @param operations most elements that the arrays of a batch may have, each
 * @param jsonDepth how deep objects and arrays of a body may be nested, the body's own object included
 * @param headerMillis in which a request's headers must have come, from its first byte. A connection between two requests
 *     may be silent for ever, as one of the Redis protocol may; see {@link HttpApi#closeIdle}
 * @param bodyMillis in which a request's body must have come
 * @param loginMillis in which a connection must have brought a request that may come in, where a password is needed
 * @param waiters how many requests may wait at the same time, for locks and watches together
 */
public record HttpLimits(
        int lineBytes,
        int headerBytes,
        int bodyBytes,
        int answerBytes,
        int operations,
        int jsonDepth,
        long headerMillis,
        long bodyMillis,
        long loginMillis,
        int waiters) {
    /** Largest body that is passed over for the sake of the next request on the same connection. */
    static final int IGNORED_BODY_BYTES = 8 << 10;

    public static final HttpLimits DEFAULT =
            new HttpLimits(4 << 10, 8 << 10, 16 << 20, 64 << 20, 100_000, 32, 10_000, 60_000, 10_000, 100_000);

    /** Largest body of this request. */
    int bodyBytes(Request request) {
        return request.ignoresBody() ? Math.min(IGNORED_BODY_BYTES, bodyBytes) : bodyBytes;
    }
}
