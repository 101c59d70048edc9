package io.clouddragon.server.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collections of every type, small and large, made through a server's door, and what they look like from there. */
final class SampleCollections {
    /** Beyond every limit: of what lies inside an entry, of Redis' compact encodings, of a line of an export. */
    static final int MANY = 5000;

    private static final int LONG_CHARS = 100_000;
    private static final String[] DATABASES = {"0", "jobs"};

    private static final int MOST_UNREAD = 1000;

    private final RedisClient redis;
    private int unread;

    SampleCollections(RedisClient redis) {
        this.redis = redis;
    }

    /** Sends a command, words separated by one blank, and leaves its reply for later: each alone would be a sync of its own. */
    private void call(String command) throws IOException {
        redis.send(command.split(" "));
        unread++;
        if (unread == MOST_UNREAD) {
            readAll();
        }
    }

    private void readAll() throws IOException {
        for (; unread > 0; unread--) {
            redis.receive();
        }
    }

    void make() throws IOException {
        call("RPUSH small-list a b c");
        call("HSET small-hash f 1 g 2");
        call("SADD integers 3 1 2");
        call("SADD words x y z");
        call("ZADD small-zset -inf low 1.5 m inf high");
        readAll();
        redis.call("RPUSH", "odd-list", "", "größer", "two words", "l".repeat(LONG_CHARS));
        redis.call("HSET", "odd-hash", "", "empty name", "empty value", "", "long", "h".repeat(LONG_CHARS));
        binary("SADD", "odd-set", "\0\u00ff\r\n", "\u00c3");
        binary("ZADD", "odd-zset", "0.1", "\u00fe", "-0", "zero");
        call("APPEND edited " + "t".repeat(LONG_CHARS));
        for (int i = 0; i < MANY; i++) {
            call("RPUSH list element-" + i);
            call("HSET hash field-" + i + " value-" + i);
            call("SADD set member-" + i);
            call("ZADD zset " + i / 4.0 + " member-" + i);
        }
        call("PEXPIREAT small-hash 4102444800123");
        call("EXPIREAT zset 4102444800");
        call("SELECT jobs");
        call("LPUSH list other");
        call("ZADD zset 1 same 1 scores");
        call("SELECT 0");
        readAll();
    }

    private void binary(String... words) throws IOException {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
        }
        redis.send(bytes);
        redis.receive();
    }

    /** Every kind of change of a part, to large ones and small ones; some become small again. */
    void change() throws IOException {
        call("LSET list 1 changed");
        call("LINSERT list BEFORE element-2500 inserted");
        call("LREM list 1 element-3000");
        call("LTRIM list 1 -2");
        call("LSET small-list 1 B");
        call("LMOVE small-list moved LEFT RIGHT");
        call("HINCRBY hash counter 7");
        call("HDEL hash field-1 field-2");
        call("HSET small-hash f 3");
        call("SREM set member-4 member-5");
        call("SMOVE words set x");
        call("SADD integers word");
        call("ZINCRBY zset 0.25 member-7");
        call("ZREMRANGEBYRANK zset 4000 4009");
        call("ZPOPMIN small-zset");
        call("SETRANGE edited 50000 middle");
        call("ZRANGESTORE stored zset 0 999");
        call("SUNIONSTORE union set words");
        call("COPY hash copied");
        call("RENAME copied renamed");
        call("HSET renamed more 1");
        call("DEL moved");
        for (int i = 0; i < MANY - 2; i++) {
            call("SREM union member-" + i);
        }
        readAll();
    }

    /** Of every key: type, deadline, version and elements, as clients see them; in order, where there is one. */
    Map<String, String> view() throws IOException {
        Map<String, String> view = new TreeMap<>();
        for (String database : DATABASES) {
            redis.call("SELECT", database);
            for (String key : words(redis.call("KEYS", "*"))) {
                String type = text(redis.call("TYPE", key));
                Object version = ((List<?>) ((List<?>) redis.call("DRAGON.GET", key)).get(0)).get(1);
                view.put(
                        database + " " + key,
                        type + " v" + version + " until " + redis.call("PEXPIRETIME", key) + " " + elements(type, key));
            }
        }
        redis.call("SELECT", "0");
        return view;
    }

    private List<String> elements(String type, String key) throws IOException {
        switch (type) {
            case "list":
                return words(redis.call("LRANGE", key, "0", "-1"));
            case "zset":
                return words(redis.call("ZRANGE", key, "0", "-1", "WITHSCORES"));
            case "hash":
                List<String> words = words(redis.call("HGETALL", key));
                List<String> pairs = new ArrayList<>();
                for (int i = 0; i < words.size(); i += 2) {
                    pairs.add(words.get(i) + " = " + words.get(i + 1));
                }
                pairs.sort(null);
                return pairs;
            case "set":
                List<String> members = words(redis.call("SMEMBERS", key));
                members.sort(null);
                return members;
            default:
                return List.of(text(redis.call("GET", key)));
        }
    }

    private static List<String> words(Object reply) {
        List<String> words = new ArrayList<>();
        ((List<?>) reply).forEach(word -> words.add(text(word)));
        return words;
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.ISO_8859_1);
    }
}
