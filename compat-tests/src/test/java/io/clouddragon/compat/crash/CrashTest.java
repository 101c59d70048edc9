package io.clouddragon.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.crash.Workload.Doors;
import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.Seeds;
import io.clouddragon.compat.harness.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Check 1 of the design, on the real server process: {@code kill -9} under load, restart, and nothing that was acknowledged
 * is missing. {@code -Drounds=500} runs the long form, which tells every 25 rounds how far it is.
 *
 * <p>Every round's server keeps its data in the same directory. In turn, compaction and new segments come seldom, or all
 * the time; now and then the server is killed once more while it recovers, or asked to stop under load.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class CrashTest {
    private static final int CLIENTS = 50;
    private static final int DEFAULT_ROUNDS = 4;
    private static final int MIN_LOAD_MILLIS = 200;
    private static final int MAX_LOAD_MILLIS = 1_000;
    private static final int MAX_RECOVERY_MILLIS = 900;

    private static final int REPORT_EVERY = 25;
    private static final int CLIENT_END_SECONDS = 60;

    /** Every so many rounds the server is asked to stop instead, by SIGTERM. */
    private static final int CLEAN_STOP_EVERY = 4;

    private final Ledger ledger = new Ledger();
    private final List<LoadClient> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private int locksHeld;
    private int killsInRecovery;
    private int cleanStops;
    private final Set<String> snapshots = new HashSet<>();

    @Test
    void whatWasAcknowledgedSurvivesKills(@TempDir Path dir) throws Exception {
        Target.requireDragon();
        int rounds = Integer.getInteger("rounds", DEFAULT_ROUNDS);
        SplittableRandom random = new SplittableRandom(Seeds.next("CrashTest"));
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new LoadClient(ledger, i, random.split()));
        }
        try {
            for (int round = 0; round < rounds; round++) {
                round(round, dir, random);
                if ((round + 1) % REPORT_EVERY == 0) {
                    report(round + 1);
                }
            }
            finish(dir);
        } finally {
            threads.shutdownNow();
        }
        report(rounds);
        assertThat(ledger.violations()).isEmpty();
        assertThat(locksHeld).isPositive();
        assertThat(snapshots).as("snapshots that compaction wrote under load").isNotEmpty();
    }

    private void report(int rounds) {
        System.out.printf(
                "CrashTest: %d kills, %d more while recovering, %d clean stops, snapshots seen %d, %d clients: acknowledged %d, verified %d,"
                        + " lost or broken %d; locks found held %d; handles given %d, none twice%n",
                rounds - cleanStops,
                killsInRecovery,
                cleanStops,
                snapshots.size(),
                CLIENTS,
                ledger.acknowledgedWrites(),
                ledger.verifications(),
                ledger.violationCount(),
                locksHeld,
                ledger.handlesGiven());
    }

    private void round(int round, Path dir, SplittableRandom random) throws Exception {
        try (DragonServer server = server(round, dir)) {
            if (round > 0 && random.nextInt(3) == 0) {
                server.launch();
                Thread.sleep(random.nextInt(MAX_RECOVERY_MILLIS));
                server.kill9();
                killsInRecovery++;
            }
            server.start();
            if (round > 0) {
                checkAfterRestart(server);
            }
            List<Future<?>> running = new ArrayList<>();
            for (LoadClient client : clients) {
                running.add(threads.submit(() -> client.runUntilKilled(server)));
            }
            Thread.sleep(random.nextInt(MIN_LOAD_MILLIS, MAX_LOAD_MILLIS));
            if (round % CLEAN_STOP_EVERY == CLEAN_STOP_EVERY - 1) {
                assertThat(server.terminate())
                        .as("exit status after SIGTERM under load")
                        .isZero();
                cleanStops++;
            } else {
                server.kill9();
            }
            for (Future<?> client : running) {
                client.get(CLIENT_END_SECONDS, TimeUnit.SECONDS);
            }
        }
        try (Stream<Path> files = Files.list(dir)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("snapshot-"))
                    .forEach(snapshots::add);
        }
    }

    private void finish(Path dir) {
        try (DragonServer server = server(0, dir)) {
            server.start();
            checkAfterRestart(server);
            try (Doors doors = LoadClient.open(server)) {
                clients.forEach(client -> client.checkAll(doors));
            }
            assertThat(server.terminate()).isZero();
        }
    }

    private void checkAfterRestart(DragonServer server) {
        ledger.restarted();
        try (Doors doors = LoadClient.open(server)) {
            clients.forEach(client -> client.check(doors));
            clients.forEach(client -> locksHeld += client.locksHeld());
            HotLock.free(doors, ledger);
        }
    }

    private static DragonServer server(int round, Path dir) {
        // Room for the millions of keys that a long run leaves behind.
        DragonServer server = new DragonServer().dir(dir).heap("2g");
        if (round % 2 == 1) {
            server.with("--auto-aof-rewrite-min-size", "100kb", "--auto-aof-rewrite-percentage", "1");
            server.with("--segment-size", "256kb");
        }
        return server;
    }
}
