package io.clouddragon.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Prints the table's measured figures; -Dsoak=1 measures 5 million keys instead of one (with -Dtest.jvm.options=-Xmx2g).
 * Asserts only what does not depend on the machine's speed.
 */
class HashTableFiguresTest {
    private static final int KEYS = System.getProperty("soak", "0").equals("0") ? 1_000_000 : 5_000_000;
    /** 16 bytes of key, 16 of value, 16 for version and expiry: 64 bytes with the header. */
    private static final int ENTRY_BYTES = 48;

    private static final class Entries extends HashTable {
        Entries() {
            super(4711);
        }

        @Override
        protected boolean keyEquals(Object element, byte[] key, int offset, int length) {
            return Arrays.equals((byte[]) element, 0, 16, key, offset, offset + length);
        }

        @Override
        protected long hashOf(Object element) {
            return Bytes.hash((byte[]) element, 0, 16, seed());
        }
    }

    @Test
    void a_key_and_value_of_16_bytes_each_take_no_more_than_80_bytes() {
        long usedBefore = usedBytes();
        Entries table = new Entries();
        Bytes key = new Bytes();
        double sum = 0;
        long samples = 0;
        long worstNanos = 0;
        long over100Micros = 0;
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; i < KEYS; i++) {
            byte[] entry = new byte[ENTRY_BYTES];
            ByteBuffer.wrap(entry).putLong(0, i).putLong(8, ~i);
            key.set(entry, 0, 16);
            table.put(key, table.hash(key), entry);
            if (i % 1_000 == 999) {
                sum += (double) table.memoryBytes() / table.size();
                samples++;
            }
            long now = System.nanoTime();
            worstNanos = Math.max(worstNanos, now - last);
            over100Micros += now - last > 100_000 ? 1 : 0;
            last = now;
        }
        long took = last - start;
        long used = usedBytes() - usedBefore;
        assertThat(table.size()).isEqualTo(KEYS);
        System.out.printf(
                "%,d keys: %.1f bytes a key on the heap at the end, %.1f on average over the growth, %d ns an insert,"
                        + " worst %,d us with garbage collection, %,d inserts over 100 us%n",
                KEYS,
                (double) used / KEYS,
                sum / samples + HeapSize.array(ENTRY_BYTES, 1),
                took / KEYS,
                worstNanos / 1_000,
                over100Micros);
        assertThat((double) used / KEYS).isLessThan(HeapSize.REFERENCE == 4 ? 80 : 90);
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
