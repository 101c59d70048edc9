package io.clouddragon.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts the replies of one RESP connection, however they are cut into pieces. An error fails the run. */
final class Replies {
    private static final int LINE_END_BYTES = 2;

    private final StringBuilder line = new StringBuilder();
    /** Elements still to come of the reply that has begun; 0 between replies. */
    private long elements;
    /** Bytes still to come of a bulk string and its line's end. */
    private long bulk;

    /** @return how many replies became complete with these bytes, all of which are taken */
    int count(ByteBuffer bytes) throws IOException {
        int complete = 0;
        while (bytes.hasRemaining()) {
            if (bulk > 0) {
                int skipped = (int) Math.min(bulk, bytes.remaining());
                bytes.position(bytes.position() + skipped);
                bulk -= skipped;
                complete += bulk == 0 ? elementDone() : 0;
                continue;
            }
            char next = (char) (bytes.get() & 0xff);
            if (next != '\n') {
                line.append(next);
                continue;
            }
            complete += lineDone();
            line.setLength(0);
        }
        return complete;
    }

    private int lineDone() throws IOException {
        elements = Math.max(1, elements);
        switch (line.charAt(0)) {
            case '-' -> throw UnknownCommandException.of(line.toString().trim());
            case '$' -> {
                long length = number();
                if (length >= 0) {
                    bulk = length + LINE_END_BYTES;
                    return 0;
                }
            }
            case '*', '>' -> elements += Math.max(0, number());
            default -> {
                // A line that is a whole element.
            }
        }
        return elementDone();
    }

    private long number() {
        return Long.parseLong(line, 1, line.length() - 1, 10);
    }

    private int elementDone() {
        return --elements == 0 ? 1 : 0;
    }
}
