package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.RespValue;
import java.util.List;
import java.util.SplittableRandom;

/** Two keys set in one MULTI/EXEC: both hold the last acknowledged value, or both that of the transaction under way. */
final class Pairs extends Workload {
    private final String left;
    private final String right;
    private long acknowledged;
    private long attempted;

    Pairs(Ledger ledger, int client) {
        super(ledger, client);
        left = "pair:" + client + ":left";
        right = "pair:" + client + ":right";
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        attempted = acknowledged + 1;
        List<RespValue> replies = doors.resp()
                .pipeline(List.of("MULTI", "SET " + left + " " + attempted, "SET " + right + " " + attempted, "EXEC"));
        ledger.expect(replies.get(3).isAggregate(), "EXEC: %s", replies.get(3));
        acknowledged = attempted;
        ledger.acknowledged();
    }

    @Override
    void check(Doors doors) {
        long one = number(doors.send(ledger, "GET " + left));
        long two = number(doors.send(ledger, "GET " + right));
        ledger.verify(one == two, "half a transaction: %s is %d, %s is %d", left, one, right, two);
        ledger.verify(
                one == acknowledged || one == attempted,
                "%s is %d, acknowledged %d, attempted %d",
                left,
                one,
                acknowledged,
                attempted);
        acknowledged = one;
        attempted = one;
    }
}
