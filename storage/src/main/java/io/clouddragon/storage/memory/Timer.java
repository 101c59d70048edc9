package io.clouddragon.storage.memory;

/**
 * Something that happens at a deadline: a lock's lease, a key's expiry, a wait. What has a deadline extends this class and
 * so is its own node in the {@link TimerWheel}'s lists: scheduling allocates nothing, and a node takes 28 bytes with the
 * object's header. Engine thread only.
 */
public abstract class Timer {
    /** Milliseconds in the wheel's clock domain; means nothing while not scheduled. */
    long deadline;
    /** Neighbours in a circular list with a sentinel; both null while not scheduled. */
    Timer previous;

    Timer next;

    protected Timer() {}

    /** @param deadline what {@link #deadline} tells until it is scheduled */
    protected Timer(long deadline) {
        this.deadline = deadline;
    }

    /**
     * The deadline has come. The timer is not scheduled any more, and may schedule or cancel itself and others.
     *
     * @param nowMillis the wheel's clock; not before the deadline
     */
    protected abstract void fire(long nowMillis);

    /** Milliseconds in the wheel's clock domain: when the timer fires, or last was to fire. */
    public final long deadline() {
        return deadline;
    }

    public final boolean isScheduled() {
        return next != null;
    }

    final void unlink() {
        previous.next = next;
        next.previous = previous;
        previous = null;
        next = null;
    }
}
