package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.BitCountOption;
import redis.clients.jedis.args.BitOP;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.BitPosParams;

/** Jedis' typed methods for bitmaps. */
class JedisBitmapsTest extends JedisFixture {
    private static final byte[] A = {(byte) 0xF0, 0x0F, (byte) 0xFF};
    private static final byte[] B = {0x3C};

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void bitsAreSetAndRead() {
        assertThat(client.setbit("a", 7, true)).isFalse();
        assertThat(client.setbit("a", 7, true)).isTrue();
        assertThat(client.getbit("a", 7)).isTrue();
        assertThat(client.getbit("a", 6)).isFalse();
        assertThat(client.getbit("a", 4_000_000_000L)).isFalse();
        assertThat(client.setbit("a", 7, false)).isTrue();
        assertThat(client.setbit("a", 80, false)).isFalse();
        assertThat(client.strlen("a")).isEqualTo(11);
        assertThatThrownBy(() -> client.setbit("a", 1L << 32, true))
                .isInstanceOf(JedisDataException.class)
                .hasMessage("ERR bit offset is not an integer or out of range");
    }

    @Test
    void bitsAreCounted() {
        client.set("k", "foobar");
        assertThat(client.bitcount("k")).isEqualTo(26);
        assertThat(client.bitcount("k", 0, 0)).isEqualTo(4);
        assertThat(client.bitcount("k", -2, -1)).isEqualTo(7);
        assertThat(client.bitcount("k", 1, 1, BitCountOption.BYTE)).isEqualTo(6);
        assertThat(client.bitcount("k", 5, 30, BitCountOption.BIT)).isEqualTo(17);
        assertThat(client.bitcount("none")).isZero();
    }

    @Test
    void bitsAreFound() {
        client.set(key("a"), A);
        assertThat(client.bitpos("a", true)).isZero();
        assertThat(client.bitpos("a", false)).isEqualTo(4);
        assertThat(client.bitpos("a", true, new BitPosParams(1))).isEqualTo(12);
        assertThat(client.bitpos("a", false, new BitPosParams(2))).isEqualTo(24);
        assertThat(client.bitpos("a", false, new BitPosParams(2, -1))).isEqualTo(-1);
        assertThat(client.bitpos("a", true, new BitPosParams(4, -1).modifier(BitCountOption.BIT)))
                .isEqualTo(12);
        assertThat(client.bitpos("none", true)).isEqualTo(-1);
        assertThat(client.bitpos("none", false)).isZero();
    }

    @Test
    void bitmapsTogether() {
        client.set(key("a"), A);
        client.set(key("b"), B);
        assertThat(client.bitop(BitOP.AND, "d", "a", "b")).isEqualTo(3);
        assertThat(client.get(key("d"))).isEqualTo(new byte[] {0x30, 0, 0});
        assertThat(client.bitop(BitOP.OR, "d", "a", "b")).isEqualTo(3);
        assertThat(client.get(key("d"))).isEqualTo(new byte[] {(byte) 0xFC, 0x0F, (byte) 0xFF});
        assertThat(client.bitop(BitOP.XOR, "d", "a", "b")).isEqualTo(3);
        assertThat(client.get(key("d"))).isEqualTo(new byte[] {(byte) 0xCC, 0x0F, (byte) 0xFF});
        assertThat(client.bitop(BitOP.NOT, "d", "a")).isEqualTo(3);
        assertThat(client.get(key("d"))).isEqualTo(new byte[] {0x0F, (byte) 0xF0, 0});
        assertThat(client.bitop(BitOP.AND, "d", "none")).isZero();
        assertThat(client.exists("d")).isFalse();
    }

    @Test
    void fieldsOfBits() {
        assertThat(client.bitfield("f", "SET", "u8", "#1", "250", "OVERFLOW", "FAIL", "INCRBY", "u8", "#1", "10"))
                .containsExactly(0L, null);
        assertThat(client.bitfield("f", "OVERFLOW", "SAT", "INCRBY", "u8", "#1", "10"))
                .containsExactly(255L);
        assertThat(client.bitfield("f", "INCRBY", "u8", "#1", "2", "GET", "i64", "0"))
                .containsExactly(1L, 1L << 48);
        assertThat(client.bitfieldReadonly("f", "GET", "u8", "#1", "GET", "i5", "100"))
                .containsExactly(1L, 0L);
        assertThatThrownBy(() -> client.bitfieldReadonly("f", "SET", "u8", "0", "1"))
                .hasMessage("ERR BITFIELD_RO only supports the GET subcommand");
    }

    @Test
    void inATransaction() {
        try (AbstractTransaction transaction = client.multi()) {
            transaction.setbit("a", 9, true);
            Response<Boolean> bit = transaction.getbit("a", 9);
            Response<Long> place = transaction.bitpos("a", true);
            transaction.exec();
            assertThat(bit.get()).isTrue();
            assertThat(place.get()).isEqualTo(9);
        }
    }
}
