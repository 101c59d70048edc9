package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies the libraries of functions and the keys of a Redis server that goes on serving: SCAN, and for each batch of keys their types, then their values
 * and times to live, each in one round trip; of large collections the first portion, the others one after the other. A key that changes meanwhile is had as it was before or after; one that is
 * created meanwhile may be missed. So let no client write to Redis while the last import runs.
 */
final class RedisImport {
    private static final String SCAN_COUNT = "1000";
    private static final byte[] TYPE = {'T', 'Y', 'P', 'E'};
    private static final byte[] PTTL = {'P', 'T', 'T', 'L'};
    private static final Pattern KEYSPACE = Pattern.compile("db(\\d+):keys=(\\d+),");
    private static final long NO_SUCH_KEY = -2;
    private static final String BEGIN = "0";

    private final RedisClient redis;
    private final ImportTarget target;
    private final Progress progress;
    private final Map<String, Long> skipped = new TreeMap<>();
    private long imported;
    private long libraries;
    private long seen;
    private long total;

    RedisImport(RedisClient redis, ImportTarget target, Progress progress) {
        this.redis = redis;
        this.target = target;
        this.progress = progress;
    }

    /** @param only numbers of the databases to copy; empty for all */
    void run(List<Integer> only) throws IOException {
        Map<Integer, Long> sizes = new TreeMap<>();
        byte[] info = (byte[]) redis.call("INFO", "keyspace");
        Matcher lines = KEYSPACE.matcher(new String(info, StandardCharsets.US_ASCII));
        while (lines.find()) {
            int number = Integer.parseInt(lines.group(1));
            if (only.isEmpty() || only.contains(number)) {
                sizes.put(number, Long.parseLong(lines.group(2)));
            }
        }
        if (only.isEmpty()) {
            copyLibraries();
        }
        total = sizes.values().stream().mapToLong(Long::longValue).sum();
        for (int number : sizes.keySet()) {
            copy(Integer.toString(number));
        }
    }

    /** Keys written, those twice that SCAN has returned twice. */
    long imported() {
        return imported;
    }

    /** Libraries of functions that were written. */
    long libraries() {
        return libraries;
    }

    /** How many keys of which type were left out. */
    Map<String, Long> skipped() {
        return skipped;
    }

    /** Those of functions, which belong to no database. Redis before 7.0 has none and does not know the command. */
    private void copyLibraries() throws IOException {
        redis.send("FUNCTION", "LIST", "WITHCODE");
        Object reply = redis.receiveAny();
        if (reply instanceof RedisClient.ErrorReply error) {
            if (error.text().startsWith("ERR unknown command")) {
                return;
            }
            throw new IOException("Redis replied to FUNCTION LIST: " + error.text());
        }
        for (Object library : (List<?>) reply) {
            Map<String, Object> fields = new HashMap<>();
            Iterator<?> words = ((List<?>) library).iterator();
            while (words.hasNext()) {
                fields.put(text(words.next()), words.next());
            }
            Bytes name = new Bytes((byte[]) fields.get("library_name"));
            Bytes code = new Bytes((byte[]) fields.get("library_code"));
            target.add(List.of(StateEntry.library(name, code, 0)));
            libraries++;
        }
    }

    private void copy(String database) throws IOException {
        redis.call("SELECT", database);
        String cursor = "0";
        do {
            List<?> reply = (List<?>) redis.call("SCAN", cursor, "COUNT", SCAN_COUNT);
            cursor = text(reply.get(0));
            List<byte[]> keys = new ArrayList<>();
            ((List<?>) reply.get(1)).forEach(key -> keys.add((byte[]) key));
            if (!keys.isEmpty()) {
                copy(database, keys);
            }
            seen += keys.size();
            progress.at(seen, Math.max(total, seen));
        } while (!cursor.equals("0"));
    }

    /** A collection whose first portion has been read. */
    private record Unfinished(byte[] key, RedisType type, StateEntry begun, String next) {}

    private void copy(String database, List<byte[]> keys) throws IOException {
        List<RedisType> types = types(keys);
        for (int i = 0; i < keys.size(); i++) {
            if (types.get(i) != null) {
                types.get(i).ask(redis, keys.get(i), BEGIN);
                redis.send(PTTL, keys.get(i));
            }
        }
        List<StateEntry> entries = new ArrayList<>();
        List<Unfinished> unfinished = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            RedisType type = types.get(i);
            if (type != null) {
                RedisType.Portion portion = type.portion(redis.receiveAny(), BEGIN);
                long left = (Long) redis.receive();
                if (portion != null && left != NO_SUCH_KEY) {
                    StateEntry entry = entry(database, keys.get(i), type, portion, left);
                    entries.add(entry);
                    if (portion.next() != null) {
                        unfinished.add(new Unfinished(keys.get(i), type, entry, portion.next()));
                    }
                }
            }
        }
        target.add(entries);
        imported += entries.size();
        for (Unfinished each : unfinished) {
            finish(each);
        }
    }

    private static StateEntry entry(
            String database, byte[] key, RedisType type, RedisType.Portion portion, long millisLeft)
            throws IOException {
        long deadline = millisLeft < 0 ? Entry.NO_DEADLINE : System.currentTimeMillis() + millisLeft;
        boolean isCollection = type.kind().isCollection();
        Bytes stored = isCollection ? new Bytes() : portion.words().get(0);
        List<Bytes> elements = isCollection ? elements(type, portion) : List.of();
        return new StateEntry(
                database, Tx.Space.KEYS, new Bytes(key), type.kind(), stored, deadline, 0, elements, false);
    }

    private static List<Bytes> elements(RedisType type, RedisType.Portion portion) throws IOException {
        List<Bytes> elements = CollectionWords.elements(type.kind(), portion.words());
        if (elements == null) {
            throw new IOException("Redis sent what is no part of a " + type.kind());
        }
        return elements;
    }

    private void finish(Unfinished begun) throws IOException {
        String next = begun.next();
        while (next != null) {
            begun.type().ask(redis, begun.key(), next);
            RedisType.Portion portion = begun.type().portion(redis.receiveAny(), next);
            if (portion == null) {
                return;
            }
            target.add(List.of(begun.begun().more(elements(begun.type(), portion))));
            next = portion.next();
        }
    }

    /** Null where the key has gone or its type cannot be imported. */
    private List<RedisType> types(List<byte[]> keys) throws IOException {
        for (byte[] key : keys) {
            redis.send(TYPE, key);
        }
        List<RedisType> types = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String word = text(redis.receive());
            RedisType type = RedisType.of(word);
            if (type == null && !word.equals("none")) {
                skipped.merge(word, 1L, Long::sum);
            }
            types.add(type);
        }
        return types;
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }
}
