package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HashTable;
import io.clouddragon.storage.memory.HeapSize;
import io.clouddragon.storage.memory.StateLostException;
import java.util.Arrays;

/**
 * A large hash, set or sorted set: its elements in a hash table by name, and those of a sorted set also in their order.
 * Elements are immutable arrays: a change replaces one, and remembering the old one is all that undo needs.
 */
public final class KeyedBody extends Body {
    private static final long FIXED_BYTES = HeapSize.object(4 * HeapSize.REFERENCE + 2 * Long.BYTES);
    private static final int READ_AT_ONCE = 64;

    private final ElementTable table;
    private final OrderedIndex order;
    private final Bytes name = new Bytes();
    private long structureBytes;

    /**
     * @param seed of the hash function, secret to the process
     * @param sorted whether it is a sorted set
     */
    public KeyedBody(long seed, boolean sorted) {
        super(FIXED_BYTES);
        table = new ElementTable(seed);
        order = sorted ? new OrderedIndex() : null;
        resized();
    }

    private void resized() {
        long now = table.memoryBytes() + (order == null ? 0 : order.memoryBytes());
        if (now != structureBytes) {
            grew(now - structureBytes);
            structureBytes = now;
        }
    }

    @Override
    public long size() {
        return table.size();
    }

    public boolean isSorted() {
        return order != null;
    }

    /** The element of this name, or null. Not to be changed. */
    public byte[] find(Bytes wanted) {
        return (byte[]) table.find(wanted, table.hash(wanted));
    }

    /** Puts an element, in place of the one of the same name; whether the name is new. */
    public boolean put(byte[] element, Undo undo) {
        try {
            byte[] replaced = put(element);
            undo.add(this, element, replaced, 0);
            return replaced == null;
        } catch (OutOfMemoryError e) {
            throw new StateLostException(e);
        }
    }

    /** Removes the element of this name; false when there is none. */
    public boolean remove(Bytes wanted, Undo undo) {
        byte[] removed = find(wanted);
        if (removed == null) {
            return false;
        }
        try {
            remove(removed);
            undo.add(this, null, removed, 0);
            return true;
        } catch (OutOfMemoryError e) {
            throw new StateLostException(e);
        }
    }

    private byte[] put(byte[] element) {
        Element.name(element, 0, name);
        byte[] replaced = (byte[]) table.put(name, table.hash(name), element);
        if (order != null) {
            if (replaced != null) {
                order.remove(replaced);
            }
            order.insert(element);
        }
        grew(memoryBytes(element) - (replaced == null ? 0 : memoryBytes(replaced)));
        resized();
        return replaced;
    }

    private void remove(byte[] element) {
        Element.name(element, 0, name);
        table.remove(name, table.hash(name));
        if (order != null) {
            order.remove(element);
        }
        grew(-memoryBytes(element));
        resized();
    }

    private static long memoryBytes(byte[] element) {
        return HeapSize.array(element.length, 1);
    }

    @Override
    public void undo(Object written, Object replaced, long number) {
        if (replaced != null) {
            put((byte[]) replaced);
        } else {
            remove((byte[]) written);
        }
    }

    // ---- reading

    /** See {@link HashTable#scan}; elements are byte arrays. */
    public long scan(long cursor, HashTable.Visitor visitor) {
        return table.scan(cursor, visitor);
    }

    /** An element that random bits choose, each as likely as any other; null when empty. */
    public byte[] random(long bits) {
        return (byte[]) table.random(bits);
    }

    /** Of a sorted set: how many elements come before the bound. */
    public long position(SortedBound bound) {
        return order.position(bound);
    }

    OrderedIndex order() {
        return order;
    }

    @Override
    public KeyedBody copy() {
        KeyedBody copy = new KeyedBody(table.seed(), order != null);
        if (order == null) {
            table.forEach(element -> copy.put((byte[]) element));
        } else {
            OrderedIndex.Cursor cursor = new OrderedIndex.Cursor();
            cursor.seek(order, 0);
            for (byte[] element = cursor.next(); element != null; element = cursor.next()) {
                copy.put(element);
            }
        }
        return copy;
    }

    @Override
    public BodyReader reader() {
        return order == null ? new TableReader() : new OrderReader();
    }

    /** In the order of the table, which survives its growing and shrinking. */
    private final class TableReader implements BodyReader {
        private final Bytes view = new Bytes();
        private long cursor;

        @Override
        public boolean read(Visitor visitor) {
            cursor = table.scan(cursor, element -> {
                byte[] bytes = (byte[]) element;
                visitor.visit(view.set(bytes, 0, bytes.length), 0);
            });
            return cursor != 0;
        }
    }

    /** In order, so that loading it again appends. Goes on behind the last element read, whether or not that is still there. */
    private final class OrderReader implements BodyReader {
        private final OrderedIndex.Cursor cursor = new OrderedIndex.Cursor();
        private final SortedBound behind = new SortedBound();
        private final Bytes view = new Bytes();
        private byte[] last;

        @Override
        public boolean read(Visitor visitor) {
            cursor.seek(order, last == null ? 0 : firstBehindLast());
            for (int i = 0; i < READ_AT_ONCE; i++) {
                byte[] element = cursor.next();
                if (element == null) {
                    return false;
                }
                visitor.visit(view.set(element, 0, element.length), 0);
                last = element;
            }
            return true;
        }

        private long firstBehindLast() {
            long position =
                    order.position(behind.element(Element.score(last, last.length), Element.name(last, 0, view)));
            cursor.seek(order, position);
            byte[] next = cursor.next();
            return next != null && Arrays.equals(next, last) ? position + 1 : position;
        }
    }
}
