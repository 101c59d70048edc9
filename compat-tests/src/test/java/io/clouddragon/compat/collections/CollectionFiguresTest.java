package io.clouddragon.compat.collections;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.RedisServer;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.Target;
import io.clouddragon.compat.harness.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Prints what collections take and how long others wait, beside Redis. Small in every build; the figures of
 * docs/decisions/collections.md are those of {@code -Delements=1000000 -Dlarge=10000000}.
 */
class CollectionFiguresTest {
    private static final int ELEMENTS = Integer.getInteger("elements", 50_000);
    private static final int LARGE = Integer.getInteger("large", 100_000);
    private static final int AT_ONCE = 500;

    /** On a busy machine a client waits for its turn on a processor too. */
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    /** A command that takes no time for each element takes less than this, machine busy or not. */
    private static final long LONGEST_COMMAND_MICROS = 50_000;

    private TestServer dragon;
    private TestServer redis;

    @BeforeEach
    void start() {
        Target.requireDragon();
        dragon = new DragonServer()
                .jvm("-Xmx4g", "-XX:+UseParallelGC")
                .with("--appendfsync", "everysec")
                .start();
        redis = new RedisServer().with("--appendonly", "no").start();
    }

    @AfterEach
    void stop() {
        dragon.close();
        redis.close();
    }

    /** How one element of a collection is written: the command with its key, and what follows for each element. */
    private record Filling(String name, String head, String each) {}

    private static final List<Filling> ONE_LARGE = List.of(
            new Filling("list", "RPUSH large", "element:%d"),
            new Filling("hash", "HSET large", "field:%d value:%d"),
            new Filling("set", "SADD large", "member:%d"),
            new Filling("sorted set", "ZADD large", "%d member:%d"));

    @Test
    void memory() {
        List<String> table = new ArrayList<>();
        table.add(memory("hash of 3 fields", CollectionFiguresTest::bytesOfSmallHashes));
        for (Filling filling : ONE_LARGE) {
            table.add(memory("element of one " + filling.name, server -> bytesOfOne(server, filling)));
        }
        table.forEach(System.out::println);
    }

    private String memory(String what, ToLongFunction<TestServer> bytes) {
        double here = (double) bytes.applyAsLong(dragon) / ELEMENTS;
        double there = (double) bytes.applyAsLong(redis) / ELEMENTS;
        assertThat(here).isBetween(1.0, 3 * there);
        return String.format(
                "memory: bytes for each %s, %d of them: %.1f, redis-server %.1f", what, ELEMENTS, here, there);
    }

    private static long bytesOfOne(TestServer server, Filling filling) {
        fill(server, filling, ELEMENTS);
        try (RespConnection connection = server.connect()) {
            long bytes = connection.send("MEMORY USAGE large SAMPLES 0").integer();
            connection.send("FLUSHALL");
            return bytes;
        }
    }

    private static long bytesOfSmallHashes(TestServer server) {
        try (RespConnection connection = server.connect().timeout(Duration.ofMinutes(2))) {
            long before = info(connection, "memory", "used_memory:");
            for (int from = 0; from < ELEMENTS; from += AT_ONCE) {
                List<String> lines = new ArrayList<>();
                for (int i = from; i < Math.min(ELEMENTS, from + AT_ONCE); i++) {
                    lines.add("HSET user:" + i + " name n" + i + " visits " + i % 1000 + " city c" + i % 100);
                }
                connection.pipeline(lines);
            }
            // Tables are looked at once a second.
            assertThat(connection.isSilentFor(Duration.ofMillis(2_500))).isTrue();
            long bytes = info(connection, "memory", "used_memory:") - before;
            connection.send("FLUSHALL");
            return bytes;
        }
    }

    private static long info(RespConnection connection, String section, String field) {
        return connection
                .send("INFO " + section)
                .text()
                .lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.substring(field.length()).split("[,\r]")[0]))
                .findFirst()
                .orElseThrow();
    }

    private static void fill(TestServer server, Filling filling, int count) {
        try (RespConnection connection = server.connect().timeout(Duration.ofMinutes(2))) {
            for (int from = 0; from < count; from += AT_ONCE) {
                StringBuilder line = new StringBuilder(filling.head);
                for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                    line.append(' ').append(filling.each.replace("%d", Integer.toString(i)));
                }
                RespValue reply = connection.send(line.toString());
                assertThat(reply.marker()).as(reply.toString()).isEqualTo(':');
            }
        }
    }

    // ---- how long others wait

    @Test
    void removingAndReadingLargeOnes() throws Exception {
        for (int i = 0; i < 20; i++) {
            fill(dragon, ONE_LARGE.get(1), AT_ONCE);
            try (RespConnection connection = dragon.connect()) {
                connection.pipeline(List.of("HGETALL large", "UNLINK large", "FLUSHALL"));
            }
        }
        for (Filling filling : ONE_LARGE) {
            fill(dragon, filling, LARGE);
            waits(filling.name, "UNLINK large", true);
        }
        fill(dragon, ONE_LARGE.get(1), LARGE);
        waits("hash", "FLUSHALL", true);
        fill(dragon, ONE_LARGE.get(1), ELEMENTS);
        waits("hash of " + ELEMENTS, "HGETALL large", false);
        waits("hash of " + ELEMENTS, "UNLINK large", true);
        fill(dragon, ONE_LARGE.get(2), ELEMENTS);
        waits("set of " + ELEMENTS, "SMEMBERS large", false);
    }

    /** Executes a command while another client asks for a key again and again. */
    private void waits(String what, String command, boolean constantTime) throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        long[] longest = new long[1];
        Thread other = new Thread(() -> {
            try (RespConnection connection = dragon.connect()) {
                while (!done.get()) {
                    long start = System.nanoTime();
                    connection.send("GET other");
                    longest[0] = Math.max(longest[0], System.nanoTime() - start);
                }
            }
        });
        try (RespConnection connection = dragon.connect().timeout(Duration.ofMinutes(2))) {
            connection.send("CONFIG RESETSTAT");
            other.start();
            TimeUnit.MILLISECONDS.sleep(200);
            connection.send(command);
            TimeUnit.MILLISECONDS.sleep(200);
            done.set(true);
            other.join();
            String name = command.split(" ")[0].toLowerCase(Locale.ROOT);
            long micros = info(connection, "commandstats", "cmdstat_" + name + ":calls=1,usec=");
            System.out.printf(
                    "waits: %s, %s: the command took %d microseconds, another client waited %.1f ms at most%n",
                    what, command, micros, longest[0] / 1e6);
            if (constantTime) {
                assertThat(micros).isLessThan(LONGEST_COMMAND_MICROS);
                assertThat(longest[0]).isLessThan(TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS));
            }
        }
    }
}
