package io.clouddragon.storage.engine;

import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Keyspace;
import java.util.ArrayList;
import java.util.List;

/**
 * The keyspaces of one clock that have entries with a deadline, and when the first of these comes: so that a turn in which
 * nothing is due costs one comparison, however many databases there are.
 *
 * <p>Invariants: a keyspace is in the list exactly while it says that it is watched; every keyspace with deadlines is;
 * {@code next} is not after any deadline. Engine thread only.
 */
final class Deadlines {
    /**
     * A wheel's time never goes back, so after the clock was set back a new deadline is met only when the clock has caught
     * up. Entries past it are hidden in the meantime, which does for small steps; after a larger one the wheels are built
     * anew, which takes time in proportion to the entries.
     */
    private static final long REBUILD_AFTER_STEP_BACK_MILLIS = 60_000;

    private final List<Keyspace> watched = new ArrayList<>();
    private int turn;
    private long next = Entry.NO_DEADLINE;
    private long latest;

    /** An entry of the keyspace has, or may have, this deadline. */
    void watch(Keyspace space, long deadline) {
        next = Math.min(next, deadline);
        if (!space.deadlinesWatched()) {
            space.deadlinesWatched(true);
            watched.add(space);
        }
    }

    void forget(Keyspace space) {
        if (space.deadlinesWatched()) {
            space.deadlinesWatched(false);
            watched.remove(space);
        }
    }

    /** No deadline comes before this. */
    long next() {
        return next;
    }

    /** Lets what is due expire, {@code max} entries at most; what is left is still due afterwards. */
    void advance(long now, int max) {
        if (now < latest - REBUILD_AFTER_STEP_BACK_MILLIS) {
            watched.forEach(Keyspace::rebuildDeadlines);
            latest = now;
            next = now;
        }
        latest = Math.max(latest, now);
        if (next > now) {
            return;
        }
        int left = max;
        // Each call begins behind where the last one ended, so that none waits for ever behind a busy one. What expires
        // may wake commands that make keyspaces come and go.
        for (int tries = watched.size(); tries > 0 && left > 0 && !watched.isEmpty(); tries--) {
            turn = (turn + 1) % watched.size();
            Keyspace space = watched.get(turn);
            if (space.nextDeadline() <= now) {
                left -= space.advance(now, left);
            }
        }
        tidy();
    }

    private void tidy() {
        next = Entry.NO_DEADLINE;
        for (int i = watched.size() - 1; i >= 0; i--) {
            Keyspace space = watched.get(i);
            if (space.withDeadline() == 0) {
                space.deadlinesWatched(false);
                watched.remove(i);
            } else {
                next = Math.min(next, space.nextDeadline());
            }
        }
    }
}
