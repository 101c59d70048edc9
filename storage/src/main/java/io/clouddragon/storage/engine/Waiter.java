package io.clouddragon.storage.engine;

import io.clouddragon.storage.memory.Timer;

/**
 * A command that could not finish and is parked until one of its keys changes: the one mechanism of blocking.
 *
 * <p>Life: {@link Engine#park} puts it at the end of the queue of each of its keys. Whenever a transaction touches one of
 * them, the engine calls {@link #serve} in a transaction of its own, in the same turn, in order of arrival; when that
 * answers true the waiter has left all queues. When its deadline comes first, {@link #expire} is called. Either way
 * {@link #settled} follows with the revision that the reply depends on, or {@link #failed} when it threw.
 * {@link Engine#unpark} takes it away unanswered (its connection closed).
 *
 * <p>To wait for something new: extend this; locks ({@link Kind#LOCK}) and everything that waits for a key to change
 * ({@link Kind#KEY}) or for something to take ({@link Kind#POP}) differ only in how far down the queue a wake-up goes.
 * Engine thread only.
 */
public abstract class Waiter extends Timer {
    /** Waits without a limit. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    /** Which queue of a key a waiter stands in. */
    public enum Kind {
        /** For a lock to be free. The first who cannot be served ends the round: nobody overtakes. */
        LOCK,
        /** For a change of the key. All are tried. */
        KEY,
        /** For something to take away from the key's value. Tried in order as long as there is a value. */
        POP
    }

    WaitQueues.Node[] nodes;
    Parking parking;
    Database database;
    Kind kind;
    private byte[] readyKey;
    boolean parked;

    /**
     * Tries again.
     *
     * @return true when it has answered and leaves; then whatever it wrote to the transaction stays. False: still
     *     waiting, and nothing was changed
     */
    protected abstract boolean serve(Tx tx);

    /** The deadline has come: answers that it was in vain. */
    protected abstract void expire(Tx tx);

    /**
     * The reply given in {@link #serve} or {@link #expire} may leave once {@code dependency} is durable.
     *
     * @param dependency a revision
     */
    protected abstract void settled(long dependency);

    /**
     * {@link #serve} or {@link #expire} threw this: nothing of it was done, and it has left all queues.
     *
     * @param cause among others {@link WritesRefusedException}, {@link NotEnoughMemoryException} and {@link
     *     io.clouddragon.storage.log.LogFailedException}
     */
    protected abstract void failed(RuntimeException cause);

    /** {@link #settled} or {@link #failed} threw this: who waited does not get the answer, and must not wait for it. */
    protected abstract void cannotBeTold(Throwable cause);

    /** Whether the one who waits is still there; asked again at the moment of serving (etcd issue 11456). */
    protected boolean isAlive() {
        return true;
    }

    @Override
    protected final void fire(long nowMillis) {
        parking.timeIsUp(this);
    }

    void readyKey(byte[] key) {
        readyKey = key;
    }

    /** In {@link #serve}: which of its keys was touched. Valid for ever. */
    protected final byte[] readyKey() {
        return readyKey;
    }

    /** Whether it still waits. */
    public final boolean isParked() {
        return parked;
    }
}
