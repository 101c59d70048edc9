package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.CorruptDataException;
import io.clouddragon.storage.keyspace.Kind;

/**
 * One effect as read: the other half of {@link Effects}, which says what the fields of each are. A reusable view: bytes are
 * valid until the next {@link #read} and no longer than their source; a field that an effect does not have is left over
 * from an earlier one. Not thread-safe.
 */
public final class Effect {
    /** What an effect does; its number in the log is one more than the ordinal. */
    public enum Type {
        PUT,
        DELETE,
        EXTEND,
        DATABASE,
        ENTRY,
        SPLICE,
        ADD,
        REMOVE,
        INSERT,
        SET,
        CUT,
        RENAME
    }

    private static final Type[] TYPES = Type.values();

    private final Bytes key = new Bytes();
    private final Bytes value = new Bytes();
    private Type type;
    private Kind kind;
    private long keyspace;
    private long locks;
    private long onceIds;
    private long deadline;
    private long version;
    private long index;
    private long count;
    private long newKeyspace;

    /**
     * Reads the next effect of a record, or the one of a snapshot's item.
     *
     * @throws CorruptDataException when the bytes are not what {@link Effects} writes
     */
    public void read(ByteSource in) {
        int first = in.u8();
        int opcode = first & ~Effects.SAME_KEY;
        if (opcode == 0 || opcode > TYPES.length) {
            throw new CorruptDataException("unknown effect " + opcode);
        }
        type = TYPES[opcode - 1];
        if (type == Type.DATABASE) {
            in.bytes(key);
            keyspace = in.varint();
            locks = in.varint();
            onceIds = in.varint();
            return;
        }
        if (first == opcode) {
            keyspace = in.varint();
            in.bytes(key);
        }
        switch (type) {
            case PUT -> readValue(in);
            case ENTRY -> {
                readValue(in);
                version = in.varint();
            }
            case EXTEND -> {
                version = in.varint();
                deadline = Effects.readDeadline(in.varint());
            }
            case SPLICE -> {
                index = in.varint();
                in.bytes(value);
            }
            case ADD, REMOVE -> in.bytes(value);
            case INSERT, SET -> {
                index = in.varint();
                in.bytes(value);
            }
            case CUT -> {
                index = in.varint();
                count = in.varint();
            }
            case RENAME -> {
                newKeyspace = in.varint();
                in.bytes(value);
            }
            case DELETE, DATABASE -> {}
        }
    }

    private void readValue(ByteSource in) {
        int number = in.u8();
        try {
            kind = Kind.of(number);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException(e.getMessage());
        }
        deadline = Effects.readDeadline(in.varint());
        in.bytes(value);
    }

    public Type type() {
        return type;
    }

    /** Number of the keyspace; of a DATABASE, its keys' keyspace. */
    public long keyspace() {
        return keyspace;
    }

    /** DATABASE: number of its locks' keyspace. */
    public long locks() {
        return locks;
    }

    /** DATABASE: number of its idempotency ids' keyspace. */
    public long onceIds() {
        return onceIds;
    }

    /** The key; of a DATABASE, its name. */
    public Bytes key() {
        return key;
    }

    /** PUT and ENTRY. */
    public Kind kind() {
        return kind;
    }

    /**
     * PUT, ENTRY: as stored, a number's is its 8 bytes. SPLICE: the part. ADD, INSERT, SET: the element. REMOVE: its name.
     * RENAME: the new key.
     */
    public Bytes value() {
        return value;
    }

    /** PUT, ENTRY, EXTEND: milliseconds on the keyspace's clock, or {@code Entry.NO_DEADLINE}. */
    public long deadline() {
        return deadline;
    }

    /** ENTRY, EXTEND; a PUT's is its record's revision. */
    public long version() {
        return version;
    }

    /** SPLICE: where the part goes, bytes. INSERT, SET, CUT: the element's position in the list, from 0. */
    public long index() {
        return index;
    }

    /** CUT: how many elements go. */
    public long count() {
        return count;
    }

    /** RENAME: number of the keyspace that the value moves to. */
    public long newKeyspace() {
        return newKeyspace;
    }
}
