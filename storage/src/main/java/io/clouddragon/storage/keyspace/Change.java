package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Varint;
import io.clouddragon.storage.collection.PackedElements;

/**
 * The value of a small collection after a change: the old one without some neighbouring elements, or with one element
 * more, or both. Describes it first, so that the new entry is made in one piece. Reusable.
 */
final class Change {
    private final PackedElements old;
    Kind kind;
    private Bytes element;
    private int flags;
    private int count;
    private int cutFrom;
    private int cutTo;
    private int insertAt;
    private int bytes;

    /** @param old set to the value before by the caller */
    Change(PackedElements old) {
        this.old = old;
    }

    /**
     * Describes a change.
     *
     * @param from first element that goes
     * @param to first behind them that stays
     * @param at the old position that the new element is put before: not between {@code from} and {@code to}
     * @param added null when none is
     */
    Change describe(Kind ofKind, int from, int to, int at, Bytes added) {
        kind = ofKind;
        element = added;
        flags = old.flags();
        cutFrom = old.position(from);
        cutTo = old.position(to);
        insertAt = old.position(at);
        count = old.count() - (to - from) + (added == null ? 0 : 1);
        bytes = PackedElements.HEAD_BYTES + old.bytes() - (cutTo - cutFrom);
        if (added != null) {
            bytes += Varint.bytes(added.length()) + added.length();
        }
        return this;
    }

    int count() {
        return count;
    }

    void flags(int newFlags) {
        flags = newFlags;
    }

    int valueBytes() {
        return bytes;
    }

    /** Whether the result is still to be held in one piece. */
    boolean isSmall() {
        return count <= 1 || count <= PackedElements.MAX_COUNT && bytes <= PackedElements.MAX_BYTES;
    }

    void writeTo(byte[] target, int offset) {
        target[offset] = (byte) flags;
        target[offset + 1] = (byte) count;
        int at = offset + PackedElements.HEAD_BYTES;
        int begin = old.begin();
        int end = old.position(old.count());
        if (element == null) {
            at = copy(begin, cutFrom, target, at);
            copy(cutTo, end, target, at);
        } else if (insertAt <= cutFrom) {
            at = insert(target, copy(begin, insertAt, target, at));
            at = copy(insertAt, cutFrom, target, at);
            copy(cutTo, end, target, at);
        } else {
            at = copy(begin, cutFrom, target, at);
            at = insert(target, copy(cutTo, insertAt, target, at));
            copy(insertAt, end, target, at);
        }
    }

    private int copy(int from, int to, byte[] target, int at) {
        System.arraycopy(old.array(), from, target, at, to - from);
        return at + to - from;
    }

    private int insert(byte[] target, int at) {
        int position = Varint.write(target, at, element.length());
        element.copyTo(target, position);
        return position + element.length();
    }
}
