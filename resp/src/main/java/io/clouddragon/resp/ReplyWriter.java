package io.clouddragon.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * Writes the replies of one connection, in the protocol version that it has chosen. A command says what it answers
 * (a map, a null, a double); how that looks in RESP2 or RESP3 is decided here and nowhere else.
 *
 * <table>
 *   <caption>Types that look different</caption>
 *   <tr><th>reply</th><th>RESP2</th><th>RESP3</th></tr>
 *   <tr><td>null</td><td>{@code $-1} or {@code *-1}</td><td>{@code _}</td></tr>
 *   <tr><td>map of n pairs</td><td>array of 2n</td><td>{@code %n}</td></tr>
 *   <tr><td>set, push</td><td>array</td><td>{@code ~n}, {@code >n}</td></tr>
 *   <tr><td>double, big number, verbatim text</td><td>bulk string</td><td>{@code ,} {@code (} {@code =}</td></tr>
 *   <tr><td>boolean</td><td>{@code :1} {@code :0}</td><td>{@code #t} {@code #f}</td></tr>
 * </table>
 *
 * <p>An aggregate is its header followed by so many replies, each of which may be an aggregate; that the number is right
 * is the caller's affair. CR and LF of a caller's text never reach the wire of a one-line reply: there each becomes a
 * space. There are no attributes: no client asks for them, and a RESP2 connection could not be sent any.
 *
 * <p>Sources: the addReply functions of Redis 7.0 networking.c; the RESP3 specification. Nothing here allocates but
 * {@link #doubleValue} of a number that is no integer. Event loop only.
 */
public final class ReplyWriter {
    private static final int CACHED = 256;
    /** A string of at most so many bytes is put together on the heap: one write to the buffer in place of three. */
    private static final int SHORT_BYTES = 128;

    private static final int CRLF = '\r' << 8 | '\n';

    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] QUEUED = ascii("+QUEUED\r\n");
    private static final byte[] PONG = ascii("+PONG\r\n");
    private static final byte[] NULL = ascii("_\r\n");
    private static final byte[] NULL_BULK = ascii("$-1\r\n");
    private static final byte[] NULL_ARRAY = ascii("*-1\r\n");
    private static final byte[] TRUE = ascii("#t\r\n");
    private static final byte[] FALSE = ascii("#f\r\n");

    private static final byte[][] INTEGERS = cached(':');
    private static final byte[][] BULKS = cached('$');
    private static final byte[][] ARRAYS = cached('*');
    private static final byte[][] MAPS = cached('%');
    private static final byte[][] SETS = cached('~');
    private static final byte[][] PUSHES = cached('>');

    private final byte[] scratch = new byte[1 + Integers.MAX_LENGTH + 2 + SHORT_BYTES + 2];
    private ByteBuf out;
    private boolean resp3;

    /** The protocol version in use, 2 (at first) or 3. */
    public int protocol() {
        return resp3 ? 3 : 2;
    }

    /** @throws IllegalArgumentException unless 2 or 3 */
    public ReplyWriter protocol(int version) {
        if (version != 2 && version != 3) {
            throw new IllegalArgumentException("no such version of RESP: " + version);
        }
        resp3 = version == 3;
        return this;
    }

    /** Where replies go until this is called again; the writer never releases it. Must be set before the first reply. */
    public ReplyWriter target(ByteBuf buffer) {
        out = buffer;
        return this;
    }

    /** Where in the target the next reply begins, for {@link #repeat}. */
    public int position() {
        return out.writerIndex();
    }

    /** Writes once more what has been written between two positions. */
    public void repeat(int from, int to) {
        out.writeBytes(out, from, to - from);
    }

    public void ok() {
        out.writeBytes(OK);
    }

    public void queued() {
        out.writeBytes(QUEUED);
    }

    public void pong() {
        out.writeBytes(PONG);
    }

    /** A status word. */
    public void simpleString(String text) {
        line('+', text);
    }

    /** A status word of any bytes: line breaks become spaces. */
    public void simpleString(byte[] text) {
        line('+', text, 0, text.length);
    }

    /** An error; the text begins with its code: {@code ERR no such key}. */
    public void error(String text) {
        line('-', text);
    }

    /** An error of any bytes: line breaks at its ends are cut, others become spaces. */
    public void error(byte[] text) {
        int from = 0;
        int to = text.length;
        while (from < to && isLineBreak((char) text[from])) {
            from++;
        }
        while (to > from && isLineBreak((char) text[to - 1])) {
            to--;
        }
        line('-', text, from, to);
    }

    public void integer(long value) {
        header(INTEGERS, ':', value);
    }

    public void bulk(byte[] bytes) {
        bulk(bytes, 0, bytes.length);
    }

    public void bulk(byte[] bytes, int offset, int length) {
        if (length > SHORT_BYTES) {
            header(BULKS, '$', length);
            out.writeBytes(bytes, offset, length);
            out.writeShort(CRLF);
            return;
        }
        byte[] header = BULKS[length];
        System.arraycopy(header, 0, scratch, 0, header.length);
        System.arraycopy(bytes, offset, scratch, header.length, length);
        int end = header.length + length;
        scratch[end] = '\r';
        scratch[end + 1] = '\n';
        out.writeBytes(scratch, 0, end + 2);
    }

    /** A bulk string of a text's UTF-8 bytes; see {@link RawText}, too. */
    public void bulk(String text) {
        if (RawText.isRaw(text)) {
            bulk(RawText.bytes(text));
            return;
        }
        int length = ByteBufUtil.utf8Bytes(text);
        header(BULKS, '$', length);
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        out.writeShort(CRLF);
    }

    /** A number as a bulk string of its decimal digits. */
    public void bulkInteger(long value) {
        header(BULKS, '$', Integers.length(value));
        digitsAndCrlf(value, 0);
    }

    /** The null that stands for a string that does not exist. */
    public void nullBulk() {
        out.writeBytes(resp3 ? NULL : NULL_BULK);
    }

    /** The null that stands for an array that does not exist: EXEC aborted, BLPOP timed out. */
    public void nullArray() {
        out.writeBytes(resp3 ? NULL : NULL_ARRAY);
    }

    /** Begins an array of so many replies. */
    public void array(int size) {
        header(ARRAYS, '*', size);
    }

    /** Begins a map of so many pairs: twice as many replies follow, each key before its value. */
    public void map(int pairs) {
        if (resp3) {
            header(MAPS, '%', pairs);
        } else {
            header(ARRAYS, '*', 2L * pairs);
        }
    }

    /** Begins a set of so many replies, all different. */
    public void set(int size) {
        if (resp3) {
            header(SETS, '~', size);
        } else {
            array(size);
        }
    }

    /** Begins a message that answers no request, such as one of Pub/Sub, of so many replies. */
    public void push(int size) {
        if (resp3) {
            header(PUSHES, '>', size);
        } else {
            array(size);
        }
    }

    /** A floating-point number with 17 significant digits, see {@link RedisDoubles#format}. */
    public void doubleValue(double value) {
        if (!RedisDoubles.isInteger(value)) {
            textOrBulk(',', RedisDoubles.format(value));
        } else if (resp3) {
            out.writeByte(',');
            digitsAndCrlf((long) value, 0);
        } else {
            bulkInteger((long) value);
        }
    }

    public void bool(boolean value) {
        if (resp3) {
            out.writeBytes(value ? TRUE : FALSE);
        } else {
            integer(value ? 1 : 0);
        }
    }

    /** An integer of any size as whoever hands it over writes it: line breaks become spaces. */
    public void bigNumber(byte[] digits) {
        if (resp3) {
            line('(', digits, 0, digits.length);
        } else {
            bulk(digits);
        }
    }

    /**
     * A text for humans.
     *
     * @param format three ASCII characters: {@code txt} or {@code mkd}; RESP2 leaves it out
     */
    public void verbatim(String format, byte[] bytes) {
        if (format.length() != 3) {
            throw new IllegalArgumentException("a verbatim format has three characters: " + format);
        }
        if (!resp3) {
            bulk(bytes);
            return;
        }
        out.writeByte('=');
        digitsAndCrlf(4L + bytes.length, 0);
        out.writeCharSequence(format, StandardCharsets.US_ASCII);
        out.writeByte(':');
        out.writeBytes(bytes);
        out.writeShort(CRLF);
    }

    private void textOrBulk(char type, String text) {
        if (resp3) {
            line(type, text);
        } else {
            bulk(text);
        }
    }

    /** One-line replies: as addReplyErrorFormat, line breaks at the ends are cut and others become spaces. */
    private void line(char type, String text) {
        out.writeByte(type);
        int from = 0;
        int to = text.length();
        while (from < to && isLineBreak(text.charAt(from))) {
            from++;
        }
        while (to > from && isLineBreak(text.charAt(to - 1))) {
            to--;
        }
        int begin = out.writerIndex();
        RawText.write(text, from, to, out);
        endLine(begin);
    }

    private void line(char type, byte[] text, int from, int to) {
        out.writeByte(type);
        int begin = out.writerIndex();
        out.writeBytes(text, from, to - from);
        endLine(begin);
    }

    /** What was written from there on is one line. */
    private void endLine(int begin) {
        for (int i = begin; i < out.writerIndex(); i++) {
            if (isLineBreak((char) out.getByte(i))) {
                out.setByte(i, ' ');
            }
        }
        out.writeShort(CRLF);
    }

    private static boolean isLineBreak(char c) {
        return c == '\r' || c == '\n';
    }

    /** A type's character and a number: an integer reply, or the beginning of a string or an aggregate. */
    private void header(byte[][] cached, char type, long value) {
        if (value >= 0 && value < CACHED) {
            out.writeBytes(cached[(int) value]);
        } else {
            scratch[0] = (byte) type;
            digitsAndCrlf(value, 1);
        }
    }

    /** Writes the first bytes of the scratch, which the caller has set, then the digits, then CR and LF. */
    private void digitsAndCrlf(long value, int before) {
        int end = Integers.write(value, scratch, before);
        scratch[end] = '\r';
        scratch[end + 1] = '\n';
        out.writeBytes(scratch, 0, end + 2);
    }

    private static byte[][] cached(char type) {
        byte[][] headers = new byte[CACHED][];
        for (int i = 0; i < CACHED; i++) {
            headers[i] = ascii(type + Integer.toString(i) + "\r\n");
        }
        return headers;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
