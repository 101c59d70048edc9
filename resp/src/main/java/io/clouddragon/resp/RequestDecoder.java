package io.clouddragon.resp;

import io.netty.buffer.ByteBuf;

/**
 * Turns the bytes of one connection into commands: arrays of bulk strings ({@code *2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n}) and
 * inline lines ({@code ECHO hi\r\n}).
 *
 * <pre>
 *   decoder.feed(received);
 *   while (decoder.next(request)) { execute(request); }
 *   if (decoder.error() != null) { answer it and close }
 * </pre>
 *
 * <p>The received bytes are copied once, into an array where a command's arguments lie side by side; a command costs no
 * object and no String.
 *
 * <pre>
 *   0         start          position      scanned      end         buffer.length
 *   | yielded | parsed       | line searched | received  | free      |
 *             '---------- held: buffered() --------------'
 * </pre>
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>0 ≤ start ≤ position ≤ scanned ≤ end; between commands start = position. Only {@link #feed} moves bytes.
 *   <li>No byte is examined twice, however the stream is cut: parsed arguments stay in the index, the search for a line's
 *       end goes on where it stopped, a bulk is awaited by its length. Moving bytes is amortised: it is done only when at
 *       least as many have been received since. So time is linear in the bytes received.
 *   <li>Memory follows the bytes received, within {@link DecoderLimits}, never those announced: the array has at most
 *       four times as many, the index of arguments at most three times. A drained decoder keeps no more than
 *       {@value #RETAINED_BYTES} bytes.
 *   <li>How the stream is cut into pieces changes nothing: neither the commands nor the error.
 * </ol>
 *
 * <p>The rules are those of {@code processMultibulkBuffer} and {@code processInlineBuffer} (Redis 7.0 networking.c), the
 * odd ones included: the two bytes after a length or a bulk are skipped unread; {@code *0} and {@code *-1} are skipped
 * silently; and a NUL ends the search for a line's end, as it does for C's {@code strchr}, so that a line with a NUL
 * never completes but is refused as too big in the end. Event loop only.
 */
public final class RequestDecoder {
    private static final int INITIAL_BYTES = 1024;
    private static final int RETAINED_BYTES = 16 * 1024;
    private static final int LENGTH_UNKNOWN = -1;
    private static final int NOT_FOUND = -1;
    private static final byte[] NO_BYTES = new byte[0];

    private final DecoderLimits limits;
    private final ArgumentIndex arguments = new ArgumentIndex();
    private boolean authenticated = true;
    private ProtocolError error;

    private byte[] buffer = NO_BYTES;
    private int start;
    private int position;
    private int scanned;
    private int end;

    /** Arguments of the current command that have not arrived completely; 0 between commands. */
    private int missing;

    private int bulkLength = LENGTH_UNKNOWN;

    public RequestDecoder(DecoderLimits limits) {
        this.limits = limits;
    }

    /**
     * Whether the client may send as much as any other (the initial state), or, because it must authenticate first, is
     * held to the unauthenticated limits. Takes effect with the next length decoded.
     */
    public void authenticated(boolean yes) {
        authenticated = yes;
    }

    /**
     * Takes all readable bytes, which stay the caller's to release. Ends the validity of the last {@link Request}. After
     * an error the bytes are skipped.
     */
    public void feed(ByteBuf received) {
        int bytes = received.readableBytes();
        if (error == null && makeRoom(bytes)) {
            received.readBytes(buffer, end, bytes);
            end += bytes;
        } else {
            received.skipBytes(bytes);
        }
    }

    /**
     * Yields the next complete command. Ends the validity of what an earlier call put into a Request.
     *
     * @return false if more bytes are needed, or if the stream is broken: see {@link #error}. The Request is then empty,
     *     so that it does not hold on to a large array
     */
    public boolean next(Request out) {
        while (readCommand()) {
            int begin = start;
            start = position;
            if (arguments.count() > 0) {
                out.set(buffer, begin, arguments);
                return true;
            }
        }
        out.clear();
        return false;
    }

    /** What broke the stream, or null. Once set it stays, and nothing more is decoded. */
    public ProtocolError error() {
        return error;
    }

    /** Bytes received and not yet yielded: what CLIENT LIST calls {@code qbuf}. */
    public int buffered() {
        return end - start;
    }

    /** Bytes allocated for the query buffer; less {@link #buffered} it is what CLIENT LIST calls {@code qbuf-free}. */
    public int capacity() {
        return buffer.length;
    }

    /** Reads a command, perhaps one without arguments, or as much of it as has come; true when it is complete. */
    private boolean readCommand() {
        if (error != null) {
            return false;
        }
        if (missing == 0) {
            arguments.clear();
            if (position == end) {
                release();
                return false;
            }
            boolean lineRead = buffer[position] == '*' ? readCount() : readInline();
            if (!lineRead) {
                return false;
            }
        }
        return missing == 0 || readArguments();
    }

    /** Reads {@code *<count>\r\n}. */
    private boolean readCount() {
        int cr = lineEnd('\r', "too big mbulk count string");
        if (cr == NOT_FOUND || cr + 1 == end) {
            return false;
        }
        int from = position + 1;
        if (!Integers.isLong(buffer, from, cr - from)) {
            return fail("invalid multibulk length");
        }
        long count = Integers.parseLong(buffer, from, cr - from);
        // Redis 7.0 refuses no number of arguments that fits an int (Redis 6: 1024 * 1024).
        if (count > Integer.MAX_VALUE) {
            return fail("invalid multibulk length");
        }
        if (!authenticated && count > limits.unauthenticatedArguments()) {
            return fail("unauthenticated multibulk length");
        }
        advanceTo(cr + 2);
        missing = (int) Math.max(0, count);
        return true;
    }

    /** Reads what has come of the command's bulk strings; true when all of them are there. */
    private boolean readArguments() {
        do {
            if (bulkLength == LENGTH_UNKNOWN && !readBulkLength()) {
                return false;
            }
            if (end - position < bulkLength + 2) {
                return false;
            }
            arguments.add(position - start, bulkLength);
            advanceTo(position + bulkLength + 2);
            bulkLength = LENGTH_UNKNOWN;
        } while (--missing > 0);
        return true;
    }

    /** Reads {@code $<length>\r\n}. */
    private boolean readBulkLength() {
        int cr = lineEnd('\r', "too big bulk count string");
        if (cr == NOT_FOUND || cr + 1 == end) {
            return false;
        }
        if (buffer[position] != '$') {
            return fail("expected '$', got '" + (char) (buffer[position] & 0xFF) + "'");
        }
        int from = position + 1;
        if (!Integers.isLong(buffer, from, cr - from)) {
            return fail("invalid bulk length");
        }
        long length = Integers.parseLong(buffer, from, cr - from);
        if (length < 0 || length > limits.bulkBytes()) {
            return fail("invalid bulk length");
        }
        if (!authenticated && length > limits.unauthenticatedBulkBytes()) {
            return fail("unauthenticated bulk length");
        }
        advanceTo(cr + 2);
        bulkLength = (int) length;
        return true;
    }

    /** Reads a line that ends with LF or CRLF. */
    private boolean readInline() {
        int lf = lineEnd('\n', "too big inline request");
        if (lf == NOT_FOUND) {
            return false;
        }
        int to = lf > position && buffer[lf - 1] == '\r' ? lf - 1 : lf;
        if (!InlineArguments.split(buffer, position, to, start, arguments)) {
            return fail("unbalanced quotes in request");
        }
        advanceTo(lf + 1);
        return true;
    }

    /** Where the line at the position ends, or NOT_FOUND: it is not complete, or too long, which is then the error. */
    private int lineEnd(char terminator, String tooBig) {
        byte[] bytes = buffer;
        int to = end;
        int at = scanned;
        while (at < to && bytes[at] != terminator && bytes[at] != 0) {
            at++;
        }
        scanned = at;
        boolean found = at < to && bytes[at] == terminator;
        if ((found ? at : to) - position > limits.inlineBytes()) {
            fail(tooBig);
            return NOT_FOUND;
        }
        return found ? at : NOT_FOUND;
    }

    private void advanceTo(int newPosition) {
        position = newPosition;
        scanned = newPosition;
    }

    /** Makes the free part at least so large, by moving what is held to the front or into a larger array. */
    private boolean makeRoom(int bytes) {
        int held = end - start;
        int limit = authenticated ? limits.queryBufferBytes() : DecoderLimits.UNAUTHENTICATED_QUERY_BUFFER_BYTES;
        if ((long) held + bytes > limit) {
            return fail("query buffer limit exceeded");
        }
        int capacity = buffer.length;
        if (bytes <= capacity - end) {
            return true;
        }
        byte[] target = buffer;
        // Moved in place only what is at most half the array: the other half has then been received since the last
        // move.
        boolean crowded = held > capacity / 2 && capacity < DecoderLimits.MAX_BYTES;
        if (crowded || held + bytes > capacity) {
            try {
                target = new byte[Math.max(crowded ? twice(capacity) : INITIAL_BYTES, withSlack(held + bytes))];
            } catch (OutOfMemoryError e) {
                return fail("not enough memory for the command");
            }
        }
        System.arraycopy(buffer, start, target, 0, held);
        buffer = target;
        position -= start;
        scanned -= start;
        end = held;
        start = 0;
        return true;
    }

    /** An eighth more: what a large value lacks after a read of the largest size comes next, and shall not move the rest. */
    private static int withSlack(int bytes) {
        return (int) Math.min(DecoderLimits.MAX_BYTES, bytes + (long) bytes / 8);
    }

    /** More than the largest limit is of no use, and no array may be as long as the largest int. */
    static int twice(int capacity) {
        return (int) Math.min(DecoderLimits.MAX_BYTES, 2L * capacity);
    }

    private void release() {
        start = 0;
        advanceTo(0);
        end = 0;
        arguments.release();
        if (buffer.length > RETAINED_BYTES) {
            buffer = NO_BYTES;
        }
    }

    private boolean fail(String message) {
        error = new ProtocolError(message);
        missing = 0;
        release();
        buffer = NO_BYTES;
        return false;
    }
}
