package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.SplittableRandom;

/**
 * A few locks of the client's own, taken, extended and released at random: what was held is held, under its handle, for at
 * least as long, and by nobody else; what was released is free.
 */
final class Locks extends Workload {
    private static final int LOCKS = 4;
    private static final long LEASE_SECONDS = 3600;
    /** Between the milliseconds of two readings of a wall clock and a monotonic one. */
    private static final long CLOCK_TOLERANCE_MILLIS = 5;

    private enum Request {
        NONE,
        LOCK,
        UNLOCK,
        EXTEND
    }

    private final long[] handles = new long[LOCKS];
    private final long[] tills = new long[LOCKS];
    private Request underWay = Request.NONE;
    private int underWayOn;

    Locks(Ledger ledger, int client) {
        super(ledger, client);
    }

    /** How many the client holds. */
    int held() {
        int held = 0;
        for (long handle : handles) {
            held += handle == 0 ? 0 : 1;
        }
        return held;
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        int i = random.nextInt(LOCKS);
        underWayOn = i;
        if (handles[i] == 0) {
            underWay = Request.LOCK;
            RespValue grant =
                    doors.send(ledger, "DRAGON.LOCK " + name(i) + " EX " + LEASE_SECONDS + " OWNER client-" + client);
            ledger.expect(!grant.isNull(), "%s is free but was not granted", name(i));
            handles[i] = grant.item(0).integer();
            tills[i] = grant.item(1).integer();
            ledger.handle(handles[i]);
        } else if (random.nextBoolean()) {
            underWay = Request.UNLOCK;
            doors.send(ledger, "DRAGON.UNLOCK " + name(i) + " " + handles[i]);
            handles[i] = 0;
        } else {
            underWay = Request.EXTEND;
            RespValue till = doors.send(ledger, "DRAGON.EXTEND " + name(i) + " " + handles[i] + " EX " + LEASE_SECONDS);
            tills[i] = number(till);
        }
        underWay = Request.NONE;
        ledger.acknowledged();
    }

    @Override
    void check(Doors doors) {
        for (int i = 0; i < LOCKS; i++) {
            RespValue info = doors.send(ledger, "DRAGON.LOCKINFO " + name(i));
            check(i, i == underWayOn ? underWay : Request.NONE, info);
            if (handles[i] != 0) {
                RespValue intruder = doors.send(ledger, "DRAGON.LOCK " + name(i) + " EX 1");
                ledger.verify(intruder.isNull(), "%s is held and was granted again: %s", name(i), intruder);
                RespValue till =
                        doors.send(ledger, "DRAGON.EXTEND " + name(i) + " " + handles[i] + " EX " + LEASE_SECONDS);
                ledger.verify(!till.isError(), "%s is not held under %d any more", name(i), handles[i]);
                tills[i] = till.integer();
            }
        }
        underWay = Request.NONE;
    }

    private void check(int i, Request request, RespValue info) {
        long found = info.isNull() ? 0 : info.item(1).integer();
        long till = info.isNull() ? 0 : info.item(3).integer();
        switch (request) {
            case NONE, EXTEND ->
                ledger.verify(found == handles[i], "%s is held under %d, acknowledged %d", name(i), found, handles[i]);
            case LOCK -> {
                // Granted to a server that could not say so any more: the next one in line has to wait for the lease.
                if (found != 0) {
                    ledger.handle(found);
                }
            }
            case UNLOCK ->
                ledger.verify(
                        found == 0 || found == handles[i], "%s is held under %d, had %d", name(i), found, handles[i]);
        }
        if (found != 0 && request != Request.LOCK) {
            ledger.verify(
                    till >= tills[i] - CLOCK_TOLERANCE_MILLIS,
                    "%s ends at %d, was promised until %d",
                    name(i),
                    till,
                    tills[i]);
        }
        handles[i] = found;
    }

    private String name(int i) {
        return "lock:" + client + ":" + i;
    }
}
