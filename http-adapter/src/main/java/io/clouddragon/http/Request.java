package io.clouddragon.http;

import java.util.Arrays;

/**
 * One HTTP request: where it goes, and its body once that has come. A request that is refused for its head alone runs
 * through the same queue as every other, because answers leave in the order of requests.
 */
final class Request {
    /** What is asked for. */
    enum Target {
        BATCH("POST"),
        WATCH("POST"),
        HEALTH("GET, HEAD"),
        /** Nothing: the head was refused. */
        NONE("");

        final String methods;

        Target(String methods) {
            this.methods = methods;
        }
    }

    private static final byte[] EMPTY = {};

    final Target target;
    /** Name of the database; null when there is none. */
    final String database;

    /** Who asks; null for health, and where the request is refused. */
    Access.Caller user;

    private final boolean http10;
    private final boolean headOnly;
    private boolean keepAlive;
    private HttpError refusal;
    private String refusalMessage;
    private String allow;

    byte[] body = EMPTY;
    int bodyLength;

    Request(Target target, String database, boolean http10, boolean headOnly, boolean keepAlive) {
        this.target = target;
        this.database = database;
        this.http10 = http10;
        this.headOnly = headOnly;
        this.keepAlive = keepAlive;
    }

    /** A request that cannot be read: answered, then the connection closes. */
    static Request unreadable(HttpError error, String message) {
        return new Request(Target.NONE, null, false, false, false).refused(error, message);
    }

    Request refused(HttpError error, String message) {
        if (refusal == null) {
            refusal = error;
            refusalMessage = message;
        }
        return this;
    }

    Request allowing(String methods) {
        allow = methods;
        return this;
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** Whether its body is not read: nobody wants it, or nobody is to be given memory for it. */
    boolean ignoresBody() {
        return isRefused() || target == Target.HEALTH;
    }

    /** Whether somebody who may has asked for something. */
    boolean isAdmitted() {
        return user != null && !isRefused();
    }

    /** Writes the refusal of a request that {@link #isRefused}. */
    void refuse(Answer answer) {
        answer.refuse(refusal, refusalMessage);
        answer.allow(allow);
        if (refusal == HttpError.UNAVAILABLE) {
            answer.retryAfter(HttpApi.RETRY_SECONDS);
        }
    }

    /** The connection ends with the answer. */
    void closeAfterwards() {
        keepAlive = false;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    boolean isHttp10() {
        return http10;
    }

    /** HEAD: the answer goes without its body. */
    boolean headOnly() {
        return headOnly;
    }

    /** The body leaves the buffer that the next request will use. */
    void own() {
        body = Arrays.copyOf(body, bodyLength);
    }
}
