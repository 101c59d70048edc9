package io.clouddragon.http;

import io.clouddragon.http.json.JsonWriter;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.Operation;
import io.clouddragon.storage.engine.Outcome;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.WritesRefusedException;
import io.clouddragon.storage.keyspace.Entry;
import java.util.function.BooleanSupplier;

/**
 * Runs a batch: one transaction, all of it or nothing, its answer written on the way. The order is lock → idempotency →
 * Atomic → KVGet → KVSet → unlock; the first step that fails answers why and takes back the rest.
 *
 * <p>Reused; event loop only.
 */
final class Batch implements Operation {
    private static final Bytes NO_OWNER = new Bytes();
    private static final String NOT_OWNER =
            "Unlock is not the handle of the present grant: expired, released or another's";

    private final Answer answer;
    private final HttpLimits limits;
    private final BooleanSupplier outOfRoom;
    private final Entry entry = new Entry();
    private final Bytes scratch = new Bytes();

    private Database db;
    private BatchRequest request;
    private Access.Caller user;
    private boolean waited;
    private boolean mustWait;
    private long granted;
    private boolean changed;
    private long revision;

    Batch(Answer answer, HttpOptions options) {
        this.answer = answer;
        this.limits = options.limits();
        this.outOfRoom = options.outOfRoom();
    }

    Batch of(Database database, BatchRequest batch, Access.Caller asks) {
        db = database;
        request = batch;
        user = asks;
        waited = false;
        return this;
    }

    /** As {@link #of}, for one that stood in line for its lock. */
    Batch ofOneThatWaited(Database database, BatchRequest batch, Access.Caller asks) {
        of(database, batch, asks).waited = true;
        return this;
    }

    /** The lock is held by another and the client is ready to wait: nothing was done and no answer given. */
    boolean mustWait() {
        return mustWait;
    }

    /** The handle of the lock that was acquired; 0 when none was. */
    long granted() {
        return granted;
    }

    /** The revision that the batch became; {@code asOf} when it changed nothing. */
    long revision(long asOf) {
        return changed ? revision : asOf;
    }

    @Override
    public void run(Tx tx) {
        mustWait = false;
        granted = 0;
        changed = false;
        boolean done;
        try {
            done = attempt(tx);
        } catch (WritesRefusedException e) {
            done = answer.refuse(HttpError.UNAVAILABLE, "no writes at present: " + e.getMessage());
        }
        if (done) {
            changed = tx.changed();
            revision = tx.revision();
        } else {
            granted = 0;
            tx.abort();
        }
    }

    private boolean attempt(Tx tx) {
        // Each time: who waits for a lock may have lost rights meanwhile.
        if (!user.isUnrestricted() && !isAllowed()) {
            return false;
        }
        // Who was let into the line gets the lock, as over RESP: grants go on while what grows is refused.
        boolean grows = waited ? request.growsBesidesLock() : request.grows();
        if (grows && outOfRoom.getAsBoolean()) {
            return answer.refuse(
                    HttpError.UNAVAILABLE,
                    "the memory limit is reached or the disk nearly full: only reads, deletes and unlocks");
        }
        answer.ok().openObject();
        boolean done = lock(tx) && useIds(tx) && count(tx) && readKeys(tx) && writeKeys(tx) && unlock(tx);
        if (done) {
            answer.json().closeObject();
        }
        return done;
    }

    // ---- rights

    /** Whether the user may do all of it; else the answer says what not. */
    private boolean isAllowed() {
        boolean extend = request.extendsLease();
        boolean allowed =
                !request.locks || may(extend ? Access.Operation.EXTEND : Access.Operation.LOCK, request.lockId);
        allowed = allowed && (!request.unlocks || extend || may(Access.Operation.UNLOCK, request.unlockId));
        for (int i = 0; allowed && i < request.ids.size(); i++) {
            allowed = may(Access.Operation.ONCE, request.ids.get(i));
        }
        for (int i = 0; allowed && i < request.counters.size(); i++) {
            allowed = may(Access.Operation.COUNT, request.counters.get(i).key);
        }
        for (int i = 0; allowed && i < request.reads.size(); i++) {
            allowed = may(Access.Operation.GET, request.reads.get(i));
        }
        for (int i = 0; allowed && i < request.writes.size(); i++) {
            BatchRequest.Write write = request.writes.get(i);
            allowed = may(operation(write), write.key);
        }
        return allowed;
    }

    private static Access.Operation operation(BatchRequest.Write write) {
        if (write.ifVersion == BatchRequest.ANY_VERSION) {
            return write.deletes ? Access.Operation.DELETE : Access.Operation.SET;
        }
        return write.deletes ? Access.Operation.DELETE_IF_VERSION : Access.Operation.SET_IF_VERSION;
    }

    private boolean may(Access.Operation operation, Bytes name) {
        String refusal = user.refusal(operation, name);
        return refusal == null || answer.refuse(HttpError.FORBIDDEN, refusal, name);
    }

    // ---- locks

    private boolean lock(Tx tx) {
        if (!request.locks) {
            return true;
        }
        long handle;
        if (request.extendsLease()) {
            handle = request.handle;
            if (!tx.locks().extend(db, request.lockId, handle, request.leaseMillis)) {
                return answer.refuse(HttpError.NOT_LOCK_OWNER, NOT_OWNER);
            }
        } else {
            handle = tx.locks().acquire(db, request.lockId, request.leaseMillis, NO_OWNER);
            if (handle == 0) {
                mustWait = request.lockWaitMillis > 0;
                return !mustWait && refuseLock(tx, db, request.lockId);
            }
            granted = handle;
        }
        // Whole seconds, rounded down: a client that goes by it stops before the lease ends, never after.
        long till = (tx.now() + request.leaseMillis) / 1000;
        answer.json().name(Answer.LOCK).number(handle).name(Answer.TILL).number(till);
        return true;
    }

    /** The lock was not acquired in time: until when its holder has it. */
    boolean refuseLock(Tx tx, Database database, Bytes lockId) {
        // Free and yet not to be had: others are in line, and the first of them is about to get it.
        long end = tx.locks().holder(database, lockId, entry) ? tx.locks().leaseEnd(entry) : tx.now();
        answer.refuse(HttpError.LOCK_TIMEOUT, "the lock was not free in time");
        answer.with(Answer.TILL, end / 1000);
        answer.retryAfter(Math.max(1, (end - tx.now() + 999) / 1000));
        return false;
    }

    private boolean unlock(Tx tx) {
        if (!request.unlocks || request.extendsLease()) {
            return true;
        }
        return tx.locks().release(db, request.unlockId, request.handle)
                || answer.refuse(HttpError.NOT_LOCK_OWNER, NOT_OWNER);
    }

    // ---- idempotency

    private boolean useIds(Tx tx) {
        for (int i = 0; i < request.ids.size(); i++) {
            Bytes id = request.ids.get(i);
            if (!tx.once(db, id, request.idTtlMillis)) {
                return answer.refuse(HttpError.DUPLICATE_REQUEST);
            }
        }
        return true;
    }

    // ---- Atomic

    private boolean count(Tx tx) {
        if (request.counters.size() == 0) {
            return true;
        }
        answer.json().name(Answer.ATOMIC).openArray();
        for (int i = 0; i < request.counters.size(); i++) {
            BatchRequest.Counter counter = request.counters.get(i);
            boolean done = counter.sets ? setCounter(tx, counter) : addToCounter(tx, counter);
            if (!done) {
                return false;
            }
            JsonWriter json = answer.json();
            json.element().openObject().name(Answer.KEY).string(counter.key);
            json.name(Answer.VALUE).number(tx.number()).closeObject();
            if (!Values.fits(answer, limits)) {
                return false;
            }
        }
        answer.json().closeArray();
        return true;
    }

    private boolean addToCounter(Tx tx, BatchRequest.Counter counter) {
        Outcome outcome = tx.add(db, counter.key, counter.operand);
        if (outcome == Outcome.OK) {
            tx.event(db, KeyspaceEvent.STRING, "incrby", counter.key);
        }
        if (outcome == Outcome.OVERFLOW) {
            tx.peek(db, counter.key, entry);
            tx.readNumber(entry);
            answer.refuse(HttpError.INVALID_REQUEST, "Atomic: the sum does not fit 64 bits", counter.key);
            return answer.with(Answer.VALUE, tx.number());
        }
        return outcome == Outcome.OK || refuseType(counter.key, outcome);
    }

    /** Sets a counter, which is 0 before its first use and keeps its time to live. */
    private boolean setCounter(Tx tx, BatchRequest.Counter counter) {
        boolean exists = tx.peek(db, counter.key, entry);
        long deadline = exists ? entry.deadline() : Entry.NO_DEADLINE;
        if (exists && !Values.isTellable(entry)) {
            return refuseType(counter.key, Outcome.WRONG_TYPE);
        }
        if (counter.hasIfEq) {
            Outcome outcome = exists ? tx.readNumber(entry) : Outcome.OK;
            if (outcome != Outcome.OK) {
                return refuseType(counter.key, outcome);
            }
            long found = exists ? tx.number() : 0;
            if (found != counter.ifEq) {
                answer.refuse(HttpError.VALUE_MISMATCH, "IfEq did not hold", counter.key);
                return answer.with(Answer.VALUE, found);
            }
        }
        tx.putNumber(db, counter.key, counter.operand, deadline);
        tx.event(db, KeyspaceEvent.STRING, "set", counter.key);
        tx.peek(db, counter.key, entry);
        return tx.readNumber(entry) == Outcome.OK;
    }

    private boolean refuseType(Bytes key, Outcome outcome) {
        String message = outcome == Outcome.NOT_AN_INTEGER
                ? "the key holds a value that is no 64-bit whole number"
                : "the key holds another type of value than a string";
        return answer.refuse(HttpError.WRONG_TYPE, message, key);
    }

    // ---- keys

    private boolean readKeys(Tx tx) {
        if (request.reads.size() == 0) {
            return true;
        }
        JsonWriter json = answer.json().name(Answer.KV).openArray();
        for (int i = 0; i < request.reads.size(); i++) {
            Bytes key = request.reads.get(i);
            json.element().openObject().name(Answer.KEY).string(key);
            if (!tx.get(db, key, entry)) {
                Values.writeMissing(json);
            } else if (!Values.isTellable(entry)) {
                return refuseType(key, Outcome.WRONG_TYPE);
            } else if (Values.fits(entry, answer, limits, scratch)) {
                Values.write(json, entry, scratch);
            } else {
                return false;
            }
            json.closeObject();
            if (!Values.fits(answer, limits)) {
                return false;
            }
        }
        json.closeArray();
        return true;
    }

    private boolean writeKeys(Tx tx) {
        for (int i = 0; i < request.writes.size(); i++) {
            if (!writeKey(tx, request.writes.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean writeKey(Tx tx, BatchRequest.Write write) {
        boolean exists = tx.peek(db, write.key, entry);
        if (exists && !Values.isTellable(entry)) {
            return refuseType(write.key, Outcome.WRONG_TYPE);
        }
        long version = exists ? entry.version() : 0;
        // Nobody is told the revision of a batch that fails: it is the next one's, and would pass for its version.
        if (write.ifVersion != BatchRequest.ANY_VERSION && version == tx.revision()) {
            return answer.refuse(
                    HttpError.INVALID_REQUEST,
                    "KVSet: IfVersion of a key that this request itself has set before",
                    write.key);
        }
        if (write.ifVersion != BatchRequest.ANY_VERSION && write.ifVersion != version) {
            answer.refuse(HttpError.VERSION_MISMATCH, "IfVersion did not hold", write.key);
            return answer.with(Answer.VERSION, version);
        }
        if (!write.deletes) {
            put(tx, write);
        } else if (exists) {
            tx.delete(db, write.key);
            tx.event(db, KeyspaceEvent.GENERIC, "del", write.key);
        }
        return true;
    }

    private void put(Tx tx, BatchRequest.Write write) {
        boolean expires = write.ttlMillis != BatchRequest.NO_TTL;
        tx.put(db, write.key, write.kind, write.value, expires ? tx.now() + write.ttlMillis : Entry.NO_DEADLINE);
        tx.event(db, KeyspaceEvent.STRING, "set", write.key);
        if (expires) {
            tx.event(db, KeyspaceEvent.GENERIC, "expire", write.key);
        }
    }
}
