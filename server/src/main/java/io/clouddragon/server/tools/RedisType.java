package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;

/**
 * How the values of each type of Redis are read. To import another type, add a constant: the command that asks for the
 * whole value, and what the reply is here.
 */
enum RedisType {
    /** Bitmaps and HyperLogLogs, too. */
    STRING("string", Kind.RAW) {
        @Override
        void ask(RedisClient redis, byte[] key) throws IOException {
            redis.send(GET, key);
        }

        @Override
        Bytes stored(Object reply) {
            return reply instanceof byte[] value ? new Bytes(value) : null;
        }
    };

    private static final byte[] GET = {'G', 'E', 'T'};

    private final String word;
    private final Kind kind;

    RedisType(String word, Kind kind) {
        this.word = word;
        this.kind = kind;
    }

    /** Sends the one command that asks for the value. */
    abstract void ask(RedisClient redis, byte[] key) throws IOException;

    /** The value as it is stored here; null when the reply tells that the key has gone or has another type now. */
    abstract Bytes stored(Object reply);

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
