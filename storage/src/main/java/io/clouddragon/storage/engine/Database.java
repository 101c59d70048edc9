package io.clouddragon.storage.engine;

import io.clouddragon.storage.keyspace.Keyspace;

/**
 * A named database: three namespaces that do not collide, and the commands that wait for a change in them.
 *
 * <p>The object stands for the name. Until the first write it is only a handle that readers share ({@link #exists} is
 * false) and takes no place on disk. Engine thread only.
 */
public final class Database implements Keyspace.DeadlineListener {
    private final Engine engine;
    private final String name;
    private final boolean system;

    // Swapped as a whole by FLUSHDB and SWAPDB, which is why both take constant time.
    private Keyspace keys;
    private final Keyspace locks;
    private final Keyspace onceIds;

    private final WaitQueues keyWaiters;
    private final WaitQueues popWaiters;
    private final WaitQueues lockWaiters;
    private boolean exists;
    private int users;
    private long lastTurn;

    Database(Engine engine, String name, Keyspace keys, Keyspace locks, Keyspace onceIds) {
        this.engine = engine;
        this.name = name;
        this.system = Databases.isSystem(name);
        this.keys = keys;
        this.locks = locks;
        this.onceIds = onceIds;
        keyWaiters = new WaitQueues(keys.seed());
        popWaiters = new WaitQueues(keys.seed());
        lockWaiters = new WaitQueues(locks.seed());
        keys.onDeadline(this);
        locks.onDeadline(this);
        onceIds.onDeadline(this);
    }

    public String name() {
        return name;
    }

    /** Whether it has come into being, by a first write. */
    public boolean exists() {
        return exists;
    }

    /** Keys, those past their deadline but not yet removed included. */
    public long size() {
        return keys.size();
    }

    public long keysWithDeadline() {
        return keys.withDeadline();
    }

    /** Mean time to live of the keys that have one, milliseconds. */
    public long meanTimeToLive(long nowMillis) {
        return keys.meanTimeToLive(nowMillis);
    }

    public long lockCount() {
        return locks.size();
    }

    /** Somebody holds on to this database (a connection selected it), so that its handle is not given up. */
    public void retain() {
        users++;
    }

    public void release() {
        users--;
    }

    /** Estimated heap bytes of its hash tables. */
    public long tableBytes() {
        return keys.memoryBytes() + locks.memoryBytes() + onceIds.memoryBytes();
    }

    /** Somebody got this handle in that turn and may be about to use it. */
    void handedOut(long turn) {
        lastTurn = turn;
    }

    boolean isIdleHandle(long turn) {
        return !exists
                && lastTurn != turn
                && users == 0
                && keyWaiters.size() == 0
                && popWaiters.size() == 0
                && lockWaiters.size() == 0;
    }

    /** Whether it is the server's own: nobody is told of what happens in it. */
    boolean isSystem() {
        return system;
    }

    void exists(boolean now) {
        exists = now;
    }

    Keyspace keys() {
        return keys;
    }

    void keys(Keyspace replacement) {
        keys = replacement;
        keys.onDeadline(this);
    }

    @Override
    public void deadlineReached(Keyspace space, Object element) {
        engine.deadlineReached(this, space, element);
    }

    Keyspace locks() {
        return locks;
    }

    Keyspace onceIds() {
        return onceIds;
    }

    WaitQueues keyWaiters() {
        return keyWaiters;
    }

    WaitQueues popWaiters() {
        return popWaiters;
    }

    WaitQueues lockWaiters() {
        return lockWaiters;
    }

    WaitQueues waiters(Waiter.Kind kind) {
        return switch (kind) {
            case LOCK -> lockWaiters;
            case KEY -> keyWaiters;
            case POP -> popWaiters;
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
