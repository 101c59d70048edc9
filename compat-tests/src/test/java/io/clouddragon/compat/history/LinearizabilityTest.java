package io.clouddragon.compat.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.Seeds;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.history.Checker.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Check 6 of the design: rounds of concurrent clients on a few keys, some hanging up in the middle, and in some rounds the
 * server killed and restarted while they go on; then for each key one order must explain what all were told. Registers with
 * versions, counters and locks. {@code -Dsoak=5} runs five minutes for each way of syncing.
 */
@Timeout(value = 24, unit = TimeUnit.HOURS)
class LinearizabilityTest {
    private static final int CLIENTS = 8;
    private static final int KEYS = 18;
    private static final int BATCHES = 300;
    private static final long DEFAULT_MILLIS = 4_000;

    private static final int ROUNDS_PER_KILL = 10;
    /** On a slow machine too: the second one is the first with a kill. */
    private static final int MIN_ROUNDS = 2;

    private static final int MAX_KILL_DELAY_MILLIS = 200;

    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
    private final List<Client> clients = new ArrayList<>();
    private final StringBuilder violations = new StringBuilder();
    private long operations;
    private long open;
    private long histories;
    private long violated;
    private int kills;

    @ParameterizedTest
    @ValueSource(strings = {"inline", "thread"})
    void oneOrderExplainsWhatAllClientsWereTold(String sync) throws Exception {
        Target.requireDragon();
        SplittableRandom random = new SplittableRandom(Seeds.next("LinearizabilityTest sync " + sync));
        long soak = TimeUnit.MINUTES.toNanos(Integer.getInteger("soak", 0));
        long end = System.nanoTime() + Math.max(soak, TimeUnit.MILLISECONDS.toNanos(DEFAULT_MILLIS));
        try (DragonServer server = new DragonServer().with("--sync", sync).start()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client(server, i, random.split()));
            }
            Future<?> check = null;
            for (int round = 0; (round < MIN_ROUNDS || System.nanoTime() < end) && violated == 0; round++) {
                Keys keys = new Keys(round, KEYS);
                List<List<Operation>> recorded = round(server, keys, round % ROUNDS_PER_KILL == 1, random);
                if (check != null) {
                    check.get();
                }
                check = threads.submit(() -> check(keys, recorded));
            }
            check.get();
        } finally {
            clients.forEach(Client::close);
            threads.shutdownNow();
        }
        System.out.printf(
                "LinearizabilityTest: sync %s, %d clients, %d kills: %d operations, of which open %d, in %d histories:"
                        + " violations %d%n",
                sync, CLIENTS, kills, operations, open, histories, violated);
        assertThat(violations.toString()).isEmpty();
        assertThat(kills).isPositive();
        assertThat(open).isPositive();
    }

    private List<List<Operation>> round(DragonServer server, Keys keys, boolean kill, SplittableRandom random)
            throws Exception {
        List<Future<List<List<Operation>>>> running = new ArrayList<>();
        for (Client client : clients) {
            running.add(threads.submit(() -> client.round(keys, BATCHES)));
        }
        if (kill) {
            Thread.sleep(random.nextInt(MAX_KILL_DELAY_MILLIS));
            server.kill9();
            server.start();
            kills++;
        }
        List<List<Operation>> recorded = new ArrayList<>();
        for (int i = 0; i < keys.count(); i++) {
            recorded.add(new ArrayList<>());
        }
        for (Future<List<List<Operation>>> client : running) {
            List<List<Operation>> part = client.get();
            for (int i = 0; i < keys.count(); i++) {
                recorded.get(i).addAll(part.get(i));
            }
        }
        return recorded;
    }

    /** Counts and judges a round; one at a time. */
    private void check(Keys keys, List<List<Operation>> recorded) {
        for (int i = 0; i < keys.count(); i++) {
            List<Operation> history = recorded.get(i);
            operations += history.size();
            open += history.stream().filter(Operation::isOpen).count();
            histories++;
            Checker<?> checker = keys.workload(i).checker(history);
            Verdict verdict = checker.check();
            if (verdict != Verdict.LINEARIZABLE) {
                violated++;
                violations.append(keys.name(i) + " " + verdict + ", " + checker.explain());
            }
        }
    }
}
