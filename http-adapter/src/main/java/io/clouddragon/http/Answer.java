package io.clouddragon.http;

import io.clouddragon.http.json.JsonWriter;
import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The answer to one request: a status and a JSON body, built while the request runs and then copied into a connection's
 * buffer. Reused. Event loop only.
 */
final class Answer {
    static final byte[] KEY = JsonWriter.encodeName("Key");
    static final byte[] VERSION = JsonWriter.encodeName("Version");
    static final byte[] VALUE = JsonWriter.encodeName("Value");
    static final byte[] TYPE = JsonWriter.encodeName("Type");
    static final byte[] BASE64 = JsonWriter.encodeName("Base64");
    static final byte[] LOCK = JsonWriter.encodeName("Lock");
    static final byte[] TILL = JsonWriter.encodeName("Till");
    static final byte[] ATOMIC = JsonWriter.encodeName("Atomic");
    static final byte[] KV = JsonWriter.encodeName("KV");

    /** No revision is told. */
    static final long NO_REVISION = -1;

    private static final byte[] CODE = JsonWriter.encodeName("Code");
    private static final byte[] MESSAGE = JsonWriter.encodeName("Message");

    private static final byte[] CONTENT_TYPE = ascii("Content-Type: application/json\r\n");
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] DRAGON_REVISION = ascii("Dragon-Revision: ");
    private static final byte[] RETRY_AFTER = ascii("Retry-After: ");
    private static final byte[] ALLOW = ascii("Allow: ");
    private static final byte[] AUTHENTICATE = ascii(
            "WWW-Authenticate: Bearer realm=\"Cloud Dragon\"\r\nWWW-Authenticate: Basic realm=\"Cloud Dragon\"\r\n");
    private static final byte[] CONNECTION_CLOSE = ascii("Connection: close\r\n");
    private static final byte[] CONNECTION_KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[][] STATUS_LINES = new byte[600][];

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    static {
        String[] reasons = {
            "200 OK",
            "204 No Content",
            "400 Bad Request",
            "401 Unauthorized",
            "403 Forbidden",
            "404 Not Found",
            "405 Method Not Allowed",
            "409 Conflict",
            "412 Precondition Failed",
            "413 Content Too Large",
            "423 Locked",
            "429 Too Many Requests",
            "503 Service Unavailable"
        };
        for (String reason : reasons) {
            STATUS_LINES[Integer.parseInt(reason.substring(0, 3))] = ascii("HTTP/1.1 " + reason + "\r\n");
        }
    }

    private final JsonWriter json = new JsonWriter();
    private final ByteSink head = new ByteSink(512);
    private int status;
    private long revision;
    private long retryAfterSeconds;
    private String allow;

    /** Begins a successful answer; its JSON is to be written by the caller. */
    JsonWriter ok() {
        return begin(OK);
    }

    /** The body, to be gone on with. */
    JsonWriter json() {
        return json;
    }

    void noContent() {
        begin(NO_CONTENT);
    }

    /**
     * The request ends in vain. What was written before is dropped.
     *
     * @return false, so that a step which fails can be left with {@code return answer.refuse(…)}
     */
    boolean refuse(HttpError error, String message) {
        begin(error.status());
        json.openObject().name(CODE).string(error.code());
        json.name(MESSAGE).string(message).closeObject();
        return false;
    }

    /** As {@link #refuse(HttpError, String)}, without a message. */
    boolean refuse(HttpError error) {
        begin(error.status());
        json.openObject().name(CODE).string(error.code()).closeObject();
        return false;
    }

    /** Refuses and says for which key. */
    boolean refuse(HttpError error, String message, Bytes key) {
        refuse(error, message);
        json.reopenObject().name(KEY).string(key).closeObject();
        return false;
    }

    /** Adds a number to a refusal. */
    boolean with(byte[] name, long number) {
        json.reopenObject().name(name).number(number).closeObject();
        return false;
    }

    private JsonWriter begin(int newStatus) {
        status = newStatus;
        revision = NO_REVISION;
        retryAfterSeconds = 0;
        allow = null;
        json.clear();
        return json;
    }

    boolean isOk() {
        return status == OK;
    }

    int size() {
        return json.size();
    }

    /** The header {@code Dragon-Revision}. */
    void revision(long told) {
        revision = told;
    }

    /** The header {@code Retry-After}; 0 for none. */
    void retryAfter(long seconds) {
        retryAfterSeconds = seconds;
    }

    /** The header {@code Allow}: the methods that there are. */
    void allow(String methods) {
        allow = methods;
    }

    /**
     * Appends the answer as HTTP.
     *
     * @param date the header line {@code Date}, which every answer must have (RFC 9110, 6.6.1)
     */
    void encode(Request request, byte[] date, ByteBuf out) {
        head.truncate(0);
        write(STATUS_LINES[status]);
        write(date);
        if (status != NO_CONTENT) {
            write(CONTENT_TYPE);
            number(CONTENT_LENGTH, json.size());
        }
        if (revision != NO_REVISION) {
            number(DRAGON_REVISION, revision);
        }
        if (retryAfterSeconds > 0) {
            number(RETRY_AFTER, retryAfterSeconds);
        }
        if (allow != null) {
            write(ALLOW);
            write(ascii(allow));
            write(LINE_END);
        }
        if (status == HttpError.UNAUTHORIZED.status()) {
            write(AUTHENTICATE);
        }
        if (!request.keepAlive()) {
            write(CONNECTION_CLOSE);
        } else if (request.isHttp10()) {
            write(CONNECTION_KEEP_ALIVE);
        }
        write(LINE_END);
        int bodyBytes = request.headOnly() ? 0 : json.size();
        out.ensureWritable(head.size() + bodyBytes);
        out.writeBytes(head.array(), 0, head.size());
        out.writeBytes(json.bytes().array(), 0, bodyBytes);
    }

    private void number(byte[] name, long value) {
        write(name);
        JsonWriter.decimal(head, value);
        write(LINE_END);
    }

    private void write(byte[] bytes) {
        head.raw(bytes, 0, bytes.length);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
