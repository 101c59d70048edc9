package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;

/**
 * The words that may follow in SET and GETEX, read with Redis' rules ({@code parseExtendedStringArgumentsOrReply}): a word
 * may be repeated, and then its last value counts; two words that exclude each other are a syntax error.
 */
final class StringOptions {
    /** When SET sets: at most one of these. */
    private enum Condition {
        /** The key does not exist. */
        NX(false),
        /** The key exists. */
        XX(false),
        /** The key holds this value (Valkey 8.1, Redis 8.4). */
        IFEQ(true),
        /** The key does not exist or holds another value (Redis 8.4). */
        IFNE(true);

        private static final Condition[] ALL = values();

        private final boolean takesValue;

        Condition(boolean takesValue) {
            this.takesValue = takesValue;
        }

        /** Null when the word is none. */
        static Condition of(Bytes word) {
            for (Condition condition : ALL) {
                if (word.isWord(condition.name())) {
                    return condition;
                }
            }
            return null;
        }
    }

    /** What becomes of the deadline: at most one of these. */
    private enum Deadline {
        EX(ExpireTime.SECONDS),
        PX(ExpireTime.MILLIS),
        EXAT(ExpireTime.AT_SECONDS),
        PXAT(ExpireTime.AT_MILLIS),
        /** Of SET alone. */
        KEEPTTL(null),
        /** Of GETEX alone. */
        PERSIST(null);

        private static final Deadline[] ALL = values();

        /** Null for a word without a time. */
        private final ExpireTime time;

        Deadline(ExpireTime time) {
            this.time = time;
        }

        /** Null when the word is none. */
        static Deadline of(Bytes word) {
            for (Deadline deadline : ALL) {
                if (word.isWord(deadline.name())) {
                    return deadline;
                }
            }
            return null;
        }
    }

    private Condition condition;
    private int conditionValueAt;
    private Deadline deadline;
    private int timeAt;
    private boolean get;

    private StringOptions() {}

    /** Of SET; null when they are wrong: the error has been written. */
    static StringOptions ofSet(Call call) {
        return new StringOptions().read(call, 3, true);
    }

    /** Of GETEX; null when they are wrong: the error has been written. */
    static StringOptions ofGetEx(Call call) {
        return new StringOptions().read(call, 2, false);
    }

    private StringOptions read(Call call, int from, boolean ofSet) {
        int i = from;
        while (i < call.count()) {
            Bytes word = call.arg(i);
            int valueAt = i + 1;
            boolean hasValue = valueAt < call.count();
            Deadline newDeadline = Deadline.of(word);
            Condition newCondition = ofSet && newDeadline == null ? Condition.of(word) : null;
            if (newDeadline != null && acceptsDeadline(newDeadline, ofSet, hasValue)) {
                deadline = newDeadline;
                timeAt = valueAt;
                i += newDeadline.time == null ? 1 : 2;
            } else if (newCondition != null && acceptsCondition(newCondition, hasValue)) {
                condition = newCondition;
                conditionValueAt = valueAt;
                i += newCondition.takesValue ? 2 : 1;
            } else if (ofSet && word.isWord("GET")) {
                get = true;
                i++;
            } else {
                call.syntaxError();
                return null;
            }
        }
        return this;
    }

    private boolean acceptsDeadline(Deadline word, boolean ofSet, boolean hasValue) {
        return (deadline == null || deadline == word)
                && (word.time == null || hasValue)
                && word != (ofSet ? Deadline.PERSIST : Deadline.KEEPTTL);
    }

    private boolean acceptsCondition(Condition word, boolean hasValue) {
        return (condition == null || condition == word) && (!word.takesValue || hasValue);
    }

    /** Whether SET answers with the old value. */
    boolean get() {
        return get;
    }

    /** Whether SET needs the old value, so that the key must not hold another type. */
    boolean readsValue() {
        return get || condition != null && condition.takesValue;
    }

    /** Whether SET is to set, given whether the key exists and then its entry, a string if {@link #readsValue}. */
    boolean isMet(Call call, boolean exists, Entry old) {
        if (condition == null) {
            return true;
        }
        return switch (condition) {
            case NX -> !exists;
            case XX -> exists;
            case IFEQ -> exists && holds(call, old);
            case IFNE -> !exists || !holds(call, old);
        };
    }

    private boolean holds(Call call, Entry old) {
        return old.value(call.value()).equals(call.arg(conditionValueAt));
    }

    boolean keepsTtl() {
        return deadline == Deadline.KEEPTTL;
    }

    boolean persists() {
        return deadline == Deadline.PERSIST;
    }

    /** Whether a time was given. */
    boolean hasTime() {
        return deadline != null && deadline.time != null;
    }

    /** Whether it was a point in time: GETEX deletes the key when that is past. */
    boolean isTimeAbsolute() {
        return hasTime() && deadline.time.isAbsolute();
    }

    /**
     * The deadline to set.
     *
     * @return {@link Entry#NO_DEADLINE} when no time was given; {@link ExpireTime#INVALID} when it was wrong: the error has
     *     been written
     */
    long deadline(Call call) {
        return hasTime() ? deadline.time.positive(call, timeAt) : Entry.NO_DEADLINE;
    }
}
