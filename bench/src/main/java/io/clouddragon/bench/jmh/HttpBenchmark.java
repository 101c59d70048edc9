package io.clouddragon.bench.jmh;

import io.clouddragon.http.HttpApi;
import io.clouddragon.http.HttpOptions;
import io.clouddragon.storage.engine.CompactionPolicy;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.SyncPlace;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A JSON batch from the bytes of its request to the bytes of its answer: everything but the socket and the sync. Each is a turn
 * of its own, with a write to the log.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-Dio.netty.leakDetection.level=disabled"})
public class HttpBenchmark {
    private final ByteBuf counter = request("{\"Atomic\": {\"Key\": \"http-counter\", \"Add\": 1}}");
    private final ByteBuf set =
            request("{\"KVSet\": [{\"Key\": \"http-value\", \"Value\": \"" + "x".repeat(64) + "\"}]}");
    private final ByteBuf get = request("{\"KVGet\": [\"http-value\"]}");
    private Path directory;
    private EmbeddedChannel channel;
    private EngineLoop loop;

    private static ByteBuf request(String body) {
        String text =
                "POST /db/0 HTTP/1.1\r\nHost: 127.0.0.1:8379\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("http-benchmark");
        Engine engine = new Engine(
                new NioDisk(directory),
                LogOptions.defaults(SyncMode.NO),
                new EngineOptions(1, 2, 16),
                LoadProgress.NONE);
        channel = new EmbeddedChannel();
        loop = new EngineLoop(engine, channel.eventLoop(), SyncPlace.INLINE, new CompactionPolicy(0, 0), failure -> {
            throw failure;
        });
        new HttpApi(loop, HttpOptions.DEFAULT).init(channel);
    }

    @TearDown
    public void close() throws IOException {
        channel.close();
        loop.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public int counter() {
        return answer(counter);
    }

    @Benchmark
    public int kvSet64Bytes() {
        return answer(set);
    }

    @Benchmark
    public int kvGet() {
        return answer(get);
    }

    private int answer(ByteBuf request) {
        channel.writeInbound(request.readerIndex(0).duplicate());
        ByteBuf answer = channel.readOutbound();
        int bytes = answer.readableBytes();
        answer.release();
        return bytes;
    }
}
