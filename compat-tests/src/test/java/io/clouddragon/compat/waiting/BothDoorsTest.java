package io.clouddragon.compat.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.HttpConnection.Answer;
import io.clouddragon.compat.harness.Pause;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One engine behind two doors: what happens at one is seen, and waited for, at the other. */
class BothDoorsTest {
    /** Longer than any test: whoever waits for this lease to end has failed. */
    private static final String LONG_LEASE_SECONDS = "600";

    @RegisterExtension
    static final ServerExtension server = ServerExtension.dragon();

    private RespConnection resp;
    private RespConnection otherResp;
    private HttpConnection http;
    private HttpConnection otherHttp;

    @BeforeEach
    void connect() {
        resp = server.connect();
        otherResp = server.connect();
        http = HttpConnection.to(server.httpPort());
        otherHttp = HttpConnection.to(server.httpPort());
    }

    @AfterEach
    void disconnect() {
        for (AutoCloseable connection : List.of(resp, otherResp, http, otherHttp)) {
            try {
                connection.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aWatchOverHttpIsAnsweredByASetOverResp() {
        http.send("/watch/0", "{\"ID\": \"watched-1\", \"Version\": 0}");
        settle();
        resp.send("SET watched-1 news");
        long version = resp.send("DRAGON.GET watched-1").item(0).item(1).integer();
        assertThat(http.read())
                .hasToString("200 {\"Key\": \"watched-1\", \"Version\": " + version + ", \"Value\": \"news\"}");
    }

    @Test
    void aWatchOverRespIsAnsweredByABatchOverHttp() {
        resp.write("DRAGON.WATCH watched-2 0 30");
        settle();
        Answer set = http.post("/db/0", "{\"KVSet\": {\"Key\": \"watched-2\", \"Value\": \"news\"}}");
        RespValue event = resp.read();
        assertThat(event.item(0).text()).isEqualTo("watched-2");
        assertThat(event.item(1).integer()).isEqualTo(set.revision());
        assertThat(event.item(2).text()).isEqualTo("news");
    }

    @Test
    void aWatchIsNotAnsweredByTheSameKeyOfAnotherDatabase() {
        http.send("/watch/elsewhere", "{\"ID\": \"watched-3\", \"Version\": 0, \"Wait\": 0.5}");
        settle();
        resp.send("SET watched-3 news");
        assertThat(http.read().status()).isEqualTo(204);
    }

    @Test
    void theExpiryOfAKeyIsToldToWatchersAtBothDoors() {
        long version = resp.send("DRAGON.SET mortal x PX 300").integer();
        http.send("/watch/0", "{\"ID\": \"mortal\", \"Version\": " + version + "}");
        otherResp.write("DRAGON.WATCH mortal " + version + " 30");
        assertThat(http.read()).hasToString("200 {\"Key\": \"mortal\", \"Version\": 0, \"Value\": null}");
        RespValue event = otherResp.read();
        assertThat(event.item(1).integer()).isZero();
        assertThat(event.item(2).isNull()).isTrue();
    }

    @Test
    void aLockTakenOverHttpIsReleasedOverResp() {
        long handle = lockOverHttp(http, "lock-1", LONG_LEASE_SECONDS);
        assertThat(resp.send("DRAGON.LOCK lock-1 EX 1").isNull()).isTrue();
        assertThat(resp.send("DRAGON.UNLOCK lock-1 " + (handle + 1)).text()).startsWith("NOTOWNER");
        assertThat(resp.send("DRAGON.UNLOCK lock-1 " + handle).integer()).isEqualTo(1);
        assertThat(lockOverHttp(http, "lock-1", LONG_LEASE_SECONDS)).isGreaterThan(handle);
    }

    @Test
    void aLockTakenOverRespIsReleasedOverHttp() {
        long handle = lock(resp, "lock-2");
        assertThat(http.post("/db/0", "{\"LockID\": \"lock-2\"}").status()).isEqualTo(423);
        assertThat(unlockOverHttp("lock-2", handle + 1).body()).contains("\"not_lock_owner\"");
        assertThat(unlockOverHttp("lock-2", handle)).hasToString("200 {}");
        assertThat(lock(resp, "lock-2")).isGreaterThan(handle);
    }

    @Test
    void waitersOfBothDoorsStandInOneLine() {
        long first = lock(resp, "lock-3");
        http.send("/db/0", "{\"LockID\": \"lock-3\", \"LockWait\": 30}");
        awaitWaiters("lock-3", 1);
        otherResp.write("DRAGON.LOCK lock-3 EX 600 WAIT 30000");
        awaitWaiters("lock-3", 2);
        otherHttp.send("/db/0", "{\"LockID\": \"lock-3\", \"LockWait\": 30}");
        awaitWaiters("lock-3", 3);

        resp.send("DRAGON.UNLOCK lock-3 " + first);
        long second = handle(http.read());
        assertThat(second).isGreaterThan(first);
        assertThat(otherResp.isSilentFor(Duration.ofMillis(50))).isTrue();
        assertThat(unlockOverHttp("lock-3", second).status()).isEqualTo(200);
        long third = otherResp.read().item(0).integer();
        assertThat(third).isGreaterThan(second);
        resp.send("DRAGON.UNLOCK lock-3 " + third);
        assertThat(handle(otherHttp.read())).isGreaterThan(third);
    }

    @Test
    void aLeaseThatRunsOutHandsTheLockOnAndNotBefore() {
        long began = System.nanoTime();
        long first = lockOverHttp(http, "lock-4", "0.5");
        RespValue grant = resp.send("DRAGON.LOCK lock-4 EX 600 WAIT 30000");
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(grant.item(0).integer()).isGreaterThan(first);
        assertThat(unlockOverHttp("lock-4", first).status()).isEqualTo(409);
    }

    @Test
    void aWaiterThatHangsUpLeavesTheLine() {
        long first = lock(resp, "lock-5");
        http.send("/db/0", "{\"LockID\": \"lock-5\", \"LockWait\": 30}");
        awaitWaiters("lock-5", 1);
        otherResp.write("DRAGON.LOCK lock-5 EX 600 WAIT 30000");
        awaitWaiters("lock-5", 2);
        otherHttp.send("/db/0", "{\"LockID\": \"lock-5\", \"LockWait\": 30}");
        awaitWaiters("lock-5", 3);
        http.close();
        otherResp.close();
        awaitWaiters("lock-5", 1);
        resp.send("DRAGON.UNLOCK lock-5 " + first);
        assertThat(handle(otherHttp.read())).isGreaterThan(first);
    }

    /**
     * The server stands still while the holder unlocks and then the first waiter hangs up: it finds both at once, grants, and
     * cannot tell.
     */
    @ParameterizedTest(name = "over {0}")
    @ValueSource(strings = {"RESP", "HTTP"})
    void aLockGrantedToAClientThatIsGoneIsHandedOnAtOnce(String door) throws Exception {
        String name = "lock-6-" + door;
        long first = lock(resp, name);
        if (door.equals("RESP")) {
            otherResp.write("DRAGON.LOCK " + name + " EX 600 WAIT 30000");
        } else {
            otherHttp.send("/db/0", "{\"LockID\": \"" + name + "\", \"LockDur\": 600, \"LockWait\": 30}");
        }
        awaitWaiters(name, 1);
        http.send("/db/0", "{\"LockID\": \"" + name + "\", \"LockWait\": 30}");
        awaitWaiters(name, 2);

        signal("STOP");
        awaitStandstill();
        try {
            resp.write("DRAGON.UNLOCK " + name + " " + first);
            otherResp.close();
            otherHttp.close();
        } finally {
            signal("CONT");
        }
        assertThat(resp.read().integer()).isEqualTo(1);
        long next = handle(http.read());
        RespValue info = resp.send("DRAGON.LOCKINFO " + name);
        assertThat(info.item(1).integer()).isEqualTo(next);
        assertThat(info.item(7).integer()).as("waiters").isZero();
    }

    @Test
    void aCounterIsOneCounter() throws Exception {
        int clientsPerDoor = 4;
        int additions = 100;
        ExecutorService threads = Executors.newFixedThreadPool(2 * clientsPerDoor);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clientsPerDoor; i++) {
                running.add(threads.submit(() -> {
                    try (RespConnection own = server.connect()) {
                        for (int n = 0; n < additions; n++) {
                            assertThat(own.send("INCR total").marker()).isEqualTo(':');
                        }
                    }
                }));
                running.add(threads.submit(() -> {
                    try (HttpConnection own = HttpConnection.to(server.httpPort())) {
                        for (int n = 0; n < additions; n++) {
                            assertThat(own.post("/db/0", "{\"Atomic\": {\"Key\": \"total\", \"Add\": 1}}")
                                            .status())
                                    .isEqualTo(200);
                        }
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        long total = 2L * clientsPerDoor * additions;
        assertThat(resp.send("GET total").text()).isEqualTo(Long.toString(total));
        assertThat(http.post("/db/0", "{\"KVGet\": \"total\"}").body()).contains("\"Value\": " + total + "}");
    }

    /** "After restart held for the time it had left when last persisted, never less." */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"SIGTERM", "kill -9"})
    void aLockSurvivesARestartForAsLongAsItHadLeft(String end) {
        long leaseMillis = 2_500;
        try (DragonServer own = new DragonServer().start()) {
            long began;
            long held;
            long ended;
            try (RespConnection holder = own.connect();
                    HttpConnection web = HttpConnection.to(own.httpPort())) {
                held = lockOverHttp(web, "kept", LONG_LEASE_SECONDS);
                began = System.nanoTime();
                assertThat(holder.send("DRAGON.LOCK leased PX " + leaseMillis + " OWNER me")
                                .isNull())
                        .isFalse();
                Pause.millis(300);
                ended = System.nanoTime();
            }
            if (end.equals("SIGTERM")) {
                assertThat(own.terminate()).isZero();
            } else {
                own.kill9();
            }
            Pause.millis(700);
            long restarted = System.nanoTime();
            own.start();
            try (RespConnection next = own.connect()) {
                assertThat(next.send("DRAGON.LOCKINFO leased").item(5).text()).isEqualTo("me");
                assertThat(next.send("DRAGON.LOCK leased EX 600 WAIT 20000").isNull())
                        .isFalse();
                long left = leaseMillis - (ended - began) / 1_000_000;
                assertThat((System.nanoTime() - restarted) / 1_000_000).isGreaterThanOrEqualTo(left);
                assertThat(next.send("DRAGON.LOCK kept EX 1").isNull()).isTrue();
                assertThat(next.send("DRAGON.UNLOCK kept " + held).integer()).isEqualTo(1);
            }
        }
    }

    // ---- both doors' locks

    private static long lock(RespConnection connection, String name) {
        return connection
                .send("DRAGON.LOCK " + name + " EX " + LONG_LEASE_SECONDS)
                .item(0)
                .integer();
    }

    private static long lockOverHttp(HttpConnection connection, String name, String seconds) {
        return handle(connection.post("/db/0", "{\"LockID\": \"" + name + "\", \"LockDur\": " + seconds + "}"));
    }

    private Answer unlockOverHttp(String name, long handle) {
        return http.post("/db/0", "{\"UnlockID\": \"" + name + "\", \"Unlock\": " + handle + "}");
    }

    private static long handle(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return Long.parseLong(answer.body().replaceFirst("^\\{\"Lock\": (\\d+), .*", "$1"));
    }

    private void awaitWaiters(String name, int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (resp.send("DRAGON.LOCKINFO " + name).item(7).integer() != count) {
            assertThat(System.nanoTime())
                    .as("%d waiters for %s in time", count, name)
                    .isLessThan(deadline);
        }
    }

    /** Time for a request on its way to begin to wait. Should it come later after all, it is answered at once: no harm done. */
    private static void settle() {
        Pause.millis(100);
    }

    /** A stop reaches one thread after the other: waits for the last one. */
    private static void awaitStandstill() {
        Path threads = Path.of("/proc", Long.toString(server.server().pid()), "task");
        await().until(() -> {
            try (Stream<Path> all = Files.list(threads)) {
                return all.allMatch(BothDoorsTest::isStopped);
            }
        });
    }

    private static boolean isStopped(Path thread) {
        try {
            // "pid (name) state …"; a name may have blanks and brackets.
            String stat = Files.readString(thread.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return true;
        }
    }

    private static void signal(String name) throws IOException {
        String kill = Tools.require("kill").toString();
        List<String> command =
                List.of(kill, "-" + name, Long.toString(server.server().pid()));
        assertThat(Tools.run(new byte[0], Duration.ofSeconds(5), command).status())
                .isZero();
    }
}
