package io.clouddragon.server.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.engine.Effect;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Shows effects. Must be given all of them from the snapshot's first on, shown or not, for it learns from them which
 * keyspace is whose, and which keys are collections of which kind. Not thread-safe.
 */
final class EffectPrinter {
    private static final int SHOWN_BYTES = 80;

    /** Whose keyspace a number stands for, and which clock its deadlines are told by. */
    private record Owner(String database, String space) {}

    private final Map<Long, Owner> owners = new HashMap<>();
    /** Kinds of the collections, by a hash of keyspace and key. */
    private final Map<Long, Kind> collections = new HashMap<>();

    private final Bytes part = new Bytes();
    private final Effect effect = new Effect();

    /** Reads the next effect, to be shown. */
    void read(ByteSource in) {
        effect.read(in);
        if (effect.type() == Effect.Type.DATABASE) {
            String name = effect.key().toString();
            owners.put(effect.keyspace(), new Owner(name, "keys"));
            owners.put(effect.locks(), new Owner(name, "locks"));
            owners.put(effect.onceIds(), new Owner(name, "once"));
        }
        learn();
    }

    /** An element's bytes do not say of what they are a part. */
    private void learn() {
        long key = effect.key().hash(effect.keyspace());
        switch (effect.type()) {
            case PUT, ENTRY -> {
                if (effect.kind().isCollection()) {
                    collections.put(key, effect.kind());
                } else {
                    collections.remove(key);
                }
            }
            case DELETE -> collections.remove(key);
            case RENAME -> {
                Kind moved = collections.remove(key);
                if (moved != null) {
                    collections.put(effect.value().hash(effect.newKeyspace()), moved);
                }
            }
            default -> {}
        }
    }

    /** What the key of the effect is, if it is a collection; else, and for lists too, its parts are shown as they are. */
    private Kind collection() {
        return collections.getOrDefault(effect.key().hash(effect.keyspace()), Kind.RAW);
    }

    private Owner owner() {
        return owner(effect.keyspace());
    }

    private Owner owner(long keyspace) {
        return owners.getOrDefault(keyspace, new Owner("?", "keyspace " + keyspace));
    }

    String text() {
        Owner owner = owner();
        String start = String.format("%-8s %s", name(), owner.database());
        if (effect.type() == Effect.Type.DATABASE) {
            return start + ": keyspaces " + effect.keyspace() + ", " + effect.locks() + ", " + effect.onceIds();
        }
        start += " " + owner.space() + " " + Text.quoted(effect.key(), SHOWN_BYTES);
        return switch (effect.type()) {
            case PUT -> start + " = " + value() + deadline(owner);
            case ENTRY -> start + " = " + value() + ", version " + effect.version() + deadline(owner);
            case EXTEND -> start + ", version " + effect.version() + deadline(owner);
            case SPLICE, INSERT, SET ->
                start + " at " + effect.index() + ": " + Text.quoted(effect.value(), SHOWN_BYTES);
            case ADD -> start + ": " + element(collection(), effect.value());
            case REMOVE -> start + ": " + Text.quoted(effect.value(), SHOWN_BYTES);
            case CUT -> start + " at " + effect.index() + ": " + effect.count() + " elements";
            case RENAME ->
                start + " to " + owner(effect.newKeyspace()).database() + " "
                        + Text.quoted(effect.value(), SHOWN_BYTES);
            case DELETE, DATABASE -> start;
        };
    }

    private String name() {
        return effect.type().name().toLowerCase(Locale.ROOT);
    }

    private String value() {
        if (effect.kind() == Kind.NUMBER) {
            return "number " + number();
        }
        String kind = Text.word(effect.kind());
        if (!effect.kind().isCollection()) {
            return kind + " " + Text.quoted(effect.value(), SHOWN_BYTES);
        }
        PackedElements elements = new PackedElements().set(effect.value());
        StringJoiner text = new StringJoiner(", ");
        for (int i = 0; i < elements.count(); i++) {
            text.add(element(effect.kind(), elements.get(i, part)));
        }
        return elements.count() == 0 ? kind + ", elements follow" : kind + " of " + elements.count() + ": " + text;
    }

    /** An element of a collection. */
    private static String element(Kind kind, Bytes element) {
        if (!kind.isKeyed()) {
            return Text.quoted(element, SHOWN_BYTES);
        }
        Bytes shown = new Bytes();
        String name = Text.quoted(Element.name(element.array(), element.offset(), shown), SHOWN_BYTES);
        return switch (kind) {
            case HASH -> name + " = " + Text.quoted(payload(element, shown), SHOWN_BYTES);
            case SORTED_SET -> name + " score " + score(element);
            default -> name;
        };
    }

    private static Bytes payload(Bytes element, Bytes into) {
        return Element.payload(element.array(), element.offset(), element.length(), into);
    }

    private static String score(Bytes element) {
        return RedisDoubles.format(Element.score(element.array(), element.offset() + element.length()));
    }

    private long number() {
        Bytes value = effect.value();
        return new ByteSource(value.array(), value.offset(), value.length()).i64();
    }

    private String deadline(Owner owner) {
        if (effect.deadline() == Entry.NO_DEADLINE) {
            return "";
        }
        boolean engineClock = owner.space().equals("locks");
        return engineClock
                ? ", until engine ms " + effect.deadline()
                : ", until " + Instant.ofEpochMilli(effect.deadline());
    }

    void json(JsonGenerator json) throws IOException {
        Owner owner = owner();
        json.writeStartObject();
        json.writeStringField("effect", name());
        json.writeStringField("db", owner.database());
        if (effect.type() != Effect.Type.DATABASE) {
            json.writeStringField("space", owner.space());
            StateFile.writeBytes(json, "key", effect.key());
            fields(json);
        }
        json.writeEndObject();
    }

    private void fields(JsonGenerator json) throws IOException {
        boolean hasValue = effect.type() == Effect.Type.PUT || effect.type() == Effect.Type.ENTRY;
        if (hasValue) {
            json.writeStringField("kind", Text.word(effect.kind()));
            if (effect.kind() == Kind.NUMBER) {
                json.writeStringField("value", Long.toString(number()));
            } else if (effect.kind().isCollection()) {
                elements(json);
            } else {
                StateFile.writeBytes(json, "value", effect.value());
            }
        }
        part(json);
        if (effect.type() == Effect.Type.ENTRY || effect.type() == Effect.Type.EXTEND) {
            json.writeNumberField("version", effect.version());
        }
        if ((hasValue || effect.type() == Effect.Type.EXTEND) && effect.deadline() != Entry.NO_DEADLINE) {
            json.writeNumberField("deadline", effect.deadline());
        }
    }

    private void elements(JsonGenerator json) throws IOException {
        PackedElements elements = new PackedElements().set(effect.value());
        json.writeArrayFieldStart("elements");
        for (int i = 0; i < elements.count(); i++) {
            json.writeStartObject();
            element(json, effect.kind(), elements.get(i, part));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void element(JsonGenerator json, Kind kind, Bytes element) throws IOException {
        if (!kind.isKeyed()) {
            StateFile.writeBytes(json, "value", element);
            return;
        }
        Bytes shown = new Bytes();
        Element.name(element.array(), element.offset(), shown);
        StateFile.writeBytes(json, kind == Kind.HASH ? "field" : "member", shown);
        if (kind == Kind.HASH) {
            StateFile.writeBytes(json, "value", payload(element, shown));
        } else if (kind == Kind.SORTED_SET) {
            json.writeStringField("score", score(element));
        }
    }

    /** What a change of a part of a value, or a move, says. */
    private void part(JsonGenerator json) throws IOException {
        switch (effect.type()) {
            case SPLICE -> json.writeNumberField("offset", effect.index());
            case INSERT, SET, CUT -> json.writeNumberField("index", effect.index());
            case RENAME ->
                json.writeStringField("newDb", owner(effect.newKeyspace()).database());
            default -> {}
        }
        switch (effect.type()) {
            case ADD -> element(json, collection(), effect.value());
            case SPLICE, INSERT, SET -> StateFile.writeBytes(json, "value", effect.value());
            case REMOVE -> StateFile.writeBytes(json, "name", effect.value());
            case CUT -> json.writeNumberField("count", effect.count());
            case RENAME -> StateFile.writeBytes(json, "newKey", effect.value());
            default -> {}
        }
    }
}
