package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.SplittableRandom;

/** One lock that all clients wait for in line: never two holders, over restarts too. */
final class HotLock extends Workload {
    private static final String NAME = "lock:hot";
    private static final long LEASE_SECONDS = 3600;

    private long handle;
    private boolean releasing;

    HotLock(Ledger ledger, int client) {
        super(ledger, client);
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        RespValue grant = doors.send(ledger, "DRAGON.LOCK " + NAME + " EX " + LEASE_SECONDS + " WAIT 20");
        if (grant.isNull()) {
            return;
        }
        handle = grant.item(0).integer();
        ledger.handle(handle);
        ledger.acknowledged();
        int holders = ledger.hotLockHolders.incrementAndGet();
        ledger.expect(holders == 1, "%d clients hold %s", holders, NAME);
        // Before the request: from then on the next one may be granted.
        ledger.hotLockHolders.decrementAndGet();
        releasing = true;
        doors.send(ledger, "DRAGON.UNLOCK " + NAME + " " + handle);
        ledger.acknowledged();
        handle = 0;
        releasing = false;
    }

    @Override
    void check(Doors doors) {
        RespValue info = doors.send(ledger, "DRAGON.LOCKINFO " + NAME);
        long found = info.isNull() ? 0 : info.item(1).integer();
        if (handle != 0 && !releasing) {
            ledger.verify(found == handle, "%s is held under %d, acknowledged %d", NAME, found, handle);
        }
        handle = 0;
        releasing = false;
    }

    /** Once all have checked: frees the lock from a holder that died with the server. */
    static void free(Doors doors, Ledger ledger) {
        RespValue info = doors.send(ledger, "DRAGON.LOCKINFO " + NAME);
        if (!info.isNull()) {
            doors.send(ledger, "DRAGON.UNLOCK " + NAME + " " + info.item(1).integer());
        }
    }
}
