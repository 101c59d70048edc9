package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.keyspace.CollectionEditor;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.keyspace.Kind;
import java.util.function.Consumer;

/**
 * A running transaction: the typed primitives that read and change state. The engine owns the one object there is and
 * lends it to an {@link Operation}.
 *
 * <p>Each change is made in memory at once, noted for undo, and written as an {@link Effects effect} into the record
 * that this transaction will be. Each read notes which revision it depends on, so that its reply is not sent before that
 * is on disk. Keys and values are copied in; views handed out are valid until the next write.
 *
 * <p>A key past its deadline does not exist for any primitive, whether or not the timer has already removed it. Engine
 * thread only.
 */
public final class Tx {
    /** A string this long is not logged whole when a part of it changes, bytes. */
    private static final int SPLICE_FROM_BYTES = 256;

    private static final int DECIMAL_BYTES = 20;
    private static final byte[] NOTHING = {};
    /** Scratch memory is given back beyond this, bytes. */
    static final int KEEP_BYTES = 64 << 10;

    private final Engine engine;
    private final UndoLog undo = new UndoLog();
    private final CollectionEditor editor;
    private final KeyedWriter keyed;
    private final ListWriter lists;
    private final Locks locks;
    private final Transfer transfer;
    private final KeyedView view = new KeyedView();
    private final Entry scratch = new Entry();
    private final Bytes text = new Bytes();

    private final PartEffects parts = new PartEffects();
    private ByteSink sink;
    /** Whether the last effect of this transaction was on a part of a value. */
    private boolean afterPart;

    private long dependency;
    private boolean aborted;
    private int readyBefore;
    private long number;
    private long now;
    /** The engine's monotonic clock, milliseconds: what lock leases and waits are told by. */
    private long engineNow;

    Tx(Engine engine) {
        this.engine = engine;
        this.editor = new CollectionEditor(engine.collectionLimits());
        this.keyed = new KeyedWriter(this);
        this.lists = new ListWriter(this);
        this.locks = new Locks(this, engine);
        this.transfer = new Transfer(this, engine, undo);
    }

    // ---- life cycle, called by the engine

    void begin(long wallMillis, long engineMillis) {
        now = wallMillis;
        engineNow = engineMillis;
        dependency = 0;
        aborted = false;
        sink = null;
        afterPart = false;
        readyBefore = engine.parking().readyQueues();
    }

    /** Commits, or takes back what was aborted; returns the revision that the reply depends on. */
    long finish() {
        if (aborted) {
            rollback();
        } else if (sink != null) {
            dependency = engine.log().commit(engineNow);
            sink = null;
        }
        undo.clear();
        // A write that was taken back may have left its would-be revision among the changed slots.
        return Math.min(dependency, engine.log().revision());
    }

    void rollback() {
        if (sink != null) {
            engine.log().rollback();
            sink = null;
        }
        undo.rollback();
        engine.parking().forgetReady(readyBefore);
        engine.listener().rolledBack();
    }

    // ---- context

    /** Wall clock, Unix milliseconds: the same for the whole turn, and the only clock an operation may use. */
    public long now() {
        return now;
    }

    /** The revision that this transaction has if it changes anything: version of what it writes, handle of what it locks. */
    public long revision() {
        return engine.log().revision() + 1;
    }

    /** Whether anything was changed so far. */
    public boolean changed() {
        return sink != null;
    }

    /** Nothing of this transaction is to happen. The operation still runs to its end. */
    public void abort() {
        aborted = true;
    }

    public boolean isAborted() {
        return aborted;
    }

    /** Something outside of the engine follows what this transaction does: how to reverse it, should that be taken back. */
    public void onRollback(Runnable reverse) {
        undo.add(reverse);
    }

    /** Random bits from the engine's seeded source: the same calls give the same state. */
    public long random() {
        return engine.nextRandom();
    }

    // ---- events

    /**
     * Publishes a keyspace event, once this transaction has committed and is durable; not at all if it is taken back. Costs
     * nothing when nobody listens.
     *
     * <p>The rule: whoever changes a key tells the event that Redis 7.0 tells, by the same name, after the change, and several
     * in Redis' order (SET key value EX 5: {@code set}, {@code expire}). The classes {@code n}, {@code m} and {@code x} are
     * told here, by the primitives themselves, and by nobody else: with one exception, a key that is overwritten by what
     * Redis deletes and adds anew (RENAME, COPY REPLACE), see {@link #renew}.
     */
    public void event(Database db, KeyspaceEvent type, String name, Bytes key) {
        if (!db.isSystem()) {
            engine.listener().event(db, type, name, key);
        }
    }

    /** Tells that an existing key, about to be overwritten, counts as a new one: Redis deletes and adds it. */
    public void renew(Database db, Bytes key) {
        if (exists(db, key)) {
            event(db, KeyspaceEvent.NEW, "new", key);
        }
    }

    // ---- reading keys

    /**
     * Points {@code into} at the key's entry; false when the key does not exist. A use, a hit or a miss: what Redis calls
     * {@code lookupKeyRead}. Who only wants to know what it is about to change takes {@link #peek}.
     */
    public boolean get(Database db, Bytes key, Entry into) {
        Keyspace keys = db.keys();
        long hash = keys.hash(key);
        Object element = keys.find(key, hash);
        dependOn(hash);
        if (element == null || isPast(keys, element, into)) {
            missed(db, key);
            return false;
        }
        Keyspace.touch(element, now);
        engine.stats().hit();
        return true;
    }

    /** As {@link #get}, a hit or a miss, but no use: EXISTS, TYPE, TTL. */
    public boolean glance(Database db, Bytes key, Entry into) {
        boolean found = find(db.keys(), key, into);
        if (found) {
            engine.stats().hit();
        } else {
            missed(db, key);
        }
        return found;
    }

    private void missed(Database db, Bytes key) {
        engine.stats().miss();
        event(db, KeyspaceEvent.KEY_MISS, "keymiss", key);
    }

    /** As {@link #get}, but neither a use nor a hit or miss: before a change ({@code lookupKeyWrite}), and for OBJECT. */
    public boolean peek(Database db, Bytes key, Entry into) {
        return find(db.keys(), key, into);
    }

    public boolean exists(Database db, Bytes key) {
        return find(db.keys(), key, scratch);
    }

    /** The key's version; 0 when it does not exist. */
    public long version(Database db, Bytes key) {
        return find(db.keys(), key, scratch) ? scratch.version() : 0;
    }

    boolean find(Keyspace space, Bytes key, Entry into) {
        long hash = space.hash(key);
        dependOn(hash);
        Object element = space.find(key, hash);
        return element != null && !isPast(space, element, into);
    }

    private boolean isPast(Keyspace space, Object element, Entry view) {
        Keyspace.view(element, view);
        return view.deadline() <= clock(space);
    }

    private long clock(Keyspace space) {
        return space.clock() == Keyspace.Clock.WALL ? now : engineNow;
    }

    void dependOn(long hash) {
        dependency = Math.max(dependency, engine.lastChange(hash));
    }

    /** Notes that the reply tells about all keys: SCAN, KEYS, DBSIZE. */
    public void dependOnAll() {
        dependency = engine.log().revision();
    }

    /**
     * One step of SCAN: hands over the entries of at least one bucket.
     *
     * @param cursor 0 to begin
     * @return the cursor to go on with; 0 when done
     */
    public long scan(Database db, Space of, long cursor, Consumer<Entry> visitor) {
        Keyspace space = switch (of) {
            case KEYS -> db.keys();
            case LOCKS -> db.locks();
            case ONCE_IDS -> db.onceIds();
        };
        dependOnAll();
        return space.scan(cursor, element -> {
            if (!isPast(space, element, scratch)) {
                visitor.accept(scratch);
            }
        });
    }

    /** Points {@code into} at a random key's entry; false when the database is empty. */
    public boolean randomKey(Database db, Entry into) {
        dependOnAll();
        Keyspace keys = db.keys();
        // Entries past their deadline are skipped; where nearly all are, one of them is better than a long search.
        for (int tries = 0; tries < 100; tries++) {
            Object element = keys.random(random());
            if (element == null) {
                return false;
            }
            if (!isPast(keys, element, into)) {
                return true;
            }
        }
        return false;
    }

    // ---- writing keys

    /** Sets the key, whatever it held. {@code deadline} is Unix milliseconds or {@link Entry#NO_DEADLINE}. */
    public void put(Database db, Bytes key, Kind kind, byte[] value, int offset, int length, long deadline) {
        Keyspace keys = writable(db).keys();
        write(keys, key, kind, value, offset, length, deadline);
        wroteKey(db, key, keys.replaced());
    }

    public void put(Database db, Bytes key, Kind kind, Bytes value, long deadline) {
        put(db, key, kind, value.array(), value.offset(), value.length(), deadline);
    }

    /** Sets the key to a counter's value. */
    public void putNumber(Database db, Bytes key, long value, long deadline) {
        Keyspace keys = writable(db).keys();
        long hash = keys.hash(key);
        Effects.putNumber(effect(), keys.id(), key, deadline, value);
        Object element = keys.writeNumber(key, hash, revision(), value, deadline);
        wrote(keys, hash, element, keys.replaced(), deadline);
        wroteKey(db, key, keys.replaced());
    }

    /**
     * Lays {@code part} over a string from {@code at} on, as SETRANGE and APPEND do; zeros fill a gap. Creates the key.
     * The caller has made sure that the key holds a string and that the result is within limits.
     */
    public void splice(Database db, Bytes key, int at, Bytes part) {
        Entry old = scratch;
        boolean exists = peek(db, key, old);
        if (exists && old.valueLength(text) >= SPLICE_FROM_BYTES) {
            edit(db, key);
            partEffect(Effects.SPLICE, db, key).varint(at);
            sink.bytes(part);
            editor.splice(at, part);
            edited(db, key);
            return;
        }
        if (!exists) {
            text.set(NOTHING, 0, 0);
        }
        byte[] value = new byte[Math.max(text.length(), at + part.length())];
        text.copyTo(value, 0);
        part.copyTo(value, at);
        put(db, key, Kind.EDITED, value, 0, value.length, exists ? old.deadline() : Entry.NO_DEADLINE);
    }

    /** Changes elements of hashes, sets and sorted sets. */
    public KeyedWriter keyed() {
        return keyed;
    }

    /** Changes elements of lists. */
    public ListWriter lists() {
        return lists;
    }

    /** Takes, releases and tells of locks. */
    public Locks locks() {
        return locks;
    }

    /** Copies and moves whole values, empties and swaps databases. */
    public Transfer transfer() {
        return transfer;
    }

    /** Removes the key; false when it did not exist. */
    public boolean delete(Database db, Bytes key) {
        if (!exists(db, key)) {
            return false;
        }
        remove(db.keys(), key);
        touched(db, key);
        return true;
    }

    /** Gives an existing key another deadline (or none), which is a change of the key: its version moves. */
    public void deadline(Database db, Bytes key, long deadline) {
        Keyspace keys = writable(db).keys();
        if (find(keys, key, scratch)) {
            long hash = keys.hash(key);
            Effects.extend(effect(), keys.id(), key, revision(), deadline);
            Object element = keys.rewrite(key, hash, scratch, revision(), deadline);
            wrote(keys, hash, element, keys.replaced(), deadline);
            touched(db, key);
        }
    }

    /** Adds to a counter, which begins at 0 and keeps its deadline; {@link #number} is the sum. */
    public Outcome add(Database db, Bytes key, long delta) {
        long deadline = Entry.NO_DEADLINE;
        long current = 0;
        if (peek(db, key, scratch)) {
            Outcome outcome = readNumber(scratch);
            if (outcome != Outcome.OK) {
                return outcome;
            }
            current = number;
            deadline = scratch.deadline();
        }
        long sum = current + delta;
        if (((current ^ sum) & (delta ^ sum)) < 0) {
            return Outcome.OVERFLOW;
        }
        number = sum;
        putNumber(db, key, sum, deadline);
        return Outcome.OK;
    }

    /** Reads an entry as a 64-bit number into {@link #number}. */
    public Outcome readNumber(Entry entry) {
        if (entry.isNumber()) {
            number = entry.number();
            return Outcome.OK;
        }
        if (entry.type() != Kind.Type.STRING) {
            return Outcome.WRONG_TYPE;
        }
        if (entry.stored(text).length() > DECIMAL_BYTES || !Decimal.isLong(text)) {
            return Outcome.NOT_AN_INTEGER;
        }
        number = Decimal.toLong(text);
        return Outcome.OK;
    }

    /** The number that {@link #add} or {@link #readNumber} left. */
    public long number() {
        return number;
    }

    // ---- idempotency

    /**
     * Uses an idempotency id; false when it was used before within its time to live, and then nothing is changed. Named again
     * by the transaction that has used it, it counts once.
     */
    public boolean once(Database db, Bytes id, long ttlMillis) {
        if (find(db.onceIds(), id, scratch)) {
            return scratch.version() == revision();
        }
        write(writable(db).onceIds(), id, Kind.ONCE, id.array(), 0, 0, now + ttlMillis);
        return true;
    }

    // ---- deadlines, called by the engine

    /** Removes an element whose deadline has come. */
    void expire(Database db, Keyspace space, Object element) {
        Bytes key = Keyspace.keyOf(element, new Bytes());
        remove(space, key);
        if (space == db.keys()) {
            touched(db, key);
            event(db, KeyspaceEvent.EXPIRED, "expired", key);
        } else if (space == db.locks()) {
            wake(db.lockWaiters(), key);
        }
    }

    // ---- how every change is made

    Database writable(Database db) {
        engine.refuseIfReadOnly();
        if (!db.exists()) {
            undo.add(() -> db.exists(false));
            db.exists(true);
            Effects.database(effect(), db);
        }
        return db;
    }

    ByteSink effect() {
        undo.reserve();
        if (sink == null) {
            sink = engine.log().begin();
        }
        afterPart = false;
        return sink;
    }

    // ---- changes of parts of a value

    /** Opens an existing key for {@link #editor}; after each change follows {@link #edited}. */
    CollectionEditor edit(Database db, Bytes key) {
        Keyspace keys = writable(db).keys();
        if (!editor.open(keys, key, keys.hash(key), revision(), undo)) {
            throw new IllegalStateException("nothing to edit");
        }
        return editor;
    }

    CollectionEditor editor() {
        return editor;
    }

    /** Begins the effect of a change of a part: many in a row on one key name it once. */
    ByteSink partEffect(int opcode, Database db, Bytes key) {
        boolean follows = afterPart;
        ByteSink into = effect();
        afterPart = true;
        parts.begin(into, opcode, db.keys().id(), key, follows);
        return into;
    }

    /** Makes a collection of one element, in the caller's sink. */
    void putCollection(Database db, Bytes key, Kind kind, Bytes element, ByteSink sinkOfCaller) {
        sinkOfCaller.clear(KEEP_BYTES);
        editor.encodeFirst(kind, element, sinkOfCaller);
        put(db, key, kind, sinkOfCaller.array(), 0, sinkOfCaller.size(), Entry.NO_DEADLINE);
    }

    boolean contains(Entry collection, Bytes name) {
        return view.open(collection).find(name);
    }

    /** Notes that the opened key was changed. */
    void edited(Database db, Bytes key) {
        engine.changed(db.keys().hash(key), revision());
        Keyspace.touch(editor.element(), now);
        touched(db, key);
    }

    void write(Keyspace space, Bytes key, Kind kind, byte[] value, int offset, int length, long deadline) {
        long hash = space.hash(key);
        Effects.put(effect(), space.id(), key, kind, deadline, value, offset, length);
        Object element = space.write(key, hash, kind, revision(), value, offset, length, deadline);
        wrote(space, hash, element, space.replaced(), deadline);
    }

    void remove(Keyspace space, Bytes key) {
        engine.refuseIfReadOnly();
        long hash = space.hash(key);
        Effects.delete(effect(), space.id(), key);
        wrote(space, hash, null, space.delete(key, hash), Entry.NO_DEADLINE);
    }

    void wrote(Keyspace space, long hash, Object element, Object replaced, long deadline) {
        undo.add(space, element, replaced, 0);
        engine.changed(hash, revision());
        if (element != null) {
            Keyspace.touch(element, now);
        }
        if (deadline != Entry.NO_DEADLINE) {
            engine.watchDeadline(space, deadline);
        }
    }

    /** A key was set: it may be a new one, in place of one whose deadline has come but which the timer had not removed. */
    void wroteKey(Database db, Bytes key, Object replaced) {
        boolean expired = replaced != null && isPast(db.keys(), replaced, scratch);
        if (expired) {
            event(db, KeyspaceEvent.EXPIRED, "expired", key);
        }
        if (expired || replaced == null) {
            event(db, KeyspaceEvent.NEW, "new", key);
        }
        touched(db, key);
    }

    /** A key was changed: whoever waits for that, or for something to take from it, is woken; the listener is told. */
    void touched(Database db, Bytes key) {
        wake(db.keyWaiters(), key);
        wake(db.popWaiters(), key);
        if (!db.isSystem()) {
            engine.listener().changed(db, key);
        }
    }

    void wake(WaitQueues waiters, Bytes key) {
        WaitQueues.Queue queue = waiters.queue(key);
        if (queue != null) {
            engine.parking().ready(queue);
        }
    }

    /** Which namespace a scan goes over. */
    public enum Space {
        KEYS,
        LOCKS,
        ONCE_IDS
    }
}
