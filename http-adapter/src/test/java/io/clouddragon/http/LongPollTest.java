package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait: watches and locks. */
class LongPollTest {
    @TempDir
    Path directory;

    private TestServer server;
    private final List<Wire> wires = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(directory);
    }

    @AfterEach
    void stop() throws Exception {
        for (Wire wire : wires) {
            wire.close();
        }
        server.close();
    }

    private Wire wire() throws Exception {
        Wire wire = server.connect();
        wires.add(wire);
        return wire;
    }

    /** Sends a request that must wait, and returns once it does. */
    private Wire waiting(String path, String body) throws Exception {
        int before = server.parkedWaiters();
        Wire wire = wire().sendPost(path, body);
        awaitParked(before + 1);
        return wire;
    }

    private void awaitParked(int waiters) {
        await().pollInterval(Duration.ofMillis(2)).until(() -> server.parkedWaiters() == waiters);
    }

    private String set(String value) throws Exception {
        return server.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": " + value + "}}")
                .text();
    }

    private long lock(String name) throws Exception {
        return server.post("/db/dev", "{\"LockID\": \"" + name + "\"}").revision();
    }

    private static String unlock(String name, long handle) {
        return "{\"UnlockID\": \"" + name + "\", \"Unlock\": " + handle + "}";
    }

    private boolean isHeld(String name) throws Exception {
        return server.onLoop(() -> {
            boolean[] held = new boolean[1];
            server.loop()
                    .transact(tx -> held[0] = tx.locks()
                            .holder(server.loop().engine().databases().get("dev"), Bytes.of(name), new Entry()));
            return held[0];
        });
    }

    // ---- watches

    @Test
    void a_list_has_a_version_and_a_type_but_no_value() throws Exception {
        Wire watch = waiting("/watch/dev", "{\"ID\": \"l\", \"Wait\": 20}");
        server.onLoop(() -> server.loop()
                .transact(tx -> tx.lists()
                        .append(server.loop().engine().databases().get("dev"), Bytes.of("l"), Bytes.of("element"))));
        assertThat(watch.read().text())
                .isEqualTo("200 {\"Key\": \"l\", \"Version\": 1, \"Value\": null, \"Type\": \"list\"}");
        assertThat(server.post("/db/dev", "{\"KVGet\": [\"l\"]}").text()).startsWith("409 {\"Code\": \"wrong_type\"");
        assertThat(server.post("/db/dev", "{\"KVSet\": {\"Key\": \"l\", \"Value\": 1}}")
                        .text())
                .startsWith("409 {\"Code\": \"wrong_type\"");
    }

    @Test
    void a_watch_is_answered_at_once_when_the_version_differs() throws Exception {
        set("\"v\"");
        assertThat(server.post("/watch/dev", "{\"ID\": \"k\"}").text())
                .isEqualTo("200 {\"Key\": \"k\", \"Version\": 1, \"Value\": \"v\"}");
        assertThat(server.post("/watch/dev", "{\"ID\": \"other\", \"Version\": 7}")
                        .text())
                .isEqualTo("200 {\"Key\": \"other\", \"Version\": 0, \"Value\": null}");
    }

    @Test
    void a_watch_sees_creation_change_deletion_and_expiry() throws Exception {
        Wire creation = waiting("/watch/dev", "{\"ID\": \"k\", \"Version\": 0}");
        set("1");
        assertThat(creation.read().text()).isEqualTo("200 {\"Key\": \"k\", \"Version\": 1, \"Value\": 1}");

        Wire change = waiting("/watch/dev", "{\"ID\": \"k\", \"Version\": 1}");
        set("[2]");
        assertThat(change.read().text()).isEqualTo("200 {\"Key\": \"k\", \"Version\": 2, \"Value\": [2]}");

        Wire deletion = waiting("/watch/dev", "{\"ID\": \"k\", \"Version\": 2}");
        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Delete\": true}}");
        assertThat(deletion.read().text()).isEqualTo("200 {\"Key\": \"k\", \"Version\": 0, \"Value\": null}");

        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"k\", \"Value\": 3, \"TTL\": 0.2}}");
        Wire expiry = waiting("/watch/dev", "{\"ID\": \"k\", \"Version\": 4}");
        assertThat(expiry.read().text()).isEqualTo("200 {\"Key\": \"k\", \"Version\": 0, \"Value\": null}");
    }

    @Test
    void a_watch_ends_with_204_when_nothing_changes() throws Exception {
        set("1");
        try (Wire wire = server.connect()) {
            Wire.Reply now = wire.post("/watch/dev", "{\"ID\": \"k\", \"Version\": 1, \"Wait\": 0}");
            assertThat(now.text()).isEqualTo("204");
            long start = System.nanoTime();
            Wire.Reply later = wire.post("/watch/dev", "{\"ID\": \"k\", \"Version\": 1, \"Wait\": 0.2}");
            assertThat(later.text()).isEqualTo("204");
            assertThat(later.header("Content-Length")).isNull();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000);
            assertThat(server.parkedWaiters()).isZero();
        }
    }

    @Test
    void a_write_that_is_taken_back_wakes_no_watch() throws Exception {
        Wire watch = waiting("/watch/dev", "{\"ID\": \"k\", \"Version\": 0}");
        server.post(
                "/db/dev",
                "{\"KVSet\": [{\"Key\": \"k\", \"Value\": 1}, {\"Key\": \"x\", \"Value\": 1, \"IfVersion\": 1}]}");
        assertThat(server.parkedWaiters()).isEqualTo(1);
        set("2");
        assertThat(watch.read().text()).isEqualTo("200 {\"Key\": \"k\", \"Version\": 1, \"Value\": 2}");
    }

    @Test
    void all_watches_of_a_key_are_answered() throws Exception {
        List<Wire> watchers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            watchers.add(waiting("/watch/dev", "{\"ID\": \"k\"}"));
        }
        set("true");
        for (Wire watcher : watchers) {
            assertThat(watcher.read().text()).isEqualTo("200 {\"Key\": \"k\", \"Version\": 1, \"Value\": true}");
        }
    }

    @Test
    void who_hangs_up_is_forgotten_at_once() throws Exception {
        waiting("/watch/dev", "{\"ID\": \"k\"}").close();
        awaitParked(0);
        waiting("/watch/dev", "{\"ID\": \"k\"}").reset();
        awaitParked(0);
        waiting("/watch/dev", "{\"ID\": \"k\"}").endOutput();
        awaitParked(0);
        lock("l");
        waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20}").close();
        awaitParked(0);
    }

    // ---- locks

    @Test
    void a_lock_is_handed_over_first_come_first_served() throws Exception {
        long handle = lock("l");
        List<Wire> line = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            line.add(waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20}"));
        }
        assertThat(server.post("/db/dev", "{\"LockID\": \"l\"}").status()).isEqualTo(423);
        for (Wire next : line) {
            assertThat(server.post("/db/dev", unlock("l", handle)).text()).isEqualTo("200 {}");
            Wire.Reply granted = next.read();
            assertThat(granted.body()).startsWith("{\"Lock\": " + granted.revision() + ", \"Till\": ");
            assertThat(granted.revision()).isGreaterThan(handle);
            handle = granted.revision();
        }
        assertThat(server.parkedWaiters()).isZero();
    }

    @Test
    void the_whole_batch_runs_when_the_lock_is_handed_over() throws Exception {
        long handle = lock("l");
        Wire batch = waiting(
                "/db/dev",
                "{\"LockID\": \"l\", \"LockWait\": 20, \"KVGet\": [\"Key\": \"k\"], \"Atomic\": [\"Key\": \"c\", \"Add\": 1]}");
        set("\"written meanwhile\"");
        server.post("/db/dev", unlock("l", handle));
        Wire.Reply reply = batch.read();
        assertThat(reply.body())
                .matches("\\{\"Lock\": 4, \"Till\": \\d+, \"Atomic\": \\[\\{\"Key\": \"c\", \"Value\": 1}],"
                        + " \"KV\": \\[\\{\"Key\": \"k\", \"Version\": 2, \"Value\": \"written meanwhile\"}]}");
        assertThat(reply.revision()).isEqualTo(4);
    }

    @Test
    void a_waiting_batch_that_fails_leaves_the_lock_to_the_next() throws Exception {
        long handle = lock("l");
        Wire fails = waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20, \"IdempotencyIDs\": [\"id\"]}");
        Wire next = waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20}");
        server.post("/db/dev", "{\"IdempotencyIDs\": [\"id\"]}");
        server.post("/db/dev", unlock("l", handle));
        assertThat(fails.read().text()).isEqualTo("409 {\"Code\": \"duplicate_request\"}");
        assertThat(next.read().text()).startsWith("200 {\"Lock\": ");
        assertThat(server.parkedWaiters()).isZero();
    }

    @Test
    void a_lock_that_ends_by_itself_goes_to_the_next_in_line() throws Exception {
        server.post("/db/dev", "{\"LockID\": \"l\", \"LockDur\": 0.2}");
        Wire next = waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20}");
        assertThat(next.read().text()).startsWith("200 {\"Lock\": 3, ");
        assertThat(server.post("/db/dev", unlock("l", 1)).text()).startsWith("409 {\"Code\": \"not_lock_owner\"");
    }

    @Test
    void waiting_for_a_lock_in_vain_tells_until_when_it_is_held() throws Exception {
        long till = System.currentTimeMillis() / 1000 + 100;
        server.post("/db/dev", "{\"LockID\": \"l\", \"LockDur\": 100}");
        Wire.Reply reply = server.post("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 0.1}");
        assertThat(reply.status()).isEqualTo(423);
        long told = Long.parseLong(reply.body().replaceAll(".*\"Till\": |}", ""));
        assertThat(told).isBetween(till - 1, till + 3);
        assertThat(Long.parseLong(reply.header("Retry-After"))).isBetween(95L, 100L);
    }

    @Test
    void an_extended_lock_keeps_its_handle_and_lasts_longer() throws Exception {
        server.post("/db/dev", "{\"LockID\": \"l\", \"LockDur\": 0.3}");
        String extend = "{\"LockID\": \"l\", \"UnlockID\": \"l\", \"Unlock\": \"1\", \"LockDur\": 1000}";
        assertThat(server.post("/db/dev", extend).text()).matches("200 \\{\"Lock\": 1, \"Till\": \\d+}");
        Thread.sleep(350);
        assertThat(isHeld("l")).isTrue();
        assertThat(server.post("/db/dev", unlock("l", 1)).text()).isEqualTo("200 {}");
        assertThat(server.post("/db/dev", extend).status()).isEqualTo(409);
    }

    @Test
    void one_request_takes_one_lock_and_gives_another_back() throws Exception {
        long a = lock("a");
        Wire.Reply reply = server.post("/db/dev", "{\"LockID\": \"b\", \"UnlockID\": \"a\", \"Unlock\": " + a + "}");
        assertThat(reply.text()).startsWith("200 {\"Lock\": 2, ");
        assertThat(isHeld("a")).isFalse();
        assertThat(isHeld("b")).isTrue();
    }

    @Test
    void a_lock_whose_request_cannot_give_back_another_one_is_not_taken() throws Exception {
        long a = lock("a");
        long b = lock("b");
        String exchange = "{\"LockID\": \"b\", \"LockWait\": 20, \"UnlockID\": \"a\", \"Unlock\": " + a
                + ", \"KVSet\": {\"Key\": \"k\", \"Value\": 1}}";
        Wire first = waiting("/db/dev", exchange);
        Wire second = waiting("/db/dev", exchange);
        // It stays held while its holder waits for the other one.
        assertThat(isHeld("a")).isTrue();
        server.post("/db/dev", unlock("b", b));
        long handle = first.read().revision();
        assertThat(handle).isEqualTo(4);
        assertThat(isHeld("a")).isFalse();

        server.post("/db/dev", unlock("b", handle));
        assertThat(second.read().text()).startsWith("409 {\"Code\": \"not_lock_owner\"");
        assertThat(isHeld("b")).isFalse();
        assertThat(server.post("/db/dev", "{\"KVGet\": \"k\"}").body()).contains("\"Version\": 4");
    }

    @Test
    void an_extension_counts_from_now_even_if_that_is_sooner() throws Exception {
        server.post("/db/dev", "{\"LockID\": \"l\", \"LockDur\": 1000}");
        Wire next = waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20}");
        String extend = "{\"LockID\": \"l\", \"UnlockID\": \"l\", \"Unlock\": 1, \"LockDur\": 0.2}";
        assertThat(server.post("/db/dev", extend).text()).startsWith("200 {\"Lock\": 1, ");
        assertThat(next.read().text()).startsWith("200 {\"Lock\": 4, ");
    }

    @Test
    void a_lock_granted_to_the_dead_is_released_at_once() throws Exception {
        for (int i = 0; i < 20; i++) {
            long handle = lock("l");
            Wire dying = waiting("/db/dev", "{\"LockID\": \"l\", \"LockWait\": 20, \"LockDur\": 1000}");
            Wire unlocking = wire();
            boolean crashes = i % 2 == 0;
            // The event loop is kept from reading until both have happened: it may hand over before it sees the
            // hang-up.
            server.onLoop(() -> {
                if (crashes) {
                    dying.reset();
                    server.loop()
                            .transact(tx -> tx.locks()
                                    .release(server.loop().engine().databases().get("dev"), Bytes.of("l"), handle));
                } else {
                    unlocking.sendPost("/db/dev", unlock("l", handle));
                    dying.close();
                }
                return null;
            });
            await().pollInterval(Duration.ofMillis(1)).until(() -> !isHeld("l"));
        }
    }

    @Test
    void a_lock_whose_answer_cannot_be_written_is_released_at_once() throws Exception {
        Wire dying = wire();
        dying.post("/db/dev", "{}");
        // The event loop is kept busy until request and reset have both arrived: the grant is made for the dead.
        server.onLoop(() -> {
            dying.sendPost("/db/dev", "{\"LockID\": \"l\", \"LockDur\": 1000}");
            dying.reset();
            return null;
        });
        long handle = server.post("/db/dev", "{\"Atomic\": {\"Key\": \"c\", \"Add\": 1}}")
                .revision();
        await().pollInterval(Duration.ofMillis(1)).until(() -> !isHeld("l"));
        assertThat(handle).isPositive();
    }
}
