package io.clouddragon.server.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.clouddragon.server.script.FunctionLibraries;
import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.engine.Databases;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of export and import: lines of JSON, writing and reading side by side.
 *
 * <pre>
 * {"dragon":"export","format":1,"revision":1234,"engineMillis":86400000,"exported":1700000000000}
 * {"library":"counter","code":"#!lua name=counter\nredis.register_function(…)","version":12}
 * {"db":"0","key":"user:1","kind":"string","value":"Ann","version":17,"deadline":1700000060000}
 * {"db":"0","key":"cart","kind":"hash","elements":["apple","2","pear","1"],"version":18}
 * {"db":"0","key":"log","kind":"list","elements":["first","second"],"version":19}
 * {"more":["third","fourth"]}
 * {"db":"jobs","lock":"nightly","handle":1201,"leaseMillis":8500,"owner":"worker 3"}
 * {"db":"jobs","once":"order-77","version":1202,"deadline":1700086400000}
 * {"end":7}
 * </pre>
 *
 * Deadlines are Unix milliseconds and absent when there is none; {@code leaseMillis} is what was left of the lease. Bytes
 * that are no UTF-8 stand in base64 in a field whose name ends in 64 ({@code key64}, {@code value64}). Numbers of kind
 * "number" are in quotes, because many JSON readers take only 53 bits. A list, set, hash or sorted set has its words by turns
 * (field, value; member, score), the first thousands beside the key and the others in lines that follow. The last line has
 * the number of lines before it, so that a file that was cut is noticed.
 */
final class StateFile {
    private static final int FORMAT = 1;
    private static final String BASE64 = "64";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private StateFile() {}

    static void writeBytes(JsonGenerator json, String field, Bytes bytes) throws IOException {
        String text = Text.utf8(bytes);
        if (text != null) {
            json.writeStringField(field, text);
        } else {
            json.writeStringField(field + BASE64, Base64.getEncoder().encodeToString(bytes.copy()));
        }
    }

    /** Writes an array of words; all of them in base64 when one is no UTF-8. */
    static void writeWords(JsonGenerator json, String field, List<Bytes> words) throws IOException {
        boolean isText = words.stream().allMatch(word -> Text.utf8(word) != null);
        json.writeArrayFieldStart(isText ? field : field + BASE64);
        for (Bytes word : words) {
            json.writeString(isText ? Text.utf8(word) : Base64.getEncoder().encodeToString(word.copy()));
        }
        json.writeEndArray();
    }

    /** Writes a file, entry by entry; the stream stays open. One thread. */
    static final class Writer implements Closeable {
        private final JsonGenerator json;
        private final long engineMillis;
        private final Bytes scratch = new Bytes();
        private final CollectionWords words = new CollectionWords();
        private long entries;
        private long lines;

        Writer(OutputStream out, StateEntry.Origin origin, long wallMillis) throws IOException {
            engineMillis = origin.engineMillis();
            json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setRootValueSeparator(null);
            json.writeStartObject();
            json.writeStringField("dragon", "export");
            json.writeNumberField("format", FORMAT);
            json.writeNumberField("revision", origin.revision());
            json.writeNumberField("engineMillis", engineMillis);
            json.writeNumberField("exported", wallMillis);
            endLine();
            lines = 0;
        }

        void entry(String database, Tx.Space space, Entry entry) throws IOException {
            json.writeStartObject();
            if (database.equals(FunctionLibraries.DATABASE)) {
                library(entry);
                endLine();
                entries++;
                return;
            }
            json.writeStringField("db", database);
            switch (space) {
                case KEYS -> key(entry);
                case LOCKS -> lock(entry);
                case ONCE_IDS -> {
                    writeBytes(json, "once", entry.key(scratch));
                    json.writeNumberField("version", entry.version());
                    json.writeNumberField("deadline", entry.deadline());
                }
            }
            endLine();
            if (entry.kind().isCollection()) {
                for (List<Bytes> more = words.next(); !more.isEmpty(); more = words.next()) {
                    json.writeStartObject();
                    writeWords(json, "more", more);
                    endLine();
                }
            }
            entries++;
        }

        private void library(Entry entry) throws IOException {
            writeBytes(json, "library", entry.key(scratch));
            writeBytes(json, "code", entry.stored(scratch));
            json.writeNumberField("version", entry.version());
        }

        private void key(Entry entry) throws IOException {
            writeBytes(json, "key", entry.key(scratch));
            json.writeStringField("kind", Text.word(entry.kind()));
            if (entry.kind().isCollection()) {
                writeWords(json, "elements", words.open(entry).next());
            } else {
                writeBytes(json, "value", entry.value(scratch));
            }
            json.writeNumberField("version", entry.version());
            if (entry.hasDeadline()) {
                json.writeNumberField("deadline", entry.deadline());
            }
        }

        private void lock(Entry entry) throws IOException {
            writeBytes(json, "lock", entry.key(scratch));
            json.writeNumberField("handle", entry.version());
            json.writeNumberField("leaseMillis", entry.deadline() - engineMillis);
            writeBytes(json, "owner", entry.stored(scratch));
        }

        private void endLine() throws IOException {
            json.writeEndObject();
            json.writeRaw('\n');
            lines++;
        }

        long entries() {
            return entries;
        }

        /** Writes the last line. Without it the file counts as cut. */
        void end() throws IOException {
            json.writeStartObject();
            json.writeNumberField("end", lines);
            endLine();
            json.flush();
        }

        @Override
        public void close() throws IOException {
            json.close();
        }
    }

    /** Reads a file, entry by entry. One thread. */
    static final class Reader implements Closeable {
        private final JsonParser json;
        private final Map<String, String> fields = new HashMap<>();
        private final Map<String, List<String>> arrays = new HashMap<>();
        private final StateEntry.Origin origin;
        private StateEntry collection;
        private long lines;
        private boolean ended;

        /** @throws IOException when it is no such file, or one of a newer format */
        Reader(InputStream in) throws IOException {
            json = JSON.createParser(in);
            if (!readLine() || !"export".equals(fields.get("dragon"))) {
                throw new IOException("not a file that dragon export has written");
            }
            if (number("format") != FORMAT) {
                throw new IOException("the file has format " + number("format") + ", this program knows " + FORMAT);
            }
            origin = new StateEntry.Origin(number("revision"), number("engineMillis"));
            if (origin.revision() < 0 || origin.engineMillis() < 0) {
                throw wrong("a revision or an engine's clock below zero");
            }
        }

        StateEntry.Origin origin() {
            return origin;
        }

        /** The next entry; null when the file has properly ended. */
        StateEntry next() throws IOException {
            if (ended) {
                return null;
            }
            if (!readLine()) {
                throw new IOException("the file is cut: its last line is missing, after " + lines + " others");
            }
            if (fields.containsKey("end")) {
                if (number("end") != lines || readLine()) {
                    throw wrong("the file does not have the lines that its last line counts");
                }
                ended = true;
                return null;
            }
            lines++;
            if (arrays.containsKey("more") || arrays.containsKey("more" + BASE64)) {
                if (collection == null) {
                    throw wrong("elements of no collection");
                }
                return collection.more(elements("more", collection.kind()));
            }
            StateEntry entry = entry();
            collection = entry.kind().isCollection() ? entry : null;
            return entry;
        }

        private StateEntry entry() throws IOException {
            if (has("library")) {
                return StateEntry.library(bytes("library"), bytes("code"), number("version"));
            }
            String database = fields.getOrDefault("db", "");
            if (!Databases.isValidName(Bytes.of(database))) {
                throw wrong("no valid name of a database: '" + database + "'");
            }
            if (has("lock")) {
                return lock(database);
            }
            return has("once") ? once(database) : key(database);
        }

        private StateEntry key(String database) throws IOException {
            Kind kind = Text.kind(fields.getOrDefault("kind", ""));
            if (kind == null || kind == Kind.LOCK || kind == Kind.ONCE) {
                throw wrong("unknown kind '" + fields.get("kind") + "'");
            }
            long deadline = fields.containsKey("deadline") ? number("deadline") : Entry.NO_DEADLINE;
            if (kind.isCollection()) {
                List<Bytes> elements = elements("elements", kind);
                return new StateEntry(
                        database,
                        Tx.Space.KEYS,
                        bytes("key"),
                        kind,
                        new Bytes(),
                        deadline,
                        number("version"),
                        elements,
                        false);
            }
            Bytes value = bytes("value");
            if (kind == Kind.JSON && !isJson(value)) {
                throw wrong("the field 'value' of kind json is no JSON");
            }
            return new StateEntry(
                    database,
                    Tx.Space.KEYS,
                    bytes("key"),
                    kind,
                    kind == Kind.NUMBER ? storedNumber(value) : value,
                    deadline,
                    number("version"));
        }

        /** Whether it is one JSON value: the HTTP API puts it into its answers as it is. */
        private static boolean isJson(Bytes value) throws IOException {
            try (JsonParser parser = JSON.createParser(value.array(), value.offset(), value.length())) {
                boolean hasValue = parser.nextToken() != null;
                parser.skipChildren();
                return hasValue && parser.nextToken() == null;
            } catch (JsonProcessingException e) {
                return false;
            }
        }

        private Bytes storedNumber(Bytes decimal) throws IOException {
            if (!Decimal.isLong(decimal)) {
                throw wrong("not a 64-bit number: '" + decimal + "'");
            }
            ByteSink sink = new ByteSink(Long.BYTES);
            sink.i64(Decimal.toLong(decimal));
            return new Bytes(sink.array());
        }

        private StateEntry lock(String database) throws IOException {
            long deadline = origin.engineMillis() + number("leaseMillis");
            return new StateEntry(
                    database, Tx.Space.LOCKS, bytes("lock"), Kind.LOCK, bytes("owner"), deadline, number("handle"));
        }

        private StateEntry once(String database) throws IOException {
            return new StateEntry(
                    database,
                    Tx.Space.ONCE_IDS,
                    bytes("once"),
                    Kind.ONCE,
                    new Bytes(),
                    number("deadline"),
                    number("version"));
        }

        private List<Bytes> elements(String field, Kind kind) throws IOException {
            List<Bytes> words = new ArrayList<>();
            for (String text : arrays.getOrDefault(field, List.of())) {
                words.add(Bytes.of(text));
            }
            for (String base64 : arrays.getOrDefault(field + BASE64, List.of())) {
                words.add(decoded(field, base64));
            }
            List<Bytes> elements = CollectionWords.elements(kind, words);
            if (elements == null || elements.isEmpty()) {
                throw wrong("the field '" + field + "' has not the elements of a " + Text.word(kind));
            }
            return elements;
        }

        private boolean has(String field) {
            return fields.containsKey(field) || fields.containsKey(field + BASE64);
        }

        private Bytes bytes(String field) throws IOException {
            String text = fields.get(field);
            if (text != null) {
                return Bytes.of(text);
            }
            String base64 = fields.get(field + BASE64);
            if (base64 == null) {
                throw wrong("no field '" + field + "'");
            }
            return decoded(field, base64);
        }

        private Bytes decoded(String field, String base64) throws IOException {
            try {
                return new Bytes(Base64.getDecoder().decode(base64));
            } catch (IllegalArgumentException e) {
                throw wrong("the field '" + field + BASE64 + "' is not base64");
            }
        }

        private long number(String field) throws IOException {
            Bytes text = Bytes.of(fields.getOrDefault(field, ""));
            if (!Decimal.isLong(text)) {
                throw wrong("the field '" + field + "' is missing, or no number");
            }
            return Decimal.toLong(text);
        }

        /** Reads one object of plain values and arrays of strings; false at the end of the file. */
        private boolean readLine() throws IOException {
            fields.clear();
            arrays.clear();
            try {
                JsonToken token = json.nextToken();
                if (token == null) {
                    return false;
                }
                if (token != JsonToken.START_OBJECT) {
                    throw wrong("not an object");
                }
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    readField(json.currentName());
                }
                return true;
            } catch (JsonEOFException e) {
                return false;
            } catch (JsonParseException e) {
                throw wrong(e.getOriginalMessage());
            }
        }

        private void readField(String name) throws IOException {
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY) {
                List<String> words = new ArrayList<>();
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    words.add(json.getText());
                }
                if (json.currentToken() != JsonToken.END_ARRAY) {
                    throw wrong("the field '" + name + "' is no array of strings");
                }
                arrays.put(name, words);
            } else if (token.isScalarValue()) {
                fields.put(name, json.getText());
            } else {
                throw wrong("the field '" + name + "' is no plain value");
            }
        }

        private IOException wrong(String what) {
            return new IOException("line " + json.currentLocation().getLineNr() + ": " + what);
        }

        @Override
        public void close() throws IOException {
            json.close();
        }
    }
}
