package io.clouddragon.server.script;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What FUNCTION DUMP gives and FUNCTION RESTORE takes: the libraries' texts as Redis' RDB files have them, the version of
 * that format, and a checksum over all. Redis reads what is written here, and the other way round.
 */
public final class FunctionPayload {
    private static final int LIBRARY = 245;
    private static final int LIBRARY_BEFORE_RELEASE = 246;
    private static final int RDB_VERSION = 10;
    private static final int FOOTER_BYTES = 2 + Long.BYTES;

    private static final String DAMAGED = "ERR failed loading the given functions payload";

    private final ByteBuffer in;

    private FunctionPayload(ByteBuffer in) {
        this.in = in;
    }

    /** The payload of these libraries. */
    public static byte[] of(Collection<Library> libraries) {
        ByteOutput out = new ByteOutput();
        for (Library library : libraries) {
            out.write(LIBRARY);
            length(out, library.code().length);
            out.write(library.code());
        }
        out.littleEndian(RDB_VERSION, 2);
        byte[] body = Arrays.copyOf(out.array(), out.length());
        out.littleEndian(Crc64.of(body, body.length), Long.BYTES);
        return Arrays.copyOf(out.array(), out.length());
    }

    private static void length(ByteOutput out, int length) {
        if (length < 1 << 6) {
            out.write(length);
        } else if (length < 1 << 14) {
            out.write(0x40 | length >> 8);
            out.write(length);
        } else {
            out.write(0x80);
            out.bigEndian(length, 4);
        }
    }

    /** The texts of the libraries in a payload. */
    public static List<byte[]> read(byte[] payload) throws ScriptError {
        int body = payload.length - FOOTER_BYTES;
        ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
        if (body < 0
                || in.getShort(body) > RDB_VERSION
                || in.getLong(body + 2) != 0 && in.getLong(body + 2) != Crc64.of(payload, body + 2)) {
            throw new ScriptError("ERR DUMP payload version or checksum are wrong");
        }
        in.limit(body);
        return new FunctionPayload(in).libraries();
    }

    private List<byte[]> libraries() throws ScriptError {
        List<byte[]> codes = new ArrayList<>();
        while (in.hasRemaining()) {
            int type = in.get() & 0xFF;
            if (type == LIBRARY_BEFORE_RELEASE) {
                throw new ScriptError("ERR Pre-GA function format not supported");
            }
            if (type != LIBRARY) {
                throw new ScriptError("ERR given type is not a function");
            }
            codes.add(string());
        }
        return codes;
    }

    private int next() throws ScriptError {
        if (!in.hasRemaining()) {
            throw new ScriptError(DAMAGED);
        }
        return in.get() & 0xFF;
    }

    private byte[] string() throws ScriptError {
        int first = next();
        if (first >> 6 != 3) {
            return bytes(length(first));
        }
        return switch (first) {
            case 0xC0 -> decimal((byte) next());
            case 0xC1 -> decimal((short) (next() | next() << 8));
            case 0xC2 -> decimal(next() | next() << 8 | next() << 16 | next() << 24);
            case 0xC3 -> {
                int compressed = length(next());
                int length = length(next());
                yield inflate(bytes(compressed), length);
            }
            default -> throw new ScriptError(DAMAGED);
        };
    }

    private static byte[] decimal(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private int length(int first) throws ScriptError {
        return switch (first >> 6) {
            case 0 -> first;
            case 1 -> (first & 0x3F) << 8 | next();
            default -> {
                if (first != 0x80) {
                    throw new ScriptError(DAMAGED);
                }
                yield next() << 24 | next() << 16 | next() << 8 | next();
            }
        };
    }

    private byte[] bytes(int length) throws ScriptError {
        if (length < 0 || length > in.remaining()) {
            throw new ScriptError(DAMAGED);
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Undoes LZF: runs of bytes as they are, and copies of what came before. */
    private static byte[] inflate(byte[] from, int length) throws ScriptError {
        if (length < 0 || length > (long) from.length * 264 + 32) {
            throw new ScriptError(DAMAGED);
        }
        byte[] to = new byte[length];
        int in = 0;
        int out = 0;
        try {
            while (in < from.length) {
                int control = from[in++] & 0xFF;
                if (control < 32) {
                    System.arraycopy(from, in, to, out, control + 1);
                    in += control + 1;
                    out += control + 1;
                } else {
                    int count = control >> 5;
                    if (count == 7) {
                        count += from[in++] & 0xFF;
                    }
                    int source = out - ((control & 0x1F) << 8) - (from[in++] & 0xFF) - 1;
                    for (int i = 0; i < count + 2; i++) {
                        to[out++] = to[source++];
                    }
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw new ScriptError(DAMAGED);
        }
        if (out != length) {
            throw new ScriptError(DAMAGED);
        }
        return to;
    }
}
