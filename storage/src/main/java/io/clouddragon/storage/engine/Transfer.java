package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.Body;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.Kind;

/**
 * Copies and moves whole values, empties and swaps whole databases, in the running transaction. Moving, emptying and
 * swapping take constant time, however much there is. Engine thread only.
 */
public final class Transfer {
    private final Tx tx;
    private final Engine engine;
    private final UndoLog undo;
    private final Entry entry = new Entry();
    private final Bytes value = new Bytes();

    Transfer(Tx tx, Engine engine, UndoLog undo) {
        this.tx = tx;
        this.engine = engine;
        this.undo = undo;
    }

    /**
     * Writes what a key holds, with its deadline, under another name or in another database, whatever was there. O(value).
     *
     * @return false when the key does not exist
     */
    public boolean copy(Database from, Bytes key, Database to, Bytes newKey) {
        if (!tx.peek(from, key, entry)) {
            return false;
        }
        Body body = entry.kind().isCollection() ? entry.body() : null;
        if (body == null) {
            tx.put(to, newKey, entry.kind(), entry.stored(value), entry.deadline());
            return true;
        }
        put(to, newKey, entry.kind(), entry.head(value), body.copy(), entry.deadline());
        return true;
    }

    /** Sets the key to a collection, whatever was there; the body becomes its own. */
    void put(Database db, Bytes key, Kind kind, Bytes head, Body body, long deadline) {
        long space = tx.writable(db).keys().id();
        Effects.put(tx.effect(), space, key, kind, deadline, head.array(), head.offset(), head.length());
        body.forEach((element, position) -> tx.partEffect(Effects.ADD, db, key).bytes(element));
        place(db, key, kind, head, body, deadline);
    }

    /**
     * Moves what a key holds, with its deadline, to another name or database, whatever was there.
     *
     * @return false when the key does not exist
     */
    public boolean move(Database from, Bytes key, Database to, Bytes newKey) {
        if (!tx.peek(from, key, entry)) {
            return false;
        }
        Body body = entry.body();
        if (body == null) {
            copy(from, key, to, newKey);
            return tx.delete(from, key);
        }
        Keyspace source = from.keys();
        Keyspace target = tx.writable(to).keys();
        Effects.rename(tx.effect(), source.id(), key, target.id(), newKey);
        long hash = source.hash(key);
        tx.wrote(source, hash, null, source.delete(key, hash), Entry.NO_DEADLINE);
        tx.touched(from, key);
        place(to, newKey, entry.kind(), entry.head(value), body, entry.deadline());
        engine.moved(target, newKey);
        return true;
    }

    private void place(Database db, Bytes key, Kind kind, Bytes head, Body body, long deadline) {
        Keyspace keys = db.keys();
        long hash = keys.hash(key);
        Object written = keys.writeBody(key, hash, kind, tx.revision(), head, body, deadline);
        tx.wrote(keys, hash, written, keys.replaced(), deadline);
        tx.wroteKey(db, key, keys.replaced());
    }

    /** Empties a database of its keys. Locks and idempotency ids are promises and stay. */
    public void flush(Database db) {
        if (db.size() > 0) {
            Keyspace dropped = tx.writable(db).keys();
            undo.add(() -> engine.undrop(dropped));
            engine.drop(dropped);
            replaceKeys(db, engine.newKeyspace(Keyspace.Clock.WALL));
        } else {
            engine.listener().replaced(db);
        }
    }

    /** Swaps the keys of two databases. */
    public void swap(Database a, Database b) {
        if (a != b) {
            Keyspace keysOfA = tx.writable(a).keys();
            Keyspace keysOfB = tx.writable(b).keys();
            replaceKeys(a, keysOfB);
            replaceKeys(b, keysOfA);
        }
    }

    private void replaceKeys(Database db, Keyspace keys) {
        Keyspace before = db.keys();
        undo.add(() -> db.keys(before));
        db.keys(keys);
        Effects.database(tx.effect(), db);
        engine.allChanged(tx.revision());
        engine.parking().readyAll(db.keyWaiters(), before, keys);
        engine.parking().readyAll(db.popWaiters(), before, keys);
        engine.listener().replaced(db);
    }
}
