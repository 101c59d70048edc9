package io.clouddragon.compat.crash;

import io.clouddragon.compat.crash.Workload.Doors;
import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.SplittableRandom;

/** One client, with a connection at each door: sends a random mix of all workloads until the server dies. */
final class LoadClient {
    private final SplittableRandom random;
    private final Locks locks;
    private final List<Workload> workloads;

    LoadClient(Ledger ledger, int number, SplittableRandom random) {
        this.random = random;
        locks = new Locks(ledger, number);
        workloads = List.of(
                new UniqueSets(ledger, number),
                new Counters(ledger, number),
                new Versions(ledger, number),
                new Pairs(ledger, number),
                new Queues(ledger, number),
                new Mirrors(ledger, number),
                locks,
                new HotLock(ledger, number),
                new Batches(ledger, number));
    }

    /** Returns once the server is gone. */
    void runUntilKilled(DragonServer server) {
        try (Doors doors = open(server)) {
            while (true) {
                workloads.get(random.nextInt(workloads.size())).act(doors, random);
            }
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw e;
            }
        }
    }

    /** Compares what this client knows with what the restarted server has. */
    void check(Doors doors) {
        workloads.forEach(workload -> workload.check(doors));
    }

    /** As {@link #check}, over everything that was ever written. */
    void checkAll(Doors doors) {
        workloads.forEach(workload -> workload.checkAll(doors));
    }

    int locksHeld() {
        return locks.held();
    }

    static Doors open(DragonServer server) {
        return new Doors(RespConnection.to(server.port()), HttpConnection.to(server.httpPort()));
    }
}
