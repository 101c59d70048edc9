package io.clouddragon.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The hot path's promise, counted by the JVM: commands and replies leave no garbage. */
class AllocationTest {
    private static final int COMMANDS = 100_000;
    /** Room for what the JVM itself allocates on this thread now and then; one object a command would be 16 times more. */
    private static final long TOLERATED_BYTES = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void decodingACommandAndWritingItsReplyAllocatesNothing() {
        byte[] stream = Streams.bytes(Streams.command("SET", "key", "value") + Streams.command("GET", "key"));
        ByteBuf in = Unpooled.wrappedBuffer(stream);
        ByteBuf out = Unpooled.buffer(1 << 10);
        RequestDecoder decoder = new RequestDecoder(new DecoderLimits());
        ReplyWriter writer = new ReplyWriter().target(out);
        Request request = new Request();
        serve(decoder, request, writer, in, out);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < COMMANDS / 2; i++) {
            serve(decoder, request, writer, in, out);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(TOLERATED_BYTES);
    }

    private static void serve(RequestDecoder decoder, Request request, ReplyWriter writer, ByteBuf in, ByteBuf out) {
        in.readerIndex(0);
        out.clear();
        decoder.feed(in);
        while (decoder.next(request)) {
            writer.ok();
            writer.integer(Long.MIN_VALUE);
            writer.bulkInteger(1234567);
            writer.doubleValue(42);
            writer.array(1000);
            writer.bulk(request.array(), request.offset(1), request.length(1));
            writer.nullBulk();
        }
    }
}
