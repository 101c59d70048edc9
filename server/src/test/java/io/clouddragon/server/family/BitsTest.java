package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Work on words of 64 bits gives what work bit by bit gives, at every alignment. */
class BitsTest {
    private static final long SEED = Long.getLong("seed", 4_711);
    private static final int ROUNDS = 3_000;

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Up to 40 bytes, mostly all zeros or all ones so that searches go far, somewhere inside an array. */
    private Bytes string() {
        byte[] array = new byte[64];
        random.nextBytes(array);
        Bytes string = new Bytes().set(array, random.nextInt(10), random.nextInt(41));
        if (random.nextInt(3) > 0) {
            byte fill = (byte) -random.nextInt(2);
            for (int i = 0; i < string.length(); i++) {
                array[string.offset() + i] = random.nextInt(20) == 0 ? (byte) random.nextInt(256) : fill;
            }
        }
        return string;
    }

    private static boolean bit(Bytes string, long bit) {
        return bit < string.length() * 8L && (string.at((int) (bit / 8)) >> 7 - bit % 8 & 1) != 0;
    }

    @Test
    void countAndFind() {
        for (int round = 0; round < ROUNDS; round++) {
            Bytes string = string();
            int bits = string.length() * 8;
            if (bits == 0) {
                continue;
            }
            int first = random.nextInt(bits);
            int last = random.nextInt(first, bits);
            boolean value = random.nextBoolean();
            long count = 0;
            long found = Bits.NONE;
            for (int i = last; i >= first; i--) {
                count += bit(string, i) ? 1 : 0;
                found = bit(string, i) == value ? i : found;
            }
            assertThat(Bits.count(string, first, last)).as("seed %d", SEED).isEqualTo(count);
            assertThat(Bits.find(string, value, first, last))
                    .as("seed %d", SEED)
                    .isEqualTo(found);
        }
    }

    @Test
    void fieldsAreReadAndWritten() {
        byte[] written = new byte[Bits.MAX_FIELD_BYTES];
        for (int round = 0; round < ROUNDS; round++) {
            Bytes string = string();
            int at = random.nextInt(400);
            int width = random.nextInt(1, 65);
            long value = 0;
            for (int i = 0; i < width; i++) {
                value = value << 1 | (bit(string, at + i) ? 1 : 0);
            }
            long withSign = bit(string, at) && width < 64 ? value - (1L << width) : value;
            assertThat(Bits.field(string, at, width, false)).as("seed %d", SEED).isEqualTo(value);
            assertThat(Bits.field(string, at, width, true)).as("seed %d", SEED).isEqualTo(withSign);

            long other = random.nextLong();
            Bytes window = new Bytes().set(written, 0, Bits.withField(string, at, width, other, written));
            assertThat(Bits.field(window, at % 8, width, false))
                    .as("seed %d", SEED)
                    .isEqualTo(width == 64 ? other : other & (1L << width) - 1);
            for (int i = 0; i < window.length() * 8; i++) {
                int inString = at / 8 * 8 + i;
                if (inString < at || inString >= at + width) {
                    assertThat(bit(window, i)).as("seed %d", SEED).isEqualTo(bit(string, inString));
                }
            }
        }
    }

    @Test
    void operationsOverStringsOfDifferentLengths() {
        for (int round = 0; round < ROUNDS; round++) {
            Bytes a = string();
            Bytes b = string();
            int bits = Math.max(a.length(), b.length()) * 8;
            Bytes and = new Bytes(Bits.combine(Bits.Operation.AND, new Bytes[] {a, b}));
            Bytes or = new Bytes(Bits.combine(Bits.Operation.OR, new Bytes[] {a, b}));
            Bytes xor = new Bytes(Bits.combine(Bits.Operation.XOR, new Bytes[] {a, b}));
            Bytes not = new Bytes(Bits.combine(Bits.Operation.NOT, new Bytes[] {a}));
            for (int i = 0; i < bits; i++) {
                assertThat(bit(and, i)).as("seed %d", SEED).isEqualTo(bit(a, i) & bit(b, i));
                assertThat(bit(or, i)).as("seed %d", SEED).isEqualTo(bit(a, i) | bit(b, i));
                assertThat(bit(xor, i)).as("seed %d", SEED).isEqualTo(bit(a, i) ^ bit(b, i));
            }
            for (int i = 0; i < a.length() * 8; i++) {
                assertThat(bit(not, i)).as("seed %d", SEED).isNotEqualTo(bit(a, i));
            }
        }
    }
}
