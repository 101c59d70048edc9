package io.clouddragon.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Model tests of {@link HashTable} against {@link HashMap}, with good hashes and with hashes made to collide. */
class HashTableTest {
    private final long seed = seed();
    private final Random random = new Random(seed);

    private static long seed() {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println("HashTableTest -Dseed=" + seed);
        return seed;
    }

    /** Elements are byte[] of 8 bytes of key and 8 of value; the hash is what the test makes of the good one. */
    private static final class Entries extends HashTable {
        private final LongUnaryOperator distortion;

        Entries(long seed, LongUnaryOperator distortion) {
            super(seed);
            this.distortion = distortion;
        }

        @Override
        protected boolean keyEquals(Object element, byte[] key, int offset, int length) {
            return Arrays.equals((byte[]) element, 0, 8, key, offset, offset + length);
        }

        @Override
        protected long hashOf(Object element) {
            return distortion.applyAsLong(Bytes.hash((byte[]) element, 0, 8, seed()));
        }

        long distortedHash(Bytes key) {
            return distortion.applyAsLong(hash(key));
        }
    }

    static List<Arguments> distortions() {
        return List.of(
                distortion("as they are", hash -> hash),
                distortion("all the same", hash -> 42),
                distortion("all at the last home slot", hash -> -1L >>> 4 << 4 | hash & 15),
                distortion("the same except for the last byte", hash -> hash & 0xFF | 0x123456789ABCDE00L),
                distortion("one of three far-apart homes", hash -> Long.remainderUnsigned(hash, 3) << 62),
                distortion("the same in the first 20 bits", hash -> hash >>> 20),
                distortion("crowded at the end", hash -> (hash & 1) == 0 ? hash : hash | 0xFFFF_F000_0000_0000L));
    }

    private static Arguments distortion(String label, LongUnaryOperator distortion) {
        return Arguments.of(label, distortion);
    }

    private final byte[] keyArray = new byte[24];
    private final Bytes key = new Bytes();

    /** Somewhere inside a bigger array, as keys come from the network. */
    private Bytes key(long number) {
        int offset = (int) (number & 15);
        byte[] bytes = Bytes.of(String.format("%08d", number)).array();
        System.arraycopy(bytes, 0, keyArray, offset, 8);
        return key.set(keyArray, offset, 8);
    }

    private byte[] element(long number) {
        byte[] element = new byte[16];
        key(number).copyTo(element, 0);
        for (int i = 8; i < 16; i++) {
            element[i] = (byte) random.nextInt();
        }
        return element;
    }

    private Object put(Entries table, long number, byte[] element) {
        Bytes name = key(number);
        return table.put(name, table.distortedHash(name), element);
    }

    private Object find(Entries table, long number) {
        Bytes name = key(number);
        return table.find(name, table.distortedHash(name));
    }

    private Object remove(Entries table, long number) {
        Bytes name = key(number);
        return table.remove(name, table.distortedHash(name));
    }

    @ParameterizedTest(name = "hashes {0}")
    @MethodSource("distortions")
    void behaves_like_a_map_through_growth_and_shrink(String label, LongUnaryOperator distortion) {
        int keys = label.equals("as they are") ? 20_000 : 1_500;
        Entries table = new Entries(seed, distortion);
        Map<Long, byte[]> model = new HashMap<>();
        for (int phase = 0; phase < 6; phase++) {
            int putShare = phase % 2 == 0 ? 70 : 15;
            for (int i = 0; i < 3 * keys; i++) {
                long number = random.nextInt(keys);
                int choice = random.nextInt(100);
                if (choice < putShare) {
                    byte[] element = element(number);
                    assertThat(put(table, number, element)).isSameAs(model.put(number, element));
                } else if (choice < 85) {
                    assertThat(remove(table, number)).isSameAs(model.remove(number));
                } else {
                    assertThat(find(table, number)).isSameAs(model.get(number));
                }
                assertThat(table.size()).isEqualTo(model.size());
            }
            assertSameContents(table, model, keys);
        }
        for (long number = 0; number < keys; number++) {
            assertThat(remove(table, number)).isSameAs(model.remove(number));
        }
        assertThat(table.memoryBytes()).isEqualTo(new Entries(seed, distortion).memoryBytes());
    }

    private void assertSameContents(Entries table, Map<Long, byte[]> model, int keys) {
        for (long number = 0; number < keys; number++) {
            assertThat(find(table, number)).isSameAs(model.get(number));
        }
        Set<Object> expected = new HashSet<>(model.values());
        List<Object> walked = new ArrayList<>();
        table.forEach(walked::add);
        assertThat(walked).hasSameSizeAs(expected);
        assertThat(new HashSet<>(walked)).isEqualTo(expected);
        List<Object> scanned = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = table.scan(cursor, scanned::add);
        } while (cursor != 0);
        assertThat(scanned).as("a scan of a table at rest").hasSameSizeAs(expected);
        assertThat(new HashSet<>(scanned)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "hashes {0}")
    @MethodSource("distortions")
    void a_scan_returns_every_element_that_stays_while_others_come_and_go(String label, LongUnaryOperator distortion) {
        int keys = label.equals("as they are") ? 6_000 : 600;
        for (int round = 0; round < 10; round++) {
            Entries table = new Entries(seed + round, distortion);
            int present = 1 + random.nextInt(keys);
            Set<Object> staying = new HashSet<>();
            for (long number = 0; number < present; number++) {
                byte[] element = element(number);
                put(table, number, element);
                if (number % 7 == 0) {
                    staying.add(element);
                }
            }
            boolean growing = round % 2 == 0;
            long cursor = 0;
            do {
                cursor = table.scan(cursor, staying::remove);
                for (int i = random.nextInt(12); i > 0; i--) {
                    long number = random.nextInt(keys);
                    if (number % 7 != 0 && random.nextInt(100) < (growing ? 90 : 10)) {
                        put(table, number, element(number));
                    } else if (number % 7 != 0) {
                        remove(table, number);
                    }
                }
                growing ^= random.nextInt(2_000) == 0;
            } while (cursor != 0);
            assertThat(staying).as("elements never visited, round %d", round).isEmpty();
        }
    }

    @Test
    void a_scan_ends_and_tolerates_any_cursor() {
        Entries table = new Entries(seed, hash -> hash);
        for (long number = 0; number < 10_000; number++) {
            put(table, number, element(number));
        }
        for (int i = 0; i < 1_000; i++) {
            long from = random.nextLong();
            long next = table.scan(from, element -> {});
            assertThat(next == 0 || next > (from & 0xFFFF_FFFF_FFFFL) && next < 1L << 48)
                    .isTrue();
        }
    }

    @Test
    void random_elements_are_fair_in_a_full_and_in_a_thinned_out_table() {
        Entries table = new Entries(seed, hash -> hash);
        assertThat(table.random(random.nextLong())).isNull();
        for (long number = 0; number < 3_000; number++) {
            put(table, number, element(number));
        }
        assertFair(table, 100_000);
        for (long number = 40; number < 3_000; number++) {
            remove(table, number);
        }
        assertFair(table, 10_000);
        for (long number = 1; number < 40; number++) {
            remove(table, number);
        }
        assertThat(table.random(random.nextLong())).isSameAs(find(table, 0));
    }

    private void assertFair(Entries table, int draws) {
        Map<Object, Integer> drawn = new HashMap<>();
        for (int i = 0; i < draws; i++) {
            drawn.merge(table.random(random.nextLong()), 1, Integer::sum);
        }
        double mean = (double) draws / table.size();
        double chiSquare = (table.size() - drawn.size()) * mean;
        for (int count : drawn.values()) {
            chiSquare += (count - mean) * (count - mean) / mean;
        }
        double degrees = table.size() - 1.0;
        assertThat(chiSquare).as("six standard deviations").isLessThan(degrees + 6 * Math.sqrt(2 * degrees) + 10);
    }

    @Test
    void random_ends_even_if_all_hashes_collide() {
        Entries table = new Entries(seed, hash -> 7);
        put(table, 1, element(1));
        for (long number = 2; number < 2_000; number++) {
            put(table, number, element(number));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(table.random(random.nextLong())).isNotNull();
        }
    }

    @Test
    void an_empty_table_is_small_and_so_is_a_cleared_one() {
        Entries table = new Entries(seed, hash -> hash);
        long empty = table.memoryBytes();
        assertThat(empty).isLessThan(HeapSize.REFERENCE == 4 ? 200 : 240);
        for (long number = 0; number < 5_000; number++) {
            put(table, number, element(number));
        }
        table.clear();
        assertThat(table.size()).isZero();
        assertThat(table.memoryBytes()).isEqualTo(empty);
        assertThat(find(table, 1)).isNull();
        put(table, 1, element(1));
        assertThat(find(table, 1)).isNotNull();
    }

    @Test
    void a_table_takes_less_than_16_bytes_a_key_at_every_size_from_a_thousand_on() {
        Entries table = new Entries(seed, hash -> hash);
        double sum = 0;
        long samples = 0;
        for (long number = 0; number < 300_000; number++) {
            put(table, number, element(number));
            if (number >= 1_000 && number % 1_000 == 0) {
                sum += (double) table.memoryBytes() / table.size();
                samples++;
            }
        }
        System.out.printf("table bytes per key, mean over growth to 300,000: %.1f%n", sum / samples);
        assertThat(sum / samples).isLessThan(HeapSize.REFERENCE == 4 ? 12 : 20);
    }
}
