package io.clouddragon.server.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Effect;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Shows effects. Must be given all of them from the snapshot's first on, shown or not, for it learns from them which
 * keyspace is whose. Not thread-safe.
 */
final class EffectPrinter {
    private static final int SHOWN_BYTES = 80;

    /** Whose keyspace a number stands for, and which clock its deadlines are told by. */
    private record Owner(String database, String space) {}

    private final Map<Long, Owner> owners = new HashMap<>();
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
            case ADD, REMOVE -> start + ": " + Text.quoted(effect.value(), SHOWN_BYTES);
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
        return effect.kind() == Kind.NUMBER
                ? "number " + number()
                : Text.word(effect.kind()) + " " + Text.quoted(effect.value(), SHOWN_BYTES);
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
            case SPLICE, ADD, INSERT, SET -> StateFile.writeBytes(json, "value", effect.value());
            case REMOVE -> StateFile.writeBytes(json, "name", effect.value());
            case CUT -> json.writeNumberField("count", effect.count());
            case RENAME -> StateFile.writeBytes(json, "newKey", effect.value());
            default -> {}
        }
    }
}
