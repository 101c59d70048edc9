package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.keyspace.CollectionEditor;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/**
 * Changes hashes, sets and sorted sets in the running transaction, one element at a time. The caller has made sure that the
 * key holds this kind, or nothing. A key comes into being with its first element and goes with its last. Engine thread only.
 */
public final class KeyedWriter {
    private static final Bytes NO_PAYLOAD = new Bytes();

    private final Tx tx;
    private final Entry entry = new Entry();
    private final ByteSink encoded = new ByteSink(64);
    private final ByteSink value = new ByteSink(64);
    private final Bytes element = new Bytes();

    KeyedWriter(Tx tx) {
        this.tx = tx;
    }

    /** Sets a field of a hash; whether it is new. */
    public boolean putField(Database db, Bytes key, Bytes field, Bytes fieldValue) {
        return put(db, key, Kind.HASH, Element.encode(encoded, field, fieldValue, element));
    }

    /** Puts a member into a set; false when it is there already, which is no change. */
    public boolean addMember(Database db, Bytes key, Bytes member) {
        if (tx.peek(db, key, entry) && tx.contains(entry, member)) {
            return false;
        }
        return put(db, key, Kind.SET, Element.encode(encoded, member, NO_PAYLOAD, element));
    }

    /** Gives a member of a sorted set a score, which is not NaN; whether it is new. */
    public boolean putScore(Database db, Bytes key, Bytes member, double score) {
        return put(db, key, Kind.SORTED_SET, Element.encode(encoded, member, score, element));
    }

    /** Puts an element as {@link Element} encodes it; whether its name is new. */
    public boolean put(Database db, Bytes key, Kind kind, Bytes added) {
        if (!tx.peek(db, key, entry)) {
            tx.putCollection(db, key, kind, added, value);
            return true;
        }
        CollectionEditor editor = tx.edit(db, key);
        tx.partEffect(Effects.ADD, db, key).bytes(added);
        boolean isNew = editor.put(added);
        tx.edited(db, key);
        return isNew;
    }

    /** Something to gather elements in, for a reply or for {@link #store}. */
    public KeyedBody gather(Database db, Kind kind) {
        return new KeyedBody(db.keys().seed(), kind == Kind.SORTED_SET);
    }

    /**
     * Sets the key to these elements, at least one, whatever it held, without a deadline.
     *
     * @param elements from now on the key's own
     */
    public void store(Database db, Bytes key, Kind kind, KeyedBody elements) {
        store(db, key, kind, elements, Entry.NO_DEADLINE);
    }

    /** The same, with a deadline. */
    public void store(Database db, Bytes key, Kind kind, KeyedBody elements, long deadline) {
        value.clear(Tx.KEEP_BYTES);
        if (tx.editor().encode(kind, elements, value)) {
            tx.put(db, key, kind, value.array(), 0, value.size(), deadline);
        } else {
            Bytes head = element.set(value.array(), 0, value.size());
            tx.transfer().put(db, key, kind, head, elements, deadline);
        }
    }

    /**
     * Removes a field or member. With the last one the key goes.
     *
     * @return false when there is none of this name
     */
    public boolean remove(Database db, Bytes key, Bytes name) {
        if (!tx.peek(db, key, entry) || !tx.contains(entry, name)) {
            return false;
        }
        if (entry.elements() == 1) {
            return tx.delete(db, key);
        }
        CollectionEditor editor = tx.edit(db, key);
        tx.partEffect(Effects.REMOVE, db, key).bytes(name);
        editor.remove(name);
        tx.edited(db, key);
        return true;
    }
}
