package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyWriterTest {
    record Row(String label, Consumer<ReplyWriter> reply, String resp2, String resp3) {
        @Override
        public String toString() {
            return label;
        }
    }

    static List<Row> replies() {
        return List.of(
                same("OK", ReplyWriter::ok, "+OK\r\n"),
                same("QUEUED", ReplyWriter::queued, "+QUEUED\r\n"),
                same("PONG", ReplyWriter::pong, "+PONG\r\n"),
                same("status", w -> w.simpleString("Background saving started"), "+Background saving started\r\n"),
                same("error", w -> w.error("ERR no such key"), "-ERR no such key\r\n"),
                same("error, line breaks", w -> w.error("\r\nERR a\r\nb\n"), "-ERR a  b\r\n"),
                same("error, only line breaks", w -> w.error("\r\n"), "-\r\n"),
                same("error, UTF-8", w -> w.error("ERR \u00e9"), "-ERR \u00c3\u00a9\r\n"),
                same("integer 0", w -> w.integer(0), ":0\r\n"),
                same("integer 255", w -> w.integer(255), ":255\r\n"),
                same("integer 256", w -> w.integer(256), ":256\r\n"),
                same("integer -1", w -> w.integer(-1), ":-1\r\n"),
                same("largest integer", w -> w.integer(Long.MAX_VALUE), ":9223372036854775807\r\n"),
                same("smallest integer", w -> w.integer(Long.MIN_VALUE), ":-9223372036854775808\r\n"),
                same("empty bulk", w -> w.bulk(new byte[0]), "$0\r\n\r\n"),
                same("bulk, binary", w -> w.bulk(bytes("\0\r\n\u00ff")), "$4\r\n\0\r\n\u00ff\r\n"),
                same("bulk, part of an array", w -> w.bulk(bytes("abcd"), 1, 2), "$2\r\nbc\r\n"),
                same("bulk of 300 bytes", w -> w.bulk(new byte[300]), "$300\r\n" + "\0".repeat(300) + "\r\n"),
                same(
                        "bulk, UTF-8",
                        w -> w.bulk("\u00e9\ud83d\udc09"),
                        "$6\r\n\u00c3\u00a9\u00f0\u009f\u0090\u0089\r\n"),
                same("bulk, half a surrogate pair", w -> w.bulk("a\ud83d"), "$2\r\na?\r\n"),
                same("bulk integer", w -> w.bulkInteger(-1234), "$5\r\n-1234\r\n"),
                same("bulk integer, smallest", w -> w.bulkInteger(Long.MIN_VALUE), "$20\r\n-9223372036854775808\r\n"),
                same("array", w -> w.array(2), "*2\r\n"),
                same("array of a million", w -> w.array(1_000_000), "*1000000\r\n"),
                row("null bulk", ReplyWriter::nullBulk, "$-1\r\n", "_\r\n"),
                row("null array", ReplyWriter::nullArray, "*-1\r\n", "_\r\n"),
                row("map", w -> w.map(200), "*400\r\n", "%200\r\n"),
                row("huge map", w -> w.map(Integer.MAX_VALUE), "*4294967294\r\n", "%2147483647\r\n"),
                row("set", w -> w.set(3), "*3\r\n", "~3\r\n"),
                row("push", w -> w.push(3), "*3\r\n", ">3\r\n"),
                row("double", w -> w.doubleValue(3.1), "$18\r\n3.1000000000000001\r\n", ",3.1000000000000001\r\n"),
                row("double, an integer", w -> w.doubleValue(-20), "$3\r\n-20\r\n", ",-20\r\n"),
                row(
                        "double, large",
                        w -> w.doubleValue(1e300),
                        "$23\r\n1.0000000000000001e+300\r\n",
                        ",1.0000000000000001e+300\r\n"),
                row("double, minus zero", w -> w.doubleValue(-0.0), "$2\r\n-0\r\n", ",-0\r\n"),
                row("infinity", w -> w.doubleValue(1 / 0.0), "$3\r\ninf\r\n", ",inf\r\n"),
                row("minus infinity", w -> w.doubleValue(-1 / 0.0), "$4\r\n-inf\r\n", ",-inf\r\n"),
                row("not a number", w -> w.doubleValue(Double.NaN), "$3\r\nnan\r\n", ",nan\r\n"),
                row("true", w -> w.bool(true), ":1\r\n", "#t\r\n"),
                row("false", w -> w.bool(false), ":0\r\n", "#f\r\n"),
                row("big number", w -> w.bigNumber(bytes("-123")), "$4\r\n-123\r\n", "(-123\r\n"),
                row("verbatim", w -> w.verbatim("txt", bytes("a\nb")), "$3\r\na\nb\r\n", "=7\r\ntxt:a\nb\r\n"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void aReplyLooksAsItsProtocolVersionDemands(Row row) {
        assertThat(written(2, row.reply)).isEqualTo(row.resp2);
        assertThat(written(3, row.reply)).isEqualTo(row.resp3);
    }

    @Test
    void theProtocolMayChangeBetweenReplies() {
        ByteBuf out = Unpooled.buffer();
        ReplyWriter writer = new ReplyWriter().target(out);
        assertThat(writer.protocol()).isEqualTo(2);
        writer.nullBulk();
        writer.protocol(3);
        assertThat(writer.protocol()).isEqualTo(3);
        writer.nullBulk();
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("$-1\r\n_\r\n");
    }

    @Test
    void whatIsNoProtocolVersionOrVerbatimFormatIsRefused() {
        ReplyWriter writer = new ReplyWriter().target(Unpooled.buffer());
        assertThatThrownBy(() -> writer.protocol(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.protocol(4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.verbatim("text", bytes(""))).isInstanceOf(IllegalArgumentException.class);
    }

    private static String written(int protocol, Consumer<ReplyWriter> reply) {
        ByteBuf out = Unpooled.buffer();
        reply.accept(new ReplyWriter().protocol(protocol).target(out));
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static Row same(String label, Consumer<ReplyWriter> reply, String both) {
        return row(label, reply, both, both);
    }

    private static Row row(String label, Consumer<ReplyWriter> reply, String resp2, String resp3) {
        return new Row(label, reply, resp2, resp3);
    }
}
