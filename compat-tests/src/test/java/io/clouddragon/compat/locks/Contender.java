package io.clouddragon.compat.locks;

import io.clouddragon.compat.harness.Doors;
import io.clouddragon.compat.harness.HttpConnection.Answer;
import io.clouddragon.compat.harness.RespValue;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes locks with short leases, at both doors, and works under their handles for longer than they last: fenced writes, extensions,
 * releases; or dies, or forgets to release. For one thread.
 */
final class Contender {
    private static final int MAX_LEASE_MILLIS = 60;
    private static final int MAX_WAIT_MILLIS = 100;
    private static final int MAX_STEPS = 5;
    private static final Pattern LOCKED = Pattern.compile("\\{\"Lock\": (\\d+), \"Till\": \\d+.*");
    private static final Pattern GUARDED = Pattern.compile(".*\"Value\": (?:\"?(\\d+)\"?|null)}]}");

    private final List<LockHistory> locks;
    private final Doors doors;
    private final SplittableRandom random;
    private LockHistory lock;
    private long handle;

    Contender(List<LockHistory> locks, Doors doors, SplittableRandom random) {
        this.locks = locks;
        this.doors = doors;
        this.random = random;
    }

    void run(BooleanSupplier stop) {
        while (!stop.getAsBoolean()) {
            try {
                if (acquire()) {
                    work();
                }
            } catch (UncheckedIOException died) {
                doors.close();
            }
        }
        doors.close();
    }

    private int lease() {
        return 5 + random.nextInt(MAX_LEASE_MILLIS);
    }

    private boolean acquire() {
        lock = locks.get(random.nextInt(locks.size()));
        long floor = lock.floor();
        int wait = random.nextInt(MAX_WAIT_MILLIS);
        if (random.nextBoolean()) {
            RespValue grant = doors.resp()
                    .send("DRAGON.LOCK " + lock.name() + " PX " + lease() + (wait == 0 ? "" : " WAIT " + wait));
            if (grant.isNull()) {
                return false;
            }
            handle = grant.item(0).integer();
            lock.granted(handle, floor, grant.item(1).integer());
            return true;
        }
        Answer answer = doors.http()
                .post(
                        "/db/0",
                        "{\"LockID\": \"" + lock.name() + "\", \"LockDur\": " + lease() / 1000.0 + ", \"LockWait\": "
                                + wait / 1000.0 + "}");
        if (answer.status() == 423) {
            return false;
        }
        Matcher locked = LOCKED.matcher(answer.body());
        expect(answer.status() == 200 && locked.matches(), answer);
        handle = Long.parseLong(locked.group(1));
        lock.granted(handle, floor, 0);
        return true;
    }

    private void work() {
        boolean released = false;
        for (int steps = random.nextInt(MAX_STEPS); steps > 0 && !released; steps--) {
            pause();
            switch (random.nextInt(8)) {
                case 0, 1 -> extend();
                case 2 -> released = release();
                case 3 -> {
                    // Dies: the lock stays until its lease ends.
                    doors.close();
                    return;
                }
                default -> write(random.nextInt(4) == 0);
            }
        }
        if (random.nextInt(4) != 0 && !released) {
            release();
        }
        // With a handle that is worth nothing any more, as a program does that has slept too long.
        if (random.nextInt(3) == 0) {
            pause();
            write(false);
        }
    }

    /** Sometimes until long after the lease. */
    private void pause() {
        try {
            Thread.sleep(random.nextInt(random.nextInt(4) == 0 ? 2 * MAX_LEASE_MILLIS : 3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A fenced write: the key is set only while the lock is held under the handle, which is extended or released in the same. */
    private void write(boolean andRelease) {
        boolean stale = lock.isStale(handle);
        long firm = lock.firmTill(handle);
        String lease = andRelease ? "" : "\"LockID\": \"" + lock.name() + "\", \"LockDur\": " + lease() / 1000.0 + ", ";
        lock.mayEnd(handle);
        Answer answer = doors.http()
                .post(
                        "/db/0",
                        "{" + lease + "\"UnlockID\": \"" + lock.name() + "\", \"Unlock\": " + handle
                                + ", \"KVGet\": \"guarded:" + lock.name() + "\", \"KVSet\": {\"Key\": \"guarded:"
                                + lock.name() + "\", \"Value\": " + handle + "}}");
        if (answer.status() == 409) {
            lock.refused(handle, firm, stale);
            return;
        }
        Matcher guarded = GUARDED.matcher(answer.body());
        expect(answer.status() == 200 && guarded.matches(), answer);
        lock.used(handle, answer.revision(), stale);
        lock.found(handle, guarded.group(1) == null ? 0 : Long.parseLong(guarded.group(1)));
    }

    private void extend() {
        boolean stale = lock.isStale(handle);
        long firm = lock.firmTill(handle);
        lock.mayEnd(handle);
        RespValue till = doors.resp().send("DRAGON.EXTEND " + lock.name() + " " + handle + " PX " + lease());
        if (till.isError()) {
            expect(till.text().startsWith("NOTOWNER"), till);
            lock.refused(handle, firm, stale);
        } else {
            lock.used(handle, handle, stale);
            lock.extended(handle, till.integer());
        }
    }

    private boolean release() {
        boolean stale = lock.isStale(handle);
        long firm = lock.firmTill(handle);
        lock.mayEnd(handle);
        RespValue reply = doors.resp().send("DRAGON.UNLOCK " + lock.name() + " " + handle);
        if (reply.isError()) {
            expect(reply.text().startsWith("NOTOWNER"), reply);
            lock.refused(handle, firm, stale);
            return false;
        }
        lock.used(handle, handle, stale);
        return true;
    }

    private static void expect(boolean holds, Object answer) {
        if (!holds) {
            throw new AssertionError(answer.toString());
        }
    }
}
