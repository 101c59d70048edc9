package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.Violations;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all clients together were told by the server, over all its lives. Thread-safe.
 */
final class Ledger {
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder verified = new LongAdder();
    private final AtomicLong highestRevision = new AtomicLong();
    private final Set<Long> handles = ConcurrentHashMap.newKeySet();
    private final Violations violations = new Violations();
    private long restartedAbove;

    /** Number of clients that believe to hold the lock that all contend for: 0 or 1. */
    final AtomicInteger hotLockHolders = new AtomicInteger();

    /** Requests that add one to the counter that all share, sent and answered, and the highest answer. */
    final AtomicLong hotCounterAttempts = new AtomicLong();

    final AtomicLong hotCounterAcknowledged = new AtomicLong();
    final AtomicLong hotCounterHighest = new AtomicLong();

    /** The server has answered a write with success. */
    void acknowledged() {
        acknowledged.increment();
    }

    /** After a restart: every revision from now on must be above all that were seen before. */
    void restarted() {
        restartedAbove = highestRevision.get();
    }

    /** A write was acknowledged with this revision. */
    void revision(long revision) {
        highestRevision.accumulateAndGet(revision, Math::max);
        expect(
                revision > restartedAbove,
                "revision %d after the restart, %d was acknowledged before it",
                revision,
                restartedAbove);
    }

    /** A lock was granted under this handle. */
    void handle(long handle) {
        revision(handle);
        expect(handles.add(handle), "handle %d was given out twice", handle);
    }

    /** Something acknowledged was looked for after a restart; notes a violation unless it was found as promised. */
    void verify(boolean holds, String otherwise, Object... arguments) {
        verified.increment();
        expect(holds, otherwise, arguments);
    }

    /** Notes a violation unless the promise holds. */
    void expect(boolean holds, String otherwise, Object... arguments) {
        violations.expect(holds, otherwise, arguments);
    }

    long acknowledgedWrites() {
        return acknowledged.sum();
    }

    long verifications() {
        return verified.sum();
    }

    long handlesGiven() {
        return handles.size();
    }

    int violationCount() {
        return violations.count();
    }

    /** The first of them, in words. */
    List<String> violations() {
        return violations.shown();
    }
}
