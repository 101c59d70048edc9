package io.clouddragon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any bytes pass through a String and a reply unchanged. */
class RawTextTest {
    @Test
    void anyBytesComeBack() {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] pieces = {{'a'}, {(byte) 0xFF}, utf8("é"), utf8("🐉"), {(byte) 0xF0, (byte) 0x9F}, {(byte) 0xC0}};
        // Half a surrogate pair, as UTF-8 must not have it.
        byte[] half = {(byte) 0xED, (byte) 0xB3, (byte) 0xBF};
        for (int round = 0; round < 2000; round++) {
            ByteBuf words = Unpooled.buffer();
            for (int i = random.nextInt(6); i >= 0; i--) {
                int piece = random.nextInt(pieces.length + 2);
                byte[] any = {(byte) random.nextInt(256)};
                words.writeBytes(piece < pieces.length ? pieces[piece] : piece == pieces.length ? half : any);
            }
            byte[] bytes = new byte[words.readableBytes()];
            words.readBytes(bytes);
            assertThat(RawText.bytes(RawText.of(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void textIsText() {
        assertThat(RawText.of(utf8("é🐉x"))).isEqualTo("é🐉x");
        assertThat(RawText.bytes("é🐉x")).isEqualTo(utf8("é🐉x"));
    }

    @Test
    void repliesHaveTheBytes() {
        String text = RawText.of(new byte[] {'x', (byte) 0xFF, (byte) 0xC3, (byte) 0xA9});
        ByteBuf out = Unpooled.buffer();
        ReplyWriter reply = new ReplyWriter().target(out);
        reply.error("ERR " + text);
        reply.bulk(text);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("-ERR xÿÃ©\r\n$4\r\nxÿÃ©\r\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
