package io.clouddragon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.ErrorRedisMessage;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.IntegerRedisMessage;
import io.netty.handler.codec.redis.RedisArrayAggregator;
import io.netty.handler.codec.redis.RedisBulkStringAggregator;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.codec.redis.RedisEncoder;
import io.netty.handler.codec.redis.RedisMessage;
import io.netty.handler.codec.redis.SimpleStringRedisMessage;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Netty's own Redis codec, which shares no line with ours, understands us and is understood. */
class NettyCodecOracleTest {
    private static final int ROUNDS = 5_000;

    @Test
    void nettyReadsTheRepliesThatWeWrite() {
        Random random = Streams.random("nettyReadsTheRepliesThatWeWrite");
        EmbeddedChannel netty = new EmbeddedChannel(
                new RedisDecoder(), new RedisBulkStringAggregator(), new RedisArrayAggregator(64, 8));
        ReplyWriter writer = new ReplyWriter();
        for (int i = 0; i < ROUNDS; i++) {
            ByteBuf out = Unpooled.buffer();
            Object expected = writeReply(writer.target(out), random, 3);
            netty.writeInbound(out);
            RedisMessage read = netty.readInbound();
            assertThat(value(read)).isEqualTo(expected);
            ReferenceCountUtil.release(read);
        }
        assertThat(netty.finish()).isFalse();
    }

    @Test
    void weReadTheRequestsThatNettyWrites() {
        Random random = Streams.random("weReadTheRequestsThatNettyWrites");
        EmbeddedChannel netty = new EmbeddedChannel(new RedisEncoder());
        RequestDecoder decoder = new RequestDecoder(new DecoderLimits());
        Request request = new Request();
        for (int i = 0; i < ROUNDS; i++) {
            List<String> arguments = new ArrayList<>();
            List<RedisMessage> messages = new ArrayList<>();
            for (int left = 1 + random.nextInt(6); left > 0; left--) {
                byte[] argument = randomBytes(random);
                arguments.add(Streams.text(argument));
                messages.add(new FullBulkStringRedisMessage(Unpooled.wrappedBuffer(argument)));
            }
            netty.writeOutbound(new ArrayRedisMessage(messages));
            for (ByteBuf written = netty.readOutbound(); written != null; written = netty.readOutbound()) {
                decoder.feed(written);
                written.release();
            }
            assertThat(decoder.next(request)).isTrue();
            assertThat(Streams.arguments(request)).isEqualTo(arguments);
            assertThat(decoder.next(request)).isFalse();
        }
        assertThat(decoder.error()).isNull();
        assertThat(netty.finish()).isFalse();
    }

    /** Writes a random reply and returns its value. */
    private static Object writeReply(ReplyWriter writer, Random random, int depth) {
        switch (random.nextInt(depth == 0 ? 8 : 10)) {
            case 0 -> {
                writer.ok();
                return "+OK";
            }
            case 1 -> {
                writer.error("ERR\r\n" + depth);
                return "-ERR  " + depth;
            }
            case 2 -> {
                long value = random.nextLong() >> random.nextInt(64);
                writer.integer(value);
                return value;
            }
            case 3 -> {
                long value = random.nextLong() >> random.nextInt(64);
                writer.bulkInteger(value);
                return Long.toString(value);
            }
            case 4 -> {
                double value = random.nextBoolean() ? random.nextInt(1000) : random.nextGaussian();
                writer.doubleValue(value);
                return RedisDoubles.format(value);
            }
            case 5 -> {
                writer.nullBulk();
                return "null";
            }
            case 6 -> {
                writer.bool(true);
                return 1L;
            }
            case 7 -> {
                byte[] bytes = randomBytes(random);
                writer.bulk(bytes);
                return Streams.text(bytes);
            }
            case 8 -> {
                int size = random.nextInt(5);
                writer.array(size);
                return writeReplies(writer, random, depth - 1, size);
            }
            default -> {
                int pairs = random.nextInt(3);
                writer.map(pairs);
                return writeReplies(writer, random, depth - 1, 2 * pairs);
            }
        }
    }

    private static List<Object> writeReplies(ReplyWriter writer, Random random, int depth, int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(writeReply(writer, random, depth));
        }
        return values;
    }

    private static Object value(RedisMessage message) {
        if (message instanceof SimpleStringRedisMessage status) {
            return "+" + status.content();
        }
        if (message instanceof ErrorRedisMessage error) {
            return "-" + error.content();
        }
        if (message instanceof IntegerRedisMessage integer) {
            return integer.value();
        }
        if (message instanceof FullBulkStringRedisMessage bulk) {
            return bulk.isNull() ? "null" : bulk.content().toString(StandardCharsets.ISO_8859_1);
        }
        return ((ArrayRedisMessage) message)
                .children().stream().map(NettyCodecOracleTest::value).toList();
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(5_000) : random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }
}
