package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Body;
import io.clouddragon.storage.collection.TextBody;

/**
 * A reusable view of one entry: what a read hands out. Valid until the entry's keyspace is written, or the view is
 * pointed elsewhere. Engine thread only.
 */
public final class Entry {
    /** Deadline of an entry that has none. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final int MAX_DECIMAL_DIGITS = 20;

    private byte[] packed;
    private Body body;
    private long deadline;
    private int keyOffset;
    private int keyLength;
    private final byte[] digits = new byte[MAX_DECIMAL_DIGITS];

    /** Points this view at an element of a table. */
    Entry set(Object element) {
        if (element instanceof byte[] bytes) {
            packed = bytes;
            body = null;
            deadline = NO_DEADLINE;
        } else {
            EntryNode node = (EntryNode) element;
            packed = node.packed;
            body = node.body;
            deadline = node.deadline();
        }
        keyLength = Packed.keyLength(packed);
        keyOffset = Packed.keyOffset(keyLength);
        return this;
    }

    public Kind kind() {
        return Packed.kind(packed);
    }

    public Kind.Type type() {
        return kind().type();
    }

    /** Revision of the transaction that last changed the entry; of a lock, its handle. */
    public long version() {
        return Packed.version(packed);
    }

    /** Milliseconds on the keyspace's clock at which the entry ends, or {@link #NO_DEADLINE}. */
    public long deadline() {
        return deadline;
    }

    public boolean hasDeadline() {
        return deadline != NO_DEADLINE;
    }

    public Bytes key(Bytes into) {
        return into.set(packed, keyOffset, keyLength);
    }

    public boolean isNumber() {
        return packed[0] == Kind.NUMBER.ordinal();
    }

    /** The value of a {@link Kind#NUMBER}. */
    public long number() {
        return Packed.number(packed);
    }

    /** The stored value, without a copy; a number's is its 8 bytes, a large collection's is its {@link #head}. */
    public Bytes stored(Bytes into) {
        return body instanceof TextBody text ? text.value(into) : head(into);
    }

    /** What the entry's own bytes say of the value: all of it, or what comes before the {@link #body}. */
    public Bytes head(Bytes into) {
        int at = keyOffset + keyLength;
        return into.set(packed, at, packed.length - at);
    }

    /** The value as users see it: a number in decimal, in a buffer of this view. */
    public Bytes value(Bytes into) {
        return isNumber() ? decimal(into) : stored(into);
    }

    /** The value where it is changed in place: a large collection, or a large string that was edited; else null. */
    public Body body() {
        return body;
    }

    /** Of a collection: how many elements it has. */
    public long elements() {
        return body != null ? body.size() : packed[keyOffset + keyLength + 1] & 0xFF;
    }

    /** Of a collection: {@link io.clouddragon.storage.collection.PackedElements#CONVERTED} or 0. */
    public int flags() {
        return packed[keyOffset + keyLength];
    }

    /** Bytes of the value as users see it. */
    public int valueLength(Bytes scratch) {
        return value(scratch).length();
    }

    /** Seconds since the entry was last used, given the wall clock in milliseconds; 0 when not since it was loaded. */
    public long idleSeconds(long nowMillis) {
        int clock = Packed.accessClock(packed);
        return clock == 0 ? 0 : nowMillis / 1000 - clock & 0xFFFFFF;
    }

    /** Heap bytes that the entry takes outside the table. */
    public long memoryBytes() {
        long node = hasDeadline() || body != null ? EntryNode.MEMORY_BYTES : 0;
        return Packed.memoryBytes(packed) + node + (body == null ? 0 : body.memoryBytes());
    }

    private Bytes decimal(Bytes into) {
        long rest = number();
        boolean negative = rest < 0;
        int at = digits.length;
        do {
            digits[--at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (negative) {
            digits[--at] = '-';
        }
        return into.set(digits, at, digits.length - at);
    }
}
