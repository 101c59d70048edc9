package io.clouddragon.compat.locks;

import io.clouddragon.compat.harness.Violations;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The grants of one lock in order of their handles, and what was done under each.
 *
 * <p>A handle is the revision of its grant, and what is done under it has a revision, too: a holder's interval is from its
 * handle to its last successful use. Intervals must not overlap, so the last use under one handle comes before the next handle.
 * A grant whose answer was lost has no interval, but the rule holds between those before and after it. Thread-safe.
 */
final class LockHistory {
    /** Between a reading of the wall clock and one of the monotonic clock in the server, and the same in the test, ms. */
    private static final long CLOCK_TOLERANCE_MILLIS = 50;

    private static final long NOT_FIRM = 0;

    private final String name;
    private final AtomicLong highestHandle;
    private final Violations violations;
    private final TreeMap<Long, Grant> grants = new TreeMap<>();
    private long uses;
    private long refusals;
    private long refusalsNeeded;

    /** @param highestHandle of all locks together */
    LockHistory(String name, AtomicLong highestHandle, Violations violations) {
        this.name = name;
        this.highestHandle = highestHandle;
        this.violations = violations;
    }

    private static final class Grant {
        private final long grantedMillis;
        private long lastUse;
        /** Until when, Unix ms, nobody else may get the lock; {@link #NOT_FIRM} once it may have been given back. */
        private long firmTill;

        Grant(long handle, long firmTill) {
            grantedMillis = System.currentTimeMillis();
            lastUse = handle;
            this.firmTill = firmTill;
        }
    }

    String name() {
        return name;
    }

    /** What a grant that is asked for from now on must be above: every handle that anybody was told, of any lock. */
    long floor() {
        return highestHandle.get();
    }

    /** @param till promised, Unix ms; 0 when none was told to the millisecond */
    synchronized void granted(long handle, long floor, long till) {
        violations.expect(handle > floor, "%s: handle %d after %d", name, handle, floor);
        violations.expect(
                grants.putIfAbsent(handle, new Grant(handle, till)) == null, "%s: handle %d twice", name, handle);
        highestHandle.accumulateAndGet(handle, Math::max);
    }

    /** Before a release or an extension is asked for: should the answer be lost, the promise so far no longer counts. */
    synchronized void mayEnd(long handle) {
        grants.get(handle).firmTill = NOT_FIRM;
    }

    synchronized void extended(long handle, long till) {
        grants.get(handle).firmTill = till;
    }

    /** Whether somebody was told of a later grant: from then on this handle is worth nothing. */
    synchronized boolean isStale(long handle) {
        return grants.lastKey() > handle;
    }

    /** Something was done under the handle. @param wasStale before it was asked for */
    synchronized void used(long handle, long revision, boolean wasStale) {
        uses++;
        violations.expect(!wasStale, "%s: accepted under the stale handle %d", name, handle);
        Grant grant = grants.get(handle);
        grant.lastUse = Math.max(grant.lastUse, revision);
    }

    /** The handle was refused. @param firm the promise before it was asked for */
    synchronized void refused(long handle, long firm, boolean wasStale) {
        refusals++;
        refusalsNeeded += wasStale ? 1 : 0;
        violations.expect(
                System.currentTimeMillis() >= firm - CLOCK_TOLERANCE_MILLIS,
                "%s: handle %d was refused, it was promised till %d",
                name,
                handle,
                firm);
    }

    synchronized long firmTill(long handle) {
        return grants.get(handle).firmTill;
    }

    /** What the guarded key held when somebody wrote to it under its handle: no later holder has been there. */
    synchronized void found(long handle, long guarded) {
        violations.expect(
                guarded <= handle, "%s: written under handle %d after a write under %d", name, handle, guarded);
    }

    /** At the end, over the whole order of grants. */
    synchronized void judge() {
        Map.Entry<Long, Grant> before = null;
        for (Map.Entry<Long, Grant> next : grants.entrySet()) {
            if (before != null) {
                Grant holder = before.getValue();
                violations.expect(
                        holder.lastUse < next.getKey(),
                        "%s: used under handle %d at revision %d, granted again at %d",
                        name,
                        before.getKey(),
                        holder.lastUse,
                        next.getKey());
                violations.expect(
                        next.getValue().grantedMillis >= holder.firmTill - CLOCK_TOLERANCE_MILLIS,
                        "%s: handle %d was promised till %d, the next was granted at %d",
                        name,
                        before.getKey(),
                        holder.firmTill,
                        next.getValue().grantedMillis);
            }
            before = next;
        }
    }

    synchronized long grants() {
        return grants.size();
    }

    synchronized long uses() {
        return uses;
    }

    synchronized long refusals() {
        return refusals;
    }

    /** Of handles that were known to be stale. */
    synchronized long refusalsNeeded() {
        return refusalsNeeded;
    }
}
