package io.clouddragon.compat.history;

/**
 * One request on one key: what was asked, what was answered, and between which two moments it must have happened.
 *
 * <p>An operation without an answer (its connection or its server died) stays <em>open</em>: it may have happened at any
 * moment from its call on, or never. Values, versions and handles are positive, so 0 stands for "none" throughout. Filled in
 * by the thread that asks; read by others once that has ended.
 */
final class Operation {
    /** The end of an operation that was never answered. */
    static final long OPEN = Long.MAX_VALUE;

    /** What can be asked; in brackets: the argument, and what the result tells. */
    enum Kind {
        /** (unique value), no result. */
        SET,
        /** Result: value or 0. */
        GET,
        /** Result: value or 0, with its version. */
        GET_VERSION,
        /** (unique value, expected version), result: new version, or 0 when not met. */
        COMPARE_AND_SET,
        /** Result: 1 when there was something. */
        DELETE,
        /** (delta), result: the sum. */
        ADD,
        /** (unique id), result: handle, or 0 when held by somebody. */
        LOCK,
        /** (handle), result: 1, or 0 when not held under it. */
        UNLOCK,
        /** Result: handle of who holds the lock, or 0. */
        HOLDER,
        /** (id of a LOCK whose connection died): the server takes back what it granted and could not tell. Always open. */
        GIVE_BACK
    }

    final Kind kind;
    final long argument;
    /** Of a compare-and-set: the version that the key must have. Of a lock: how long to wait for it, ms. */
    final long expected;

    long called;
    long returned = OPEN;
    long result;
    /** Of a {@link Kind#GET_VERSION}: the version, 0 for no key. */
    long version;

    Operation(Kind kind, long argument, long expected) {
        this.kind = kind;
        this.argument = argument;
        this.expected = expected;
    }

    boolean isOpen() {
        return returned == OPEN;
    }

    @Override
    public String toString() {
        String end = isOpen() ? "open" : "-> " + result + (version == 0 ? "" : " v" + version) + " at " + returned;
        return "at " + called + " " + kind + " " + argument + (expected == 0 ? "" : " if v" + expected) + " " + end;
    }
}
