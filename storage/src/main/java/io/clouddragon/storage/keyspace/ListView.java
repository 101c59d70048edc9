package io.clouddragon.storage.keyspace;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.ListBody;
import io.clouddragon.storage.collection.PackedElements;

/**
 * Reads a list, small or large alike: {@link #open} points it at an entry. Valid until the entry's keyspace is written;
 * reusable; engine thread only.
 */
public final class ListView {
    private final PackedElements packed = new PackedElements();
    private final ListBody.Cursor cursor = new ListBody.Cursor();
    private final Bytes value = new Bytes();
    private ListBody body;
    private long size;
    private int at;

    /** Points this view at a list's entry; it stands before the first element. */
    public ListView open(Entry entry) {
        size = entry.elements();
        body = (ListBody) entry.body();
        if (body == null) {
            packed.set(entry.head(value));
        }
        seek(0);
        return this;
    }

    public long size() {
        return size;
    }

    /** The element at an index that exists. */
    public Bytes get(long index, Bytes into) {
        return body != null ? body.get(index, into) : packed.get((int) index, into);
    }

    /** Stands before the element at {@code index}, from 0 to the size. */
    public void seek(long index) {
        if (body != null) {
            cursor.seek(body, index);
        } else {
            at = (int) index;
        }
    }

    /** Points {@code into} at the next element; false at the end. */
    public boolean next(Bytes into) {
        if (body != null) {
            return cursor.next(into);
        }
        if (at == packed.count()) {
            return false;
        }
        packed.get(at++, into);
        return true;
    }

    /** Points {@code into} at the element before the place where the view stands; false at the begin. */
    public boolean previous(Bytes into) {
        if (body != null) {
            return cursor.previous(into);
        }
        if (at == 0) {
            return false;
        }
        packed.get(--at, into);
        return true;
    }
}
