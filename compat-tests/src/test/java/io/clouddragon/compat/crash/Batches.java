package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.HttpConnection.Answer;
import java.util.SplittableRandom;

/**
 * HTTP batches that count up, each under an idempotency id of its own and repeated until it is answered: each happens
 * exactly once.
 */
final class Batches extends Workload {
    private static final String DUPLICATE = "409 {\"Code\": \"duplicate_request\"}";
    /** The answer to a request that a server that is stopping did not execute. */
    static final String STOPPING = "503 {\"Code\": \"unavailable\", \"Message\": \"the server is stopping\"}";

    private static final String PATH = "/db/0";

    private long acknowledged;
    private boolean underWay;

    Batches(Ledger ledger, int client) {
        super(ledger, client);
    }

    @Override
    void act(Doors doors, SplittableRandom random) {
        underWay = true;
        Answer answer = doors.http().post(PATH, batch(acknowledged + 1));
        underWay = false;
        if (answer.toString().equals(STOPPING)) {
            // It was not executed, nor will it be: the count is checked after the restart.
            return;
        }
        acknowledged++;
        ledger.acknowledged();
        ledger.revision(answer.revision());
        ledger.expect(
                answer.status() == 200 && answer.body().contains("\"Value\": " + acknowledged + "}"),
                "batch %d of client %d: %s",
                acknowledged,
                client,
                answer);
    }

    @Override
    void check(Doors doors) {
        if (underWay) {
            Answer repeated = doors.http().post(PATH, batch(acknowledged + 1));
            ledger.expect(
                    repeated.status() == 200 || repeated.toString().equals(DUPLICATE), "repeated batch: %s", repeated);
            acknowledged++;
            underWay = false;
        }
        if (acknowledged > 0) {
            Answer again = doors.http().post(PATH, batch(acknowledged));
            ledger.verify(again.toString().equals(DUPLICATE), "an id forgotten: %s", again);
        }
        long count = number(doors.send(ledger, "GET batches:" + client));
        long last = number(doors.send(ledger, "GET batch:" + client));
        ledger.verify(
                count == acknowledged && last == acknowledged,
                "client %d sent %d batches; counted %d, the last was %d",
                client,
                acknowledged,
                count,
                last);
    }

    private String batch(long n) {
        return """
                {"IdempotencyIDs": ["%1$d-%2$d"], "Atomic": {"Key": "batches:%1$d", "Add": 1}, \
                "KVSet": {"Key": "batch:%1$d", "Value": "%2$d"}}""".formatted(client, n);
    }
}
