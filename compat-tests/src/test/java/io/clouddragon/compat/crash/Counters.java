package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.SplittableRandom;

/**
 * INCR of the client's own counter, whose every answer is known beforehand, and of one counter that all share: at least the
 * highest answer, at most the attempts.
 */
final class Counters extends Workload {
    private static final String HOT = "counter:hot";

    private final String own;
    private long acknowledged;
    private long attempted;

    Counters(Ledger ledger, int client) {
        super(ledger, client);
        own = "counter:" + client;
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        attempted++;
        ledger.hotCounterAttempts.incrementAndGet();
        doors.resp().write("INCR " + own);
        doors.resp().write("INCR " + HOT);
        RespValue reply = doors.resp().read();
        acknowledged++;
        ledger.acknowledged();
        ledger.expect(reply.text().equals(Long.toString(acknowledged)), "%s: %s after %d", own, reply, acknowledged);
        long hot = doors.resp().read().integer();
        ledger.hotCounterAcknowledged.incrementAndGet();
        ledger.hotCounterHighest.accumulateAndGet(hot, Math::max);
        ledger.acknowledged();
    }

    @Override
    void check(Doors doors) {
        long found = number(doors.send(ledger, "GET " + own));
        ledger.verify(
                found >= acknowledged && found <= attempted,
                "%s is %d, acknowledged %d, attempted %d",
                own,
                found,
                acknowledged,
                attempted);
        acknowledged = found;
        attempted = found;
        long hot = number(doors.send(ledger, "GET " + HOT));
        ledger.verify(
                hot >= ledger.hotCounterHighest.get()
                        && hot >= ledger.hotCounterAcknowledged.get()
                        && hot <= ledger.hotCounterAttempts.get(),
                "%s is %d, highest answer %s, acknowledged %s, attempted %s",
                HOT,
                hot,
                ledger.hotCounterHighest,
                ledger.hotCounterAcknowledged,
                ledger.hotCounterAttempts);
    }
}
