package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.Kind;

/**
 * The locks of the running transaction: fenced by handles, which are revisions, and leased on the engine's clock. First come,
 * first served: see {@link Waiter.Kind#LOCK}. Engine thread only.
 */
public final class Locks {
    private final Tx tx;
    private final Engine engine;
    private final Entry entry = new Entry();

    Locks(Tx tx, Engine engine) {
        this.tx = tx;
        this.engine = engine;
    }

    /**
     * Takes a free lock that nobody waits for (or that the waiter now served is first in line for).
     *
     * @param leaseMillis how long it is held unless released or extended
     * @param owner text shown to others; may be empty
     * @return the handle, or 0 when not acquired
     */
    public long acquire(Database db, Bytes name, long leaseMillis, Bytes owner) {
        if (tx.find(db.locks(), name, entry)
                || !engine.parking().mayTake(db.lockWaiters().queue(name))) {
            return 0;
        }
        long handle = tx.revision();
        tx.write(
                tx.writable(db).locks(),
                name,
                Kind.LOCK,
                owner.array(),
                owner.offset(),
                owner.length(),
                engine.deadlineIn(leaseMillis));
        engine.stats().granted();
        return handle;
    }

    /**
     * Releases a lock.
     *
     * @return false when {@code handle} is not the present grant's, or was granted by this very transaction (one revision
     *     cannot stand for two grants of a lock)
     */
    public boolean release(Database db, Bytes name, long handle) {
        if (!tx.find(db.locks(), name, entry) || entry.version() != handle || handle == tx.revision()) {
            return false;
        }
        tx.remove(db.locks(), name);
        tx.wake(db.lockWaiters(), name);
        return true;
    }

    /** Makes a held lock last {@code leaseMillis} from now; false when {@code handle} is not the present grant's. */
    public boolean extend(Database db, Bytes name, long handle, long leaseMillis) {
        Keyspace locks = db.locks();
        if (!tx.find(locks, name, entry) || entry.version() != handle) {
            return false;
        }
        tx.writable(db);
        long deadline = engine.deadlineIn(leaseMillis);
        long hash = locks.hash(name);
        Effects.extend(tx.effect(), locks.id(), name, handle, deadline);
        Object element = locks.rewrite(name, hash, entry, handle, deadline);
        tx.wrote(locks, hash, element, locks.replaced(), deadline);
        return true;
    }

    /** Points {@code into} at a held lock: version = handle, value = owner; false when free. */
    public boolean holder(Database db, Bytes name, Entry into) {
        return tx.find(db.locks(), name, into);
    }

    /** Notes that the reply tells whether the lock is held. */
    public void dependOn(Database db, Bytes name) {
        tx.dependOn(db.locks().hash(name));
    }

    /** Unix milliseconds until which a lock's lease lasts at least, as things stand. */
    public long leaseEnd(Entry lock) {
        return tx.now() + lock.deadline() - engine.deadlineIn(0);
    }

    /** How many wait for the lock. */
    public int waiters(Database db, Bytes name) {
        WaitQueues.Queue queue = db.lockWaiters().queue(name);
        return queue == null ? 0 : queue.count;
    }
}
