package io.clouddragon.server.tools;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The RDB part that an append-only file may begin with ({@code aof-use-rdb-preamble yes}, the default). Only one without
 * keys is read over: the base of a Redis server that had append-only files from its first start. Values in RDB's form are
 * not understood.
 */
final class RdbPreamble {
    private static final byte[] MAGIC = {'R', 'E', 'D', 'I', 'S'};
    private static final int VERSION_BYTES = 4;
    private static final int CHECKSUM_BYTES = 8;

    // Opcodes, Redis 7.0 rdb.h.
    private static final int AUX = 0xFA;
    private static final int RESIZE = 0xFB;
    private static final int SELECT = 0xFE;
    private static final int END = 0xFF;

    // In place of a string's length.
    private static final int INT8 = 0xC0;
    private static final int INT16 = 0xC1;
    private static final int INT32 = 0xC2;

    private final InputStream in;

    private RdbPreamble(InputStream in) {
        this.in = in;
    }

    /**
     * Reads over the RDB part, if the stream begins with one.
     *
     * @param in supports mark
     * @throws IOException when it has keys
     */
    static void skip(InputStream in) throws IOException {
        in.mark(MAGIC.length);
        byte[] first = in.readNBytes(MAGIC.length);
        if (Arrays.equals(first, MAGIC)) {
            new RdbPreamble(in).skip();
        } else {
            in.reset();
        }
    }

    private void skip() throws IOException {
        in.skipNBytes(VERSION_BYTES);
        for (int opcode = read(); opcode != END; opcode = read()) {
            switch (opcode) {
                case AUX -> {
                    skipString();
                    skipString();
                }
                case SELECT -> length();
                case RESIZE -> {
                    length();
                    length();
                }
                default ->
                    throw new IOException("the file begins with keys in RDB form, which are not read. Use"
                            + " --from-redis, or first: CONFIG SET aof-use-rdb-preamble no, and BGREWRITEAOF");
            }
        }
        in.skipNBytes(CHECKSUM_BYTES);
    }

    private void skipString() throws IOException {
        in.skipNBytes(length());
    }

    /** Bytes that follow: of a string as long, or of a number in 1, 2 or 4. */
    private long length() throws IOException {
        int first = read();
        return switch (first) {
            case INT8, INT16, INT32 -> 1L << (first & 3);
            default ->
                switch (first >> 6) {
                    case 0 -> first & 0x3F;
                    case 1 -> (first & 0x3F) << 8 | read();
                    // No figure and no text about the server is that long, or compressed.
                    default -> throw new IOException("the file's RDB part is not understood");
                };
        };
    }

    private int read() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the file ends inside its RDB part");
        }
        return b;
    }
}
