package io.clouddragon.compat.watch;

import io.clouddragon.compat.harness.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The changes of one key in order, by its one writer, and how far each of its watchers has been told. A change's
 * <em>position</em> in that order is what versions stand for; position -1 is the key before all changes: absent.
 *
 * <p>A change is {@link State#OPEN} from the moment that it is asked for; when the server dies it stays so until the writer
 * has looked at the restarted one. Thread-safe.
 */
final class WatchedKey {
    /** The version of a key that is not there. */
    static final long ABSENT = 0;

    /** The version of a set that nobody has been told. */
    static final long UNKNOWN = -1;

    private enum State {
        OPEN,
        MADE,
        LOST
    }

    /** One change; a set's value is its own position. */
    private static final class Change {
        private final boolean isSet;
        private State state = State.OPEN;
        private long version;

        Change(boolean isSet) {
            this.isSet = isSet;
            version = isSet ? UNKNOWN : ABSENT;
        }
    }

    private final String name;
    private final boolean paced;
    private final Violations violations;
    private final List<Change> changes = new ArrayList<>();
    private final List<Progress> watchers = new ArrayList<>();
    private int newestMade = -1;
    private long newestVersion;
    private long made;
    private long lost;

    WatchedKey(String name, boolean paced, Violations violations) {
        this.name = name;
        this.paced = paced;
        this.violations = violations;
    }

    /** How far one watcher has been told of one key. Guarded by the key. */
    static final class Progress {
        private int position = -1;
        private long version = ABSENT;
        private long told;
    }

    String name() {
        return name;
    }

    boolean isPaced() {
        return paced;
    }

    // ---- the writer's side

    /** About to be asked for: a set to its position, or a removal. */
    synchronized int begin(boolean isSet) {
        changes.add(new Change(isSet));
        return changes.size() - 1;
    }

    /** The change was acknowledged, or found made after a restart. */
    synchronized void made(int position, long version) {
        Change change = changes.get(position);
        if (change.isSet && version != UNKNOWN) {
            violations.expect(version > newestVersion, "%s: version %d after %d", name, version, newestVersion);
            agree(change, position, version);
            newestVersion = Math.max(newestVersion, version);
        }
        change.state = State.MADE;
        newestMade = Math.max(newestMade, position);
        made++;
    }

    /** After a restart the change was not there: it never happened. */
    synchronized void lost(int position) {
        Change change = changes.get(position);
        violations.expect(newestMade < position, "%s: change %d was told and is lost", name, position);
        change.state = State.LOST;
        lost++;
    }

    /** Waits until all watchers have been told the newest change; notes who has not in that time. */
    synchronized void awaitTold(long limitMillis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        while (!watchers.stream().allMatch(this::isUpToDate)) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                long late = watchers.stream()
                        .filter(watcher -> !isUpToDate(watcher))
                        .count();
                violations.expect(false, "%s: %d watchers are not told of change %d", name, late, newestMade);
                return;
            }
            wait(left);
        }
    }

    /** A watcher that knows the key as absent and was not told of a change in between is up to date when it is absent. */
    private boolean isUpToDate(Progress watcher) {
        return watcher.position >= newestMade || watcher.version == versionAt(newestMade);
    }

    // ---- the watchers' side

    synchronized Progress watch() {
        Progress progress = new Progress();
        watchers.add(progress);
        return progress;
    }

    synchronized long knownVersion(Progress watcher) {
        return watcher.version;
    }

    /** What a watch asked for from now on must know at least: the newest change that anybody has heard of. */
    synchronized int floor() {
        return newestMade;
    }

    /** A watcher is told this state. */
    synchronized void told(Progress watcher, int floor, long version, String value) {
        violations.expect(version != watcher.version, "%s: version %d was told twice", name, version);
        int position =
                version == ABSENT ? removalFrom(Math.max(watcher.position + 1, floor)) : positionOf(version, value);
        if (position < 0) {
            violations.expect(false, "%s: told %s of version %d, which is no change", name, value, version);
            return;
        }
        violations.expect(position > watcher.position, "%s: change %d told after %d", name, position, watcher.position);
        violations.expect(position >= floor, "%s: change %d told, change %d is older news", name, position, floor);
        if (paced) {
            int next = nextAfter(watcher.position);
            violations.expect(position == next, "%s: change %d told, %d missed", name, position, next);
        }
        watcher.position = position;
        watcher.version = version;
        watcher.told++;
        newestMade = Math.max(newestMade, position);
        notifyAll();
    }

    /** A watch ran out: nothing had changed since before it was asked for. */
    synchronized void nothingNew(Progress watcher, int floor) {
        boolean wasSo = false;
        for (int i = floor; i < changes.size() && !wasSo; i++) {
            wasSo = versionAt(i) == watcher.version && (i < 0 || changes.get(i).state != State.LOST);
        }
        violations.expect(
                wasSo,
                "%s: nothing new was told to who knows version %d, but change %d was made",
                name,
                watcher.version,
                floor);
    }

    private long versionAt(int position) {
        return position < 0 ? ABSENT : changes.get(position).version;
    }

    private int removalFrom(int from) {
        for (int i = from; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (!change.isSet && change.state != State.LOST) {
                return i;
            }
        }
        return -1;
    }

    private int positionOf(long version, String value) {
        int position = Integer.parseInt(value);
        if (position >= changes.size() || !changes.get(position).isSet) {
            return -1;
        }
        Change change = changes.get(position);
        violations.expect(change.state != State.LOST, "%s: told change %d, which is lost", name, position);
        agree(change, position, version);
        return position;
    }

    /** All must be told the same version for the same change. */
    private void agree(Change change, int position, long version) {
        violations.expect(
                change.version == UNKNOWN || change.version == version,
                "%s: change %d is version %d and %d",
                name,
                position,
                change.version,
                version);
        change.version = version;
    }

    private int nextAfter(int position) {
        int next = position + 1;
        while (next < changes.size() && changes.get(next).state == State.LOST) {
            next++;
        }
        return next;
    }

    // ---- figures

    synchronized long made() {
        return made;
    }

    synchronized long lost() {
        return lost;
    }

    synchronized long told() {
        return watchers.stream().mapToLong(watcher -> watcher.told).sum();
    }
}
