package io.clouddragon.storage.collection;

import io.clouddragon.storage.memory.HashTable;
import java.util.ArrayDeque;

/**
 * Walks over all elements of a {@link KeyedBody}: of a sorted set in its order, and in both directions; of a hash or set in
 * the order of its table. Valid until the next change; reusable.
 */
public final class KeyedCursor {
    private final OrderedIndex.Cursor ordered = new OrderedIndex.Cursor();
    /** What a step of the walk over the table has found; few, since a step is one slot. */
    private final ArrayDeque<byte[]> found = new ArrayDeque<>();

    private final HashTable.Visitor collect = element -> found.add((byte[]) element);
    private KeyedBody body;
    private long cursor;
    private boolean atEnd;

    /** Before the first element. */
    public void rewind(KeyedBody of) {
        body = of;
        if (body.isSorted()) {
            ordered.seek(body.order(), 0);
        } else {
            cursor = 0;
            atEnd = false;
            found.clear();
        }
    }

    /** Of a sorted set: before the element of this rank. */
    public void seek(KeyedBody of, long rank) {
        body = of;
        ordered.seek(body.order(), rank);
    }

    /** The next element; null at the end. */
    public byte[] next() {
        if (body.isSorted()) {
            return ordered.next();
        }
        while (found.isEmpty() && !atEnd) {
            cursor = body.scan(cursor, collect);
            atEnd = cursor == 0;
        }
        return found.poll();
    }

    /** Of a sorted set: the element before; null at the begin. */
    public byte[] previous() {
        return ordered.previous();
    }
}
