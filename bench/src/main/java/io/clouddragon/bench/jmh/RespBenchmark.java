package io.clouddragon.bench.jmh;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.resp.Request;
import io.clouddragon.resp.RequestDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Sixteen pipelined SETs in one read, and their replies into a socket's buffer; figures are for one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-Dio.netty.leakDetection.level=disabled"})
public class RespBenchmark {
    private static final int PIPELINED = 16;
    private static final String SET = "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000001234\r\n$3\r\nxxx\r\n";

    private final ByteBuf received =
            Unpooled.directBuffer().writeBytes(SET.repeat(PIPELINED).getBytes(StandardCharsets.US_ASCII));
    private final RequestDecoder decoder = new RequestDecoder(new DecoderLimits());
    private final Request request = new Request();
    private final ReplyWriter writer = new ReplyWriter();
    private final ByteBuf replies = ByteBufAllocator.DEFAULT.directBuffer(4096);
    private final byte[] value = "a value of 24 characters".getBytes(StandardCharsets.US_ASCII);
    private long number;

    @Benchmark
    @OperationsPerInvocation(PIPELINED)
    public int decode() {
        decoder.feed(received.readerIndex(0));
        int arguments = 0;
        while (decoder.next(request)) {
            arguments += request.count();
        }
        return arguments;
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINED)
    public int ok() {
        writer.target(replies.clear());
        for (int i = 0; i < PIPELINED; i++) {
            writer.ok();
        }
        return replies.writerIndex();
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINED)
    public int integer() {
        writer.target(replies.clear());
        for (int i = 0; i < PIPELINED; i++) {
            writer.integer(1_000_000 + number++);
        }
        return replies.writerIndex();
    }

    @Benchmark
    @OperationsPerInvocation(PIPELINED)
    public int bulk() {
        writer.target(replies.clear());
        for (int i = 0; i < PIPELINED; i++) {
            writer.bulk(value);
        }
        return replies.writerIndex();
    }
}
