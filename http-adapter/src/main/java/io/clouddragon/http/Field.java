package io.clouddragon.http;

import java.util.HashMap;
import java.util.Map;

/** The names that a request's objects may have as members, each in the objects that list it. */
enum Field {
    LOCK_ID("LockID"),
    LOCK_DUR("LockDur"),
    LOCK_WAIT("LockWait"),
    UNLOCK_ID("UnlockID"),
    UNLOCK("Unlock"),
    IDEMPOTENCY_IDS("IdempotencyIDs"),
    IDEMPOTENCY_TTL("IdempotencyTTL"),
    ATOMIC("Atomic"),
    KV_GET("KVGet"),
    KV_SET("KVSet"),
    KEY("Key"),
    ADD("Add"),
    SET("Set"),
    IF_EQ("IfEq"),
    VALUE("Value"),
    BASE64("Base64"),
    DELETE("Delete"),
    IF_VERSION("IfVersion"),
    TTL("TTL"),
    ID("ID"),
    VERSION("Version"),
    WAIT("Wait");

    private static final Map<String, Field> BY_NAME = new HashMap<>();

    static {
        for (Field field : values()) {
            BY_NAME.put(field.text, field);
        }
    }

    final String text;

    Field(String text) {
        this.text = text;
    }

    /** Null for a name that nothing here has. */
    static Field of(String name) {
        return BY_NAME.get(name);
    }

    /** This field in a set of fields. */
    long bit() {
        return 1L << ordinal();
    }

    static long set(Field... fields) {
        long set = 0;
        for (Field field : fields) {
            set |= field.bit();
        }
        return set;
    }

    boolean isIn(long set) {
        return (set & bit()) != 0;
    }
}
