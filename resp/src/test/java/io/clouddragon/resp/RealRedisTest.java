package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.bytes;
import static io.clouddragon.resp.Streams.decode;
import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.resp.GoldenStreams.Row;
import io.clouddragon.resp.Streams.Decoded;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same bytes to a real Redis 7 and to us: the same commands, the same errors, the same numbers. */
@Timeout(30)
class RealRedisTest {
    private static RedisServer redis;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start("--enable-debug-command", "yes");
    }

    @AfterAll
    static void stop() throws Exception {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void redisReadsEveryGoldenStreamAsTheTableSays() throws Exception {
        for (Row row : GoldenStreams.all()) {
            assertThat(answers(redis, row.stream())).as(row.label()).isEqualTo(expected(row));
        }
    }

    @Test
    void redisHoldsAClientThatMustAuthenticateToTheSameLimits() throws Exception {
        try (RedisServer guarded = RedisServer.start("--requirepass", "secret")) {
            for (Row row : GoldenStreams.unauthenticated()) {
                assertThat(answers(guarded, row.stream())).as(row.label()).isEqualTo(expected(row));
            }
        }
    }

    @Test
    void redisReadsDamagedStreamsAsWeDo() throws Exception {
        Random random = Streams.random("redisReadsDamagedStreamsAsWeDo");
        for (int i = 0; i < 2_000; i++) {
            byte[] stream = RandomStreams.damaged(random);
            Decoded ours = decode(stream);
            List<Object> answers = answers(redis, Streams.text(stream));
            int commands = ours.commands().size();
            assertThat(answers).as(Streams.text(stream)).hasSize(commands + (ours.error() == null ? 0 : 1));
            for (int n = 0; n < commands; n++) {
                List<String> command = ours.commands().get(n);
                if (command.size() == 2 && command.get(0).equals("ECHO")) {
                    assertThat(answers.get(n)).as(Streams.text(stream)).isEqualTo(command.get(1));
                }
            }
            if (ours.error() != null) {
                assertThat(answers.get(commands)).as(Streams.text(stream)).isEqualTo(errorLine(ours.error()));
            }
        }
    }

    @Test
    void redisSplitsInlineLinesAsWeDo() throws Exception {
        Random random = Streams.random("redisSplitsInlineLinesAsWeDo");
        for (int i = 0; i < 5_000; i++) {
            String stream = "RPUSH list mark " + RandomStreams.line(random) + "\n";
            Decoded ours = decode(bytes(stream));
            try (RedisServer.Connection connection = redis.connect()) {
                connection.call("DEL", "list");
                connection.send(stream);
                Object reply = connection.reply();
                if (ours.error() != null) {
                    assertThat(reply).as(stream).isEqualTo(errorLine(ours.error()));
                } else {
                    List<String> words = ours.commands().get(0);
                    assertThat(connection.call("LRANGE", "list", "0", "-1"))
                            .as(stream)
                            .isEqualTo(words.subList(2, words.size()));
                }
            }
        }
    }

    @Test
    void redisReadsAndPrintsDoublesAsWeDo() throws Exception {
        Random random = Streams.random("redisReadsAndPrintsDoublesAsWeDo");
        List<String> texts = new ArrayList<>(NumberTexts.ODD);
        for (int i = 0; i < 10_000; i++) {
            texts.add(NumberTexts.random(random));
        }
        try (RedisServer.Connection connection = redis.connect()) {
            for (String text : texts) {
                double ours = RedisDoubles.parse(bytes(text), 0, text.length());
                // -0 is 0 to Redis' compact encoding of a small sorted set, not to its printing of doubles.
                String expected = Double.isNaN(ours) ? "$-1" : RedisDoubles.format(ours == 0 ? 0 : ours);
                connection.send(Streams.command("DEL", "z")
                        + Streams.command("ZADD", "z", text, "m")
                        + Streams.command("ZSCORE", "z", "m"));
                connection.reply();
                Object added = connection.reply();
                assertThat(connection.reply()).as(text).isEqualTo(expected);
                assertThat(added).as(text).isEqualTo(Double.isNaN(ours) ? "-ERR value is not a valid float" : ":1");
            }
        }
    }

    @Test
    void redisAddsLongDoublesAsWeDo() throws Exception {
        Random random = Streams.random("redisAddsLongDoublesAsWeDo");
        List<String> texts = new ArrayList<>(NumberTexts.ODD);
        for (int i = 0; i < 10_000; i++) {
            texts.add(NumberTexts.random(random));
        }
        try (RedisServer.Connection connection = redis.connect()) {
            String first = "3.0e3";
            for (String second : texts) {
                connection.send(Streams.command("SET", "f", first) + Streams.command("INCRBYFLOAT", "f", second));
                assertThat(connection.reply()).isEqualTo("+OK");
                assertThat(connection.reply()).as(first + " + " + second).isEqualTo(sum(first, second));
                if (LongDouble.parse(bytes(second), 0, second.length()) != null) {
                    first = second;
                }
            }
        }
    }

    @Test
    void redisWritesRepliesOfEveryTypeAsWeDo() throws Exception {
        Map<String, Consumer<ReplyWriter>> replies = Map.of(
                "string", writer -> writer.bulk("Hello World"),
                "integer", writer -> writer.integer(12345),
                "double", writer -> writer.doubleValue(3.141),
                "null", ReplyWriter::nullBulk,
                "array", writer -> zeroToTwo(writer, writer::array),
                "set", writer -> zeroToTwo(writer, writer::set),
                "map", RealRedisTest::mapOfBooleans,
                "verbatim", writer -> writer.verbatim("txt", bytes("This is a verbatim\nstring")),
                "true", writer -> writer.bool(true),
                "bignum", writer -> writer.bigNumber(bytes("1234567999999999999999999999999999999")));
        for (int protocol = 2; protocol <= 3; protocol++) {
            for (Map.Entry<String, Consumer<ReplyWriter>> reply : replies.entrySet()) {
                ByteBuf ours = Unpooled.buffer();
                reply.getValue().accept(new ReplyWriter().protocol(protocol).target(ours));
                assertThat(ours.toString(StandardCharsets.ISO_8859_1))
                        .as("%s in RESP%d", reply.getKey(), protocol)
                        .isEqualTo(rawReply(protocol, "DEBUG PROTOCOL " + reply.getKey()));
            }
        }
    }

    private static void zeroToTwo(ReplyWriter writer, IntConsumer begin) {
        begin.accept(3);
        for (int i = 0; i < 3; i++) {
            writer.integer(i);
        }
    }

    private static void mapOfBooleans(ReplyWriter writer) {
        writer.map(3);
        for (int i = 0; i < 3; i++) {
            writer.integer(i);
            writer.bool(i == 1);
        }
    }

    private static String rawReply(int protocol, String inline) throws IOException {
        try (RedisServer.Connection connection = redis.connect()) {
            connection.send("HELLO " + protocol + "\r\nECHO begin\r\n" + inline + "\r\n");
            connection.finish();
            String all = connection.rest();
            return all.substring(all.indexOf("begin\r\n") + "begin\r\n".length());
        }
    }

    private static Object sum(String first, String second) {
        LongDouble a = LongDouble.parse(bytes(first), 0, first.length());
        LongDouble b = LongDouble.parse(bytes(second), 0, second.length());
        boolean infinite = Double.isInfinite(RedisDoubles.parse(bytes(second), 0, second.length()));
        if (b == null && !infinite) {
            return "-ERR value is not a valid float";
        }
        LongDouble sum = infinite ? null : a.plus(b);
        return sum == null ? "-ERR increment would produce NaN or Infinity" : sum.toString();
    }

    /** All that a server answers to a stream after which the client says no more. */
    private static List<Object> answers(RedisServer server, String stream) throws IOException {
        List<Object> answers = new ArrayList<>();
        try (RedisServer.Connection connection = server.connect()) {
            connection.send(stream);
            connection.finish();
            for (Object answer = connection.reply(); answer != null; answer = connection.reply()) {
                answers.add(answer);
            }
        }
        return answers;
    }

    private static List<Object> expected(Row row) {
        List<Object> expected = new ArrayList<>(row.commands());
        if (row.error() != null) {
            expected.add(errorLine(row.error()));
        }
        return expected;
    }

    private static String errorLine(String error) {
        return "-ERR Protocol error: " + error.replace('\r', ' ').replace('\n', ' ');
    }
}
