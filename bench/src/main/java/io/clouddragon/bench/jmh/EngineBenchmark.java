package io.clouddragon.bench.jmh;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.Operation;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
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
 * A transaction: on 100,000 keys of 16 bytes with values of 16 bytes, the log flushed but not synced every 50 transactions, as
 * in a turn with 50 clients. And what of it is the log's: a record of 48 bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-Dio.netty.leakDetection.level=disabled"})
public class EngineBenchmark {
    private static final int KEYS = 100_000;
    private static final int TURN = 50;
    private static final int RECORD_BYTES = 48;

    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] keyBytes = "key:000000000000".getBytes(StandardCharsets.US_ASCII);
    private final Bytes key = new Bytes(keyBytes);
    private final byte[] value = new byte[16];
    private final byte[] payload = new byte[RECORD_BYTES];
    private final Entry entry = new Entry();
    private final Operation put = this::put;
    private final Operation get = this::get;
    private Path directory;
    private Engine engine;
    private Database database;
    private int inTurn;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("engine-benchmark");
        engine = new Engine(
                new NioDisk(directory),
                LogOptions.defaults(SyncMode.NO),
                new EngineOptions(1, 2, 16),
                LoadProgress.NONE);
        database = engine.databases().get("0");
        for (int i = 0; i < KEYS; i++) {
            name(i);
            engine.transact(put);
            endTurn();
        }
    }

    @TearDown
    public void close() throws IOException {
        engine.log().close(0);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public long transactPut() {
        name(random.nextInt(KEYS));
        long dependency = engine.transact(put);
        endTurn();
        return dependency;
    }

    @Benchmark
    public long transactGet() {
        name(random.nextInt(KEYS));
        return engine.transact(get);
    }

    /** Encoding, checksum, chain, and the fiftieth part of a write. */
    @Benchmark
    public long record() {
        engine.log().begin().bytes(payload, 0, RECORD_BYTES);
        long revision = engine.log().commit(0);
        endTurn();
        return revision;
    }

    private void put(Tx tx) {
        tx.put(database, key, Kind.RAW, value, 0, value.length, Entry.NO_DEADLINE);
    }

    private void get(Tx tx) {
        tx.get(database, key, entry);
    }

    private void endTurn() {
        if (++inTurn == TURN) {
            inTurn = 0;
            engine.log().flush();
        }
    }

    private void name(int number) {
        int rest = number;
        for (int i = keyBytes.length - 1; i >= keyBytes.length - 6; i--) {
            keyBytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        key.set(keyBytes, 0, keyBytes.length);
    }
}
