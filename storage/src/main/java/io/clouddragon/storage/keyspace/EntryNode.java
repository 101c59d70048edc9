package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.collection.Body;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.collection.Undoable;
import io.clouddragon.storage.memory.Timer;

/**
 * An entry that is more than bytes: one with a deadline, or with a body that is changed in place. It sits in the table in
 * place of its bare {@link Packed} bytes; with a deadline, also in its keyspace's timer wheel.
 *
 * <p>Of an entry with a body the packed bytes are the node's own: its version is moved in place, and that is all that they
 * say of the value besides a collection's flags.
 */
final class EntryNode extends Timer implements Body.Owner, Undoable {
    /** Heap bytes of the node itself: object header, wheel links, deadline and three references. */
    static final int MEMORY_BYTES = 40;

    final byte[] packed;
    /** Null unless the value is changed in place. */
    final Body body;

    private final Keyspace space;

    EntryNode(byte[] packed, Body body, long deadline, Keyspace space) {
        super(deadline);
        this.packed = packed;
        this.body = body;
        this.space = space;
    }

    boolean hasDeadline() {
        return deadline() != Entry.NO_DEADLINE;
    }

    long memoryBytes() {
        return Packed.memoryBytes(packed) + MEMORY_BYTES + (body == null ? 0 : body.memoryBytes());
    }

    /** The body is being changed by the transaction of this revision. */
    void version(long revision, Undo undo) {
        long before = Packed.version(packed);
        if (before != revision) {
            undo.add(this, null, null, before);
            Packed.version(packed, revision);
        }
    }

    /** The flags of a collection with a body. */
    void flags(int flags, Undo undo) {
        int at = packed.length - PackedElements.HEAD_BYTES;
        if (packed[at] != flags) {
            undo.add(this, this, null, packed[at]);
            packed[at] = (byte) flags;
        }
    }

    @Override
    public void undo(Object written, Object replaced, long number) {
        if (written == null) {
            Packed.version(packed, number);
        } else {
            packed[packed.length - PackedElements.HEAD_BYTES] = (byte) number;
        }
    }

    @Override
    public void bodyGrew(long bytes) {
        space.bodyGrew(bytes);
    }

    @Override
    protected void fire(long nowMillis) {
        space.deadlineReached(this, nowMillis);
    }
}
