package io.clouddragon.bench.jmh;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HashTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The hash table with keys of 16 bytes in random order. With 1,000 keys everything is in the cache: the cost of the code;
 * with 1,000,000 nothing is: the cost of memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class HashTableBenchmark {
    private static final int KEY_BYTES = 16;
    private static final int ENTRY_BYTES = 48;
    private static final int INSERTS = 100_000;

    private static final class Entries extends HashTable {
        Entries() {
            super(4711);
        }

        @Override
        protected boolean keyEquals(Object element, byte[] key, int offset, int length) {
            return Arrays.equals((byte[]) element, 0, KEY_BYTES, key, offset, offset + length);
        }

        @Override
        protected long hashOf(Object element) {
            return Bytes.hash((byte[]) element, 0, KEY_BYTES, seed());
        }
    }

    @Param({"1000", "1000000"})
    private int keys;

    private final byte[] keyArray = new byte[KEY_BYTES];
    private final ByteBuffer keyBuffer = ByteBuffer.wrap(keyArray);
    private final Bytes key = new Bytes(keyArray);
    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[][] fresh = new byte[INSERTS][];
    private byte[] replacement;
    private Entries table;
    private long cursor;
    private Object visited;
    private final HashTable.Visitor visitor = element -> visited = element;

    @Setup(Level.Trial)
    public void fill() {
        table = new Entries();
        for (int i = 0; i < keys; i++) {
            byte[] entry = entry(i);
            key(i);
            table.put(key, table.hash(key), entry);
        }
        System.out.printf("table alone: %.1f bytes per key%n", (double) table.memoryBytes() / table.size());
        replacement = entry(0);
        for (int i = 0; i < INSERTS; i++) {
            fresh[i] = entry(i);
        }
    }

    private static byte[] entry(int number) {
        byte[] entry = new byte[ENTRY_BYTES];
        ByteBuffer.wrap(entry).putLong(0, number).putLong(8, ~number);
        return entry;
    }

    private void key(long number) {
        keyBuffer.putLong(0, number).putLong(8, ~number);
    }

    @Benchmark
    public Object findHit() {
        key(random.nextInt(keys));
        return table.find(key, table.hash(key));
    }

    @Benchmark
    public Object findMiss() {
        key((long) keys + random.nextInt(keys));
        return table.find(key, table.hash(key));
    }

    /** Puts what it found back in its place, as a write to an existing key does. */
    @Benchmark
    public Object replace() {
        int number = random.nextInt(keys);
        key(number);
        ByteBuffer.wrap(replacement).putLong(0, number).putLong(8, ~(long) number);
        long hash = table.hash(key);
        replacement = (byte[]) table.put(key, hash, replacement);
        return replacement;
    }

    @Benchmark
    public Object removeAndPutBack() {
        key(random.nextInt(keys));
        long hash = table.hash(key);
        return table.put(key, hash, table.remove(key, hash));
    }

    /** Growth from empty, splits included. */
    @Benchmark
    @OperationsPerInvocation(INSERTS)
    public Object insert() {
        Entries growing = new Entries();
        for (int i = 0; i < INSERTS; i++) {
            key.set(fresh[i], 0, KEY_BYTES);
            growing.put(key, growing.hash(key), fresh[i]);
        }
        key.set(keyArray, 0, KEY_BYTES);
        return growing;
    }

    @Benchmark
    public Object scanStep() {
        cursor = table.scan(cursor, visitor);
        return visited;
    }
}
