package io.clouddragon.storage.keyspace;

/**
 * What an entry holds, as stored in its header and in the log: a type of value together with its representation.
 *
 * <p>To add a kind: add a constant at the end (the ordinal is persisted, so the order never changes) and teach
 * {@link Entry} to show its value.
 */
public enum Kind {
    /** A string: its bytes as given. */
    RAW(Type.STRING),
    /** A counter: a string whose value is held as a 64-bit number and shown in decimal. */
    NUMBER(Type.STRING),
    /** A string that is compact JSON text and was set as JSON, so that the HTTP door gives back what it was given. */
    JSON(Type.STRING),
    /** A held lock: version = handle, value = owner's text, deadline on the engine's clock. */
    LOCK(Type.LOCK),
    /** An idempotency id that was used: no value, forgotten at its deadline. */
    ONCE(Type.ONCE),
    /** A string that APPEND or SETRANGE has edited. Like RAW, but OBJECT ENCODING never calls it a number or short. */
    EDITED(Type.STRING),
    LIST(Type.LIST),
    HASH(Type.HASH),
    SET(Type.SET),
    SORTED_SET(Type.SORTED_SET);

    private static final Kind[] ALL = values();

    private final Type type;

    Kind(Type type) {
        this.type = type;
    }

    public Type type() {
        return type;
    }

    /** Whether its elements have names: a hash, a set, a sorted set. */
    public boolean isKeyed() {
        return this == HASH || this == SET || this == SORTED_SET;
    }

    /** Whether it is a list, hash, set or sorted set: its value is a {@code PackedElements}, or the head of a body. */
    public boolean isCollection() {
        return this == LIST || isKeyed();
    }

    /**
     * @throws IllegalArgumentException for a number that no kind has: written by a newer version
     */
    public static Kind of(int ordinal) {
        if (ordinal < 0 || ordinal >= ALL.length) {
            throw new IllegalArgumentException("unknown kind of entry: " + ordinal);
        }
        return ALL[ordinal];
    }

    /** What TYPE answers; commands for one type meet keys of another with WRONGTYPE. */
    public enum Type {
        STRING("string"),
        LOCK("lock"),
        ONCE("once"),
        LIST("list"),
        HASH("hash"),
        SET("set"),
        SORTED_SET("zset");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
