package io.clouddragon.http;

/**
 * Every way in which a request can end in vain: the HTTP status, and the {@code Code} that a program goes by. The
 * {@code Message} beside it is for people and may change.
 */
enum HttpError {
    /** The body is not JSON; the message says where. */
    INVALID_JSON(400, "invalid_json"),
    /** The request is well-formed and means nothing here; the message names the field. */
    INVALID_REQUEST(400, "invalid_request"),
    UNAUTHORIZED(401, "unauthorized"),
    /** A host or an origin that is not allowed, or something that the user may not do. */
    FORBIDDEN(403, "forbidden"),
    NOT_FOUND(404, "not_found"),
    METHOD_NOT_ALLOWED(405, "method_not_allowed"),
    /** An idempotency id was used before. */
    DUPLICATE_REQUEST(409, "duplicate_request"),
    /** The handle is not that of the lock's present grant. */
    NOT_LOCK_OWNER(409, "not_lock_owner"),
    /** The key holds something that this operation cannot work on. */
    WRONG_TYPE(409, "wrong_type"),
    /** {@code IfVersion} did not hold. */
    VERSION_MISMATCH(412, "version_mismatch"),
    /** {@code IfEq} did not hold. */
    VALUE_MISMATCH(412, "value_mismatch"),
    TOO_LARGE(413, "too_large"),
    LOCK_TIMEOUT(423, "lock_timeout"),
    TOO_MANY_REQUESTS(429, "too_many_requests"),
    /** Nothing was done; the same request may succeed later. */
    UNAVAILABLE(503, "unavailable");

    private final int status;
    private final String code;

    HttpError(int status, String code) {
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
