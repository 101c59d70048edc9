package io.clouddragon.compat.clients;

import static io.lettuce.core.BitFieldArgs.offset;
import static io.lettuce.core.BitFieldArgs.signed;
import static io.lettuce.core.BitFieldArgs.typeWidthBasedOffset;
import static io.lettuce.core.BitFieldArgs.unsigned;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.BitFieldArgs;
import io.lettuce.core.BitFieldArgs.OverflowType;
import org.junit.jupiter.api.Test;

/** Lettuce's typed methods for bitmaps. */
class LettuceBitmapsTest extends LettuceFixture {
    @Test
    void bitsAreSetAndRead() {
        assertThat(commands.setbit("a", 7, 1)).isZero();
        assertThat(commands.setbit("a", 7, 1)).isEqualTo(1);
        assertThat(commands.getbit("a", 7)).isEqualTo(1);
        assertThat(commands.getbit("a", 6)).isZero();
        assertThat(commands.setbit("a", 7, 0)).isEqualTo(1);
        assertThat(commands.strlen("a")).isEqualTo(1);
    }

    @Test
    void bitsAreCountedAndFound() {
        commands.set("k", "foobar");
        assertThat(commands.bitcount("k")).isEqualTo(26);
        assertThat(commands.bitcount("k", 0, 0)).isEqualTo(4);
        assertThat(commands.bitcount("k", -2, -1)).isEqualTo(7);
        assertThat(commands.bitpos("k", true)).isEqualTo(1);
        assertThat(commands.bitpos("k", false, 1)).isEqualTo(8);
        assertThat(commands.bitpos("k", true, -1)).isEqualTo(41);
        assertThat(commands.bitpos("k", true, 1, 2)).isEqualTo(9);
        assertThat(commands.bitpos("none", true)).isEqualTo(-1);
        assertThat(commands.bitpos("none", false, 0, -1)).isZero();
    }

    @Test
    void bitmapsTogether() {
        commands.set("a", "pq");
        commands.set("b", "A");
        assertThat(commands.bitopAnd("d", "a", "b")).isEqualTo(2);
        assertThat(commands.get("d")).isEqualTo("@\0");
        assertThat(commands.bitopOr("d", "a", "b")).isEqualTo(2);
        assertThat(commands.get("d")).isEqualTo("qq");
        assertThat(commands.bitopXor("d", "a", "b")).isEqualTo(2);
        assertThat(commands.get("d")).isEqualTo("1q");
        assertThat(commands.bitopNot("d", "a")).isEqualTo(2);
        assertThat(commands.bitcount("d")).isEqualTo(16 - commands.bitcount("a"));
        assertThat(commands.bitopAnd("d", "none")).isZero();
        assertThat(commands.exists("d")).isZero();
    }

    @Test
    void fieldsOfBits() {
        BitFieldArgs saturating = BitFieldArgs.Builder.set(unsigned(8), typeWidthBasedOffset(1), 250)
                .overflow(OverflowType.SAT)
                .incrBy(unsigned(8), typeWidthBasedOffset(1), 10)
                .get(unsigned(8), typeWidthBasedOffset(1));
        assertThat(commands.bitfield("f", saturating)).containsExactly(0L, 255L, 255L);
        BitFieldArgs failing = BitFieldArgs.Builder.overflow(OverflowType.FAIL)
                .incrBy(unsigned(8), typeWidthBasedOffset(1), 1)
                .get(signed(16), offset(0));
        assertThat(commands.bitfield("f", failing)).containsExactly(null, 255L);
        BitFieldArgs wrapping = BitFieldArgs.Builder.overflow(OverflowType.WRAP).incrBy(unsigned(8), 8, 2);
        assertThat(commands.bitfield("f", wrapping)).containsExactly(1L);
    }
}
