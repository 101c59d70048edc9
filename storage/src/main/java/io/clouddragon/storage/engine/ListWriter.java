package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.CollectionEditor;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/**
 * Changes lists in the running transaction. The caller has made sure that the key holds a list, or nothing, and that
 * positions exist. A key comes into being with its first element and goes with its last. Engine thread only.
 */
public final class ListWriter {
    private final Tx tx;
    private final Entry entry = new Entry();
    private final ByteSink value = new ByteSink(64);

    ListWriter(Tx tx) {
        this.tx = tx;
    }

    /** Makes the key a list of this one element, whatever it held. */
    public void replace(Database db, Bytes key, Bytes element) {
        tx.putCollection(db, key, Kind.LIST, element, value);
    }

    /** Adds behind the last element. */
    public void append(Database db, Bytes key, Bytes element) {
        if (!tx.peek(db, key, entry)) {
            tx.putCollection(db, key, Kind.LIST, element, value);
            return;
        }
        CollectionEditor editor = tx.edit(db, key);
        tx.partEffect(Effects.ADD, db, key).bytes(element);
        editor.insert(editor.entry().elements(), element);
        tx.edited(db, key);
    }

    /** Adds before the first element. */
    public void prepend(Database db, Bytes key, Bytes element) {
        insert(db, key, 0, element);
    }

    /** Adds before the element at {@code index}, from 0 to the length. */
    public void insert(Database db, Bytes key, long index, Bytes element) {
        if (!tx.peek(db, key, entry)) {
            tx.putCollection(db, key, Kind.LIST, element, value);
            return;
        }
        CollectionEditor editor = tx.edit(db, key);
        ByteSink sink = tx.partEffect(Effects.INSERT, db, key);
        sink.varint(index);
        sink.bytes(element);
        editor.insert(index, element);
        tx.edited(db, key);
    }

    /** Replaces the element at {@code index}. */
    public void set(Database db, Bytes key, long index, Bytes element) {
        CollectionEditor editor = tx.edit(db, key);
        ByteSink sink = tx.partEffect(Effects.SET, db, key);
        sink.varint(index);
        sink.bytes(element);
        editor.set(index, element);
        tx.edited(db, key);
    }

    /** Removes {@code count} elements (at least one) from {@code index} on; with the last one the key goes. */
    public void cut(Database db, Bytes key, long index, long count) {
        tx.peek(db, key, entry);
        if (count == entry.elements()) {
            tx.delete(db, key);
            return;
        }
        CollectionEditor editor = tx.edit(db, key);
        ByteSink sink = tx.partEffect(Effects.CUT, db, key);
        sink.varint(index);
        sink.varint(count);
        editor.cut(index, count);
        tx.edited(db, key);
    }
}
