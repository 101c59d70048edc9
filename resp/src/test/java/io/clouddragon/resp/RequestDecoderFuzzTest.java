package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.decode;
import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.resp.Streams.Decoded;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the bytes: no exception, no endless loop, memory bounded by what was sent, and cutting changes nothing. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestDecoderFuzzTest {
    private static final int STREAMS = 20_000;

    @Test
    void randomBytesNeverUpsetTheDecoder() {
        Random random = Streams.random("randomBytesNeverUpsetTheDecoder");
        for (int i = 0; i < STREAMS; i++) {
            byte[] stream = new byte[random.nextInt(200)];
            random.nextBytes(stream);
            if (random.nextBoolean() && stream.length > 0) {
                stream[0] = '*';
            }
            check(stream, random);
        }
    }

    @Test
    void damagedCommandsNeverUpsetTheDecoder() {
        Random random = Streams.random("damagedCommandsNeverUpsetTheDecoder");
        for (int i = 0; i < STREAMS; i++) {
            check(RandomStreams.damaged(random), random);
        }
    }

    @Test
    void soundCommandsCutAnywhereComeOutAsTheyWere() {
        Random random = Streams.random("soundCommandsCutAnywhereComeOutAsTheyWere");
        for (int i = 0; i < STREAMS; i++) {
            RandomStreams.Sound sound = RandomStreams.sound(random);
            Decoded decoded = decode(sound.stream(), cuts(random, sound.stream().length));
            assertThat(decoded).isEqualTo(new Decoded(sound.commands(), null));
        }
    }

    private static void check(byte[] stream, Random random) {
        Decoded whole = decode(stream);
        RequestDecoder decoder = new RequestDecoder(new DecoderLimits());
        assertThat(decode(decoder, stream, cuts(random, stream.length))).isEqualTo(whole);
        assertThat(decoder.capacity()).isLessThanOrEqualTo(Math.max(1024, 4 * stream.length));
        assertThat(decoder.buffered()).isLessThanOrEqualTo(stream.length);
        if (whole.error() != null) {
            decoder.feed(Unpooled.wrappedBuffer(stream));
            assertThat(decoder.next(new Request())).isFalse();
        }
    }

    private static int[] cuts(Random random, int length) {
        int[] cuts = new int[random.nextInt(5)];
        Arrays.setAll(cuts, i -> random.nextInt(length + 1));
        Arrays.sort(cuts);
        return cuts;
    }
}
