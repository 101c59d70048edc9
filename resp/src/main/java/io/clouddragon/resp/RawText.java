package io.clouddragon.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Texts that quote bytes of a client's, which may be any: what of them is not UTF-8 stands in the String as the lower half of a
 * surrogate pair alone, U+DC80 for the byte 0x80 to U+DCFF for 0xFF, and is that byte again once {@link ReplyWriter} has
 * written it. So an error can be put together as a String and yet tell what was said, as Redis' errors do. (Python calls
 * this surrogateescape: PEP 383.)
 */
public final class RawText {
    private static final char FIRST = 0xDC80;
    private static final char LAST = 0xDCFF;

    private RawText() {}

    public static String of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static String of(byte[] bytes, int offset, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        CharBuffer out = CharBuffer.allocate(length);
        for (CoderResult result = decoder.decode(in, out, true);
                result.isMalformed();
                result = decoder.decode(in, out, true)) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (FIRST - 0x80 + (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }

    /** The bytes that a text stands for. */
    public static byte[] bytes(String text) {
        if (!isRaw(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteBuf out = Unpooled.buffer(text.length());
        write(text, 0, text.length(), out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Whether it stands for bytes that are not UTF-8. */
    static boolean isRaw(String text) {
        return next(text, 0, text.length()) < text.length();
    }

    /** Writes the bytes that {@code [from, to)} of a text stands for. */
    static void write(String text, int from, int to, ByteBuf out) {
        int at = from;
        while (at < to) {
            int raw = next(text, at, to);
            if (raw > at) {
                out.writeCharSequence(text.subSequence(at, raw), StandardCharsets.UTF_8);
            }
            if (raw < to) {
                out.writeByte(text.charAt(raw) - FIRST + 0x80);
            }
            at = raw + 1;
        }
    }

    /** Where the next byte stands that is not UTF-8; {@code to} when there is none. */
    private static int next(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= FIRST && c <= LAST && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
                return i;
            }
        }
        return to;
    }
}
