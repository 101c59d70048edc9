package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How the values of each type of Redis are read: in portions, so that a large one is never in one piece on either side. To
 * import another type, add a constant: the command that asks for a portion, and what its reply says.
 */
enum RedisType {
    /** Bitmaps and HyperLogLogs, too. */
    STRING("string", Kind.RAW, "GET") {
        @Override
        void ask(RedisClient redis, byte[] key, String from) throws IOException {
            redis.send(command(), key);
        }

        @Override
        Portion portion(Object reply, String from) {
            return reply instanceof byte[] value ? new Portion(List.of(new Bytes(value)), null) : null;
        }
    },
    LIST("list", Kind.LIST, "LRANGE") {
        @Override
        void ask(RedisClient redis, byte[] key, String from) throws IOException {
            long last = Long.parseLong(from) + PORTION - 1;
            redis.send(command(), key, ascii(from), ascii(Long.toString(last)));
        }

        @Override
        Portion portion(Object reply, String from) {
            if (!(reply instanceof List<?> elements)) {
                return null;
            }
            String next = elements.size() < PORTION ? null : Long.toString(Long.parseLong(from) + PORTION);
            return new Portion(words(elements), next);
        }
    },
    HASH("hash", Kind.HASH, "HSCAN"),
    SET("set", Kind.SET, "SSCAN"),
    SORTED_SET("zset", Kind.SORTED_SET, "ZSCAN");

    /** Elements asked for at a time. */
    private static final int PORTION = 1000;

    private static final byte[] COUNT = {'C', 'O', 'U', 'N', 'T'};

    private final String word;
    private final Kind kind;
    private final byte[] command;

    RedisType(String word, Kind kind, String command) {
        this.word = word;
        this.kind = kind;
        this.command = ascii(command);
    }

    /**
     * A part of a value.
     *
     * @param words as {@link CollectionWords} tells of them; of a string the one that it is
     * @param next where to go on; null at the end
     */
    record Portion(List<Bytes> words, String next) {}

    /** Sends the one command that asks for a portion, the first one from {@code "0"}. */
    void ask(RedisClient redis, byte[] key, String from) throws IOException {
        redis.send(command, key, ascii(from), COUNT, ascii(Integer.toString(PORTION)));
    }

    /** What the reply to {@link #ask} says; null when it says that the key has another type now. */
    Portion portion(Object reply, String from) {
        if (!(reply instanceof List<?> scanned)) {
            return null;
        }
        String next = new String((byte[]) scanned.get(0), StandardCharsets.US_ASCII);
        return new Portion(words((List<?>) scanned.get(1)), next.equals("0") ? null : next);
    }

    private static List<Bytes> words(List<?> reply) {
        List<Bytes> words = new ArrayList<>(reply.size());
        reply.forEach(word -> words.add(new Bytes((byte[]) word)));
        return words;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] command() {
        return command;
    }

    Kind kind() {
        return kind;
    }

    /** Null for what TYPE says of a type that cannot be imported. */
    static RedisType of(String word) {
        for (RedisType type : values()) {
            if (type.word.equals(word)) {
                return type;
            }
        }
        return null;
    }
}
