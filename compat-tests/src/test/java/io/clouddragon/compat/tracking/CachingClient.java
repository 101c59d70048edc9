package io.clouddragon.compat.tracking;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Violations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A client with a cache of counters, told by the server what to drop. It reads one key at a time: from its cache, or else from
 * the server. For the one thread that drives all of them.
 */
final class CachingClient {
    /** How it tracks. */
    enum Mode {
        DEFAULT("CLIENT TRACKING ON"),
        OPTIN("CLIENT TRACKING ON OPTIN"),
        BROADCAST("CLIENT TRACKING ON BCAST PREFIX k");

        private final String command;

        Mode(String command) {
            this.command = command;
        }
    }

    private static final long NOT_CACHED = -1;
    private static final int NONE = -1;

    private final SocketChannel channel;
    private final Mode mode;
    private final Counters counters;
    private final Violations violations;
    private final StringBuilder received = new StringBuilder();

    private final long[] cached;
    /** What a read of each key must show at least, by what this client was shown and told before. */
    private final long[] atLeast;

    private int asked = NONE;
    private long ackedWhenAsked;
    private int okExpected;
    private boolean ponged;
    private long hits;
    private long reads;
    private long invalidations;

    CachingClient(SocketChannel channel, Mode mode, Counters counters, Violations violations) {
        this.channel = channel;
        this.mode = mode;
        this.counters = counters;
        this.violations = violations;
        this.cached = new long[counters.size()];
        this.atLeast = new long[counters.size()];
        Arrays.fill(cached, NOT_CACHED);
    }

    /** While the channel still blocks. */
    void begin() throws IOException {
        send("HELLO 3");
        send(mode.command);
        while (!received.toString().endsWith("+OK\r\n")) {
            read(ByteBuffer.allocate(1 << 12));
        }
        received.setLength(0);
    }

    private void send(String command) throws IOException {
        ByteBuffer request = ByteBuffer.wrap(RespConnection.encode(Arrays.stream(command.split(" "))
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new)));
        if (channel.write(request) == 0 || request.hasRemaining()) {
            throw new IOException("a request does not fit into the socket's buffer");
        }
    }

    /** Reads some key, unless it waits for an answer. */
    void readSome(RandomGenerator random) throws IOException {
        if (asked != NONE) {
            return;
        }
        int key = random.nextInt(counters.size());
        if (cached[key] != NOT_CACHED) {
            hits++;
            return;
        }
        asked = key;
        ackedWhenAsked = counters.acked(key);
        if (mode == Mode.OPTIN) {
            okExpected++;
            send("CLIENT CACHING YES");
        }
        send("GET k" + key);
    }

    /** Asks for a last sign of life: what was published before arrives before it. */
    void ping() throws IOException {
        send("PING");
    }

    boolean hasPonged() {
        return ponged;
    }

    /** Takes in what has arrived. */
    void read(ByteBuffer buffer) throws IOException {
        if (channel.read(buffer.clear()) < 0) {
            throw new IOException("the server has hung up after: " + received);
        }
        received.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
    }

    void takeIn() {
        for (int end = nextMessage(); end > 0; end = nextMessage()) {
            received.delete(0, end);
        }
    }

    /** Handles the first whole message; returns its length, 0 when there is none. */
    private int nextMessage() {
        String text = received.toString();
        int lines = switch (text.isEmpty() ? ' ' : text.charAt(0)) {
            case '+', '_' -> 1;
            case '$' -> 2;
            case '>' -> 4;
            case ' ' -> 0;
            default -> throw new IllegalStateException("unexpected: " + text);
        };
        String[] words = text.split("\r\n", -1);
        if (lines == 0 || words.length <= lines) {
            return 0;
        }
        if (lines < 4) {
            reply(words);
            return length(words, lines);
        }
        // >2  $10  invalidate  *n  and for each key two lines more.
        int keys = Integer.parseInt(words[3].substring(1));
        if (words.length <= 4 + 2 * keys) {
            return 0;
        }
        for (int i = 0; i < keys; i++) {
            invalidated(Integer.parseInt(words[5 + 2 * i].substring(1)));
        }
        return length(words, 4 + 2 * keys);
    }

    private static int length(String[] words, int lines) {
        int length = 0;
        for (int i = 0; i < lines; i++) {
            length += words[i].length() + 2;
        }
        return length;
    }

    private void reply(String[] words) {
        if (words[0].equals("+OK") && okExpected > 0) {
            okExpected--;
        } else if (words[0].equals("+PONG")) {
            ponged = true;
        } else {
            answered(words[0].equals("_") ? 0 : Long.parseLong(words[1]));
        }
    }

    private void answered(long value) {
        reads++;
        violations.expect(
                value >= atLeast[asked],
                "k%d is %d, which the client was told has changed to %d or more",
                asked,
                value,
                atLeast[asked]);
        violations.expect(
                value >= ackedWhenAsked, "k%d is %d, after %d was acknowledged", asked, value, ackedWhenAsked);
        cached[asked] = value;
        asked = NONE;
    }

    private void invalidated(int key) {
        invalidations++;
        long value = cached[key];
        if (value != NOT_CACHED) {
            // By prefix a change is told after the turn: it may have been read already.
            atLeast[key] = mode == Mode.BROADCAST ? value : value + 1;
            counters.told(key, value + 1);
            cached[key] = NOT_CACHED;
        }
    }

    /** At the end, when nothing is under way: a cache holds what the server holds. */
    void compare(long[] stored) {
        for (int key = 0; key < stored.length; key++) {
            violations.expect(
                    cached[key] == NOT_CACHED || cached[key] == stored[key],
                    "k%d is %d, a cache (%s) holds %d",
                    key,
                    stored[key],
                    mode,
                    cached[key]);
        }
    }

    long hits() {
        return hits;
    }

    long reads() {
        return reads;
    }

    long invalidations() {
        return invalidations;
    }
}
