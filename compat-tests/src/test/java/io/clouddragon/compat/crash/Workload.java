package io.clouddragon.compat.crash;

import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import java.util.SplittableRandom;

/**
 * One kind of request, sent by one client again and again, and what the server promises about it.
 *
 * <p>{@link #act} sends one request, or a few, and notes what was sent before the write and what was acknowledged after the
 * reply. When the server dies it throws and leaves the request in between "under way": it may have happened, or not.
 * {@link #check} runs after the restart, compares, and takes over what is found as the state to go on from. Keys are the
 * client's own unless said otherwise. For one thread at a time.
 */
abstract class Workload {
    final Ledger ledger;
    final int client;

    Workload(Ledger ledger, int client) {
        this.ledger = ledger;
        this.client = client;
    }

    /** The two doors to the server. */
    record Doors(RespConnection resp, HttpConnection http) implements AutoCloseable {
        /** Sends a command; a reply that is an error is noted as a violation. */
        RespValue send(Ledger ledger, String line) {
            RespValue reply = resp.send(line);
            ledger.expect(!reply.isError(), "%s: %s", line, reply);
            return reply;
        }

        @Override
        public void close() {
            resp.close();
            http.close();
        }
    }

    /** One request under load. */
    abstract void act(Doors doors, SplittableRandom random);

    /** After a restart: is everything acknowledged there? */
    abstract void check(Doors doors);

    /** After the last round: whatever is worth a second look. */
    void checkAll(Doors doors) {
        check(doors);
    }

    static String text(RespValue value) {
        return value.isNull() ? null : value.text();
    }

    static long number(RespValue value) {
        return value.isNull() ? 0 : value.integer();
    }
}
