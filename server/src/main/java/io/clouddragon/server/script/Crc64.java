package io.clouddragon.server.script;

/** The checksum of Redis' payloads: CRC-64 with the polynomial of Jones, bits reflected, starting from 0. */
final class Crc64 {
    /** 0xad93d23594c935a9 with its bits in reverse order. */
    private static final long POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);

    private static final long[] TABLE = table();

    private Crc64() {}

    private static long[] table() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long crc = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            table[i] = crc;
        }
        return table;
    }

    /** Of the first {@code length} bytes. */
    static long of(byte[] bytes, int length) {
        long crc = 0;
        for (int i = 0; i < length; i++) {
            crc = TABLE[(int) (crc ^ bytes[i]) & 0xFF] ^ crc >>> 8;
        }
        return crc;
    }
}
