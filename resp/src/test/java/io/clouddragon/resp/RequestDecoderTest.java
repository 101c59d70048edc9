package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.bytes;
import static io.clouddragon.resp.Streams.command;
import static io.clouddragon.resp.Streams.decode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.resp.GoldenStreams.Row;
import io.clouddragon.resp.Streams.Decoded;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestDecoderTest {
    private final DecoderLimits limits = new DecoderLimits();
    private final RequestDecoder decoder = new RequestDecoder(limits);
    private final Request request = new Request();

    static List<Row> streams() {
        return GoldenStreams.all();
    }

    static List<Row> unauthenticatedStreams() {
        return GoldenStreams.unauthenticated();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamMeansWhatTheTableSays(Row row) {
        assertThat(decode(decoder, bytes(row.stream()))).isEqualTo(expected(row));
    }

    @ParameterizedTest
    @MethodSource("unauthenticatedStreams")
    void aClientThatMustAuthenticateIsHeldToLessThanOthers(Row row) {
        decoder.authenticated(false);
        assertThat(decode(decoder, bytes(row.stream()))).isEqualTo(expected(row));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamCutAtAnyByteMeansTheSame(Row row) {
        byte[] stream = bytes(row.stream());
        Decoded whole = decode(stream);
        int step = Math.max(1, stream.length / 100);
        for (int cut = 0; cut <= stream.length; cut += step) {
            assertThat(decode(stream, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        assertThat(decode(stream, IntStream.range(1, stream.length).toArray()))
                .as("cut at every byte")
                .isEqualTo(whole);
    }

    @Test
    void aLineMayBeAsLongAsTheLimitAndNoByteLonger() {
        String longest = "ECHO " + "x".repeat(limits.inlineBytes() - 5);
        assertThat(decode(bytes(longest + "\n")).commands()).hasSize(1);
        assertThat(decode(bytes(longest + "x\n")).error()).isEqualTo("too big inline request");
    }

    @Test
    void aCommandSentBesideAuthIsHeldToTheLimitsOfItsMoment() {
        decoder.authenticated(false);
        String eleven = command("DEL", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        feed(command("AUTH", "secret") + eleven);
        assertThat(decoder.next(request)).isTrue();
        decoder.authenticated(true);
        assertThat(decoder.next(request)).isTrue();
        assertThat(request.count()).isEqualTo(11);
    }

    @Test
    void limitsMayBeChangedWhileAConnectionLives() {
        limits.bulkBytes(3).inlineBytes(10);
        assertThat(decode(new RequestDecoder(limits), bytes(command("GET", "abc")))
                        .error())
                .isNull();
        assertThat(decode(new RequestDecoder(limits), bytes(command("GET", "abcd")))
                        .error())
                .isEqualTo("invalid bulk length");
        assertThat(decode(new RequestDecoder(limits), bytes("GET 1234567\n")).error())
                .isEqualTo("too big inline request");
        assertThatThrownBy(() -> limits.bulkBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> limits.queryBufferBytes(DecoderLimits.MAX_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aQueryBufferThatGrowsBeyondItsLimitBreaksTheConnection() {
        limits.queryBufferBytes(1000);
        feed("*1\r\n$2000\r\n" + "x".repeat(900));
        assertThat(decoder.next(request)).isFalse();
        assertThat(decoder.error()).isNull();
        feed("x".repeat(200));
        assertThat(decoder.error()).isEqualTo(new ProtocolError("query buffer limit exceeded"));
        assertThat(decoder.next(request)).isFalse();
    }

    @Test
    void afterAnErrorBytesAreTakenAndForgotten() {
        feed("*x\r\n");
        assertThat(decoder.next(request)).isFalse();
        ByteBuf more = Unpooled.wrappedBuffer(bytes(command("PING")));
        decoder.feed(more);
        assertThat(more.isReadable()).isFalse();
        assertThat(decoder.next(request)).isFalse();
        assertThat(decoder.buffered()).isZero();
        assertThat(decoder.capacity()).isZero();
    }

    @Test
    void argumentsLieInOneArrayThatIsNotTheNetworks() {
        ByteBuf received = Unpooled.copiedBuffer(bytes(command("SET", "key", "value")));
        decoder.feed(received);
        received.setZero(0, received.capacity());
        assertThat(decoder.next(request)).isTrue();
        assertThat(Streams.arguments(request)).containsExactly("SET", "key", "value");
        assertThatThrownBy(() -> request.offset(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> request.length(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aCopySurvivesTheCommandsThatFollow() {
        feed(command("SET", "", "value") + command("XXXXXXXX", "YYYYYY"));
        assertThat(decoder.next(request)).isTrue();
        Request copy = request.copy();
        assertThat(decoder.next(request)).isTrue();
        feed("*1\r\n$50000\r\n" + "z".repeat(50_000));
        assertThat(Streams.arguments(copy)).containsExactly("SET", "", "value");
        assertThat(copy.array()).hasSize(8);
    }

    @Test
    void bufferedCountsWhatIsHeldAndNotYetYielded() {
        String first = command("PING");
        feed(first + "*1\r\n$4");
        assertThat(decoder.buffered()).isEqualTo(first.length() + 6);
        assertThat(decoder.next(request)).isTrue();
        assertThat(decoder.buffered()).isEqualTo(6);
        assertThat(decoder.next(request)).isFalse();
        assertThat(decoder.buffered()).isEqualTo(6);
        assertThat(decoder.capacity()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void memoryFollowsTheBytesReceivedNotTheBytesAnnounced() {
        feed("*2000000000\r\n$536870912\r\nx");
        assertThat(decoder.next(request)).isFalse();
        assertThat(decoder.capacity()).isLessThanOrEqualTo(1024);
        for (int received = 26; received < 1 << 20; received += 1000) {
            feed("x".repeat(1000));
            assertThat(decoder.next(request)).isFalse();
            assertThat(decoder.capacity()).isLessThanOrEqualTo(4 * (received + 1000));
        }
    }

    @Test
    void aHugeBulkInSmallPiecesTakesLinearTimeAndItsMemoryIsGivenBack() {
        int size = 100 << 20;
        byte[] piece = new byte[16 << 10];
        feed("*2\r\n$3\r\nGET\r\n$" + size + "\r\n");
        for (int sent = 0; sent < size; sent += piece.length) {
            assertThat(decoder.next(request)).isFalse();
            decoder.feed(Unpooled.wrappedBuffer(piece));
        }
        feed("\r\n");
        assertThat(decoder.next(request)).isTrue();
        assertThat(request.length(1)).isEqualTo(size);
        assertThat(decoder.next(request)).isFalse();
        assertThat(decoder.capacity()).isLessThanOrEqualTo(16 << 10);
        assertThat(request.count()).isZero();
        assertThat(request.array()).isEmpty();
    }

    @Test
    void aMillionArgumentsInSmallPiecesTakeLinearTime() {
        int count = 1_000_000;
        byte[] stream = bytes("*" + count + "\r\n" + "$1\r\nx\r\n".repeat(count));
        for (int from = 0; from < stream.length; from += 100) {
            assertThat(decoder.next(request)).isFalse();
            decoder.feed(Unpooled.wrappedBuffer(stream, from, Math.min(100, stream.length - from)));
        }
        assertThat(decoder.next(request)).isTrue();
        assertThat(request.count()).isEqualTo(count);
        assertThat(Streams.argument(request, count - 1)).isEqualTo("x");
    }

    @Test
    void aPipelineReadSlowerThanItArrivesTakesLinearTime() {
        String ping = command("PING");
        feed(ping.repeat(1_000_000));
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(decoder.next(request)).isTrue();
            feed(ping);
        }
        assertThat(decoder.buffered()).isEqualTo(1_000_000 * ping.length());
        assertThat(decoder.capacity()).isLessThanOrEqualTo(4 * decoder.buffered());
    }

    @Test
    void aSmallCommandNeedsASmallBufferHoweverManyCome() {
        List<Integer> capacities = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            feed(command("SET", "key" + i, "value"));
            assertThat(decoder.next(request)).isTrue();
            assertThat(decoder.next(request)).isFalse();
            capacities.add(decoder.capacity());
        }
        assertThat(capacities).containsOnly(1024);
    }

    private void feed(String stream) {
        decoder.feed(Unpooled.wrappedBuffer(bytes(stream)));
    }

    private static Decoded expected(Row row) {
        return new Decoded(
                row.commands().stream().map(text -> List.of("ECHO", text)).toList(), row.error());
    }

    /** Twice a capacity just below the limit is a length that the VM refuses. */
    @Test
    void theQueryBufferNeverGrowsBeyondTheLargestLimit() {
        assertThat(RequestDecoder.twice(4096)).isEqualTo(8192);
        assertThat(RequestDecoder.twice(DecoderLimits.MAX_BYTES - 1)).isEqualTo(DecoderLimits.MAX_BYTES);
    }
}
