package io.clouddragon.compat.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.clouddragon.compat.harness.DragonServer;
import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RedisCli;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Check 9 of the design: ten thousand clients wait for one lock, and for one key at either door. All are served, those of the
 * lock in order of arrival, and nothing is left behind. Prints times, and how the server's resident memory grew, each time from
 * a fresh start: an upper bound for what connections and waiters take, because garbage not yet collected is in it.
 *
 * <p>{@code -Dwaiters=N} sets the number; where the limit of open files does not carry it (client and server are processes
 * of their own, each with all the connections) it is lowered, and that is printed.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ManyWaitersTest {
    private static final int REST_MILLIS = 500;
    private static final long MOST_BUSY_MILLIS_AT_REST = 100;
    private static final Pattern JVM_THREAD = Pattern.compile("(C1|C2|G1|GC|VM) ");

    private static final int DEFAULT_WAITERS = 10_000;
    /** Open files that both processes need besides the connections. */
    private static final int OTHER_FILES = 500;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private int waiters;
    private DragonServer server;
    private RespConnection control;
    private long residentKib;

    @BeforeEach
    void start() throws IOException {
        Target.requireDragon();
        waiters = Integer.getInteger("waiters", DEFAULT_WAITERS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            int carried = (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount()) - OTHER_FILES;
            if (carried < waiters) {
                print("only %d waiters instead of %d: limit of open files (ulimit -n)", carried, waiters);
                waiters = carried;
            }
        }
        server = new DragonServer().jvm("-Xmx512m").start();
        control = server.connect().timeout(LIMIT);
        control.send("PING");
        residentKib = residentKib();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            control.close();
            assertThat(server.terminate()).isZero();
            server.close();
        }
    }

    @Test
    void waitersForALockAreServedInOrderOfArrival() throws Exception {
        long handleBefore = control.send("DRAGON.LOCK gate EX 600").item(0).integer();
        try (Crowd crowd = new Crowd(server.port(), waiters)) {
            roundTrips(crowd, "PING");
            memory("connection");
            byte[] lock = command("DRAGON.LOCK gate EX 600 WAIT 600000");
            long began = System.nanoTime();
            for (int i = 0; i < waiters; i++) {
                crowd.send(i, lock);
                awaitQueue(i + 1);
            }
            print("%d waiters for a lock queued in %d ms", waiters, millisSince(began));
            memory("waiter for a lock");

            long[] handles = new long[waiters];
            int[] served = {0};
            began = System.nanoTime();
            control.send("DRAGON.UNLOCK gate " + handleBefore);
            crowd.await(2 * waiters, LIMIT, ManyWaitersTest::isWholeReply, (i, reply) -> {
                if (reply.startsWith("*2")) {
                    handles[i] = Long.parseLong(reply.split("\r\n")[1].substring(1));
                    assertThat(i).as("next in line").isEqualTo(served[0]++);
                    crowd.send(i, command("DRAGON.UNLOCK gate " + handles[i]));
                } else {
                    assertThat(reply).isEqualTo(":1\r\n");
                }
            });
            long took = millisSince(began);
            print("%d hand-overs in a chain in %d ms: %d/s", waiters, took, waiters * 1000L / took);
            for (int i = 0; i < waiters; i++) {
                assertThat(handles[i])
                        .as("handle of waiter %d", i)
                        .isGreaterThan(i == 0 ? handleBefore : handles[i - 1]);
            }
            assertNothingLeft();
        }
    }

    @Test
    void watchersOverRespAreAllToldOfOneChange() throws Exception {
        try (Crowd crowd = new Crowd(server.port(), waiters)) {
            roundTrips(crowd, "PING");
            memory("connection");
            byte[] watch = command("DRAGON.WATCH seen-by-all 0 600");
            for (int i = 0; i < waiters; i++) {
                crowd.send(i, watch);
            }
            // Answered behind everything that was sent before.
            control.send("PING");
            memory("watcher over RESP");

            long began = System.nanoTime();
            long version = control.send("DRAGON.SET seen-by-all news").integer();
            String expected = "*3\r\n$11\r\nseen-by-all\r\n:" + version + "\r\n$4\r\nnews\r\n";
            crowd.await(
                    waiters,
                    LIMIT,
                    text -> text.length() >= expected.length(),
                    (i, reply) -> assertThat(reply).isEqualTo(expected));
            print("%d watchers over RESP told within %d ms", waiters, millisSince(began));
            assertNothingLeft();
        }
    }

    @Test
    void longPollsOverHttpAreAllAnsweredByASetOverResp() throws Exception {
        try (Crowd crowd = new Crowd(server.httpPort(), waiters);
                HttpConnection http = HttpConnection.to(server.httpPort())) {
            byte[] warm = HttpConnection.encode("/db/0", "{}");
            for (int i = 0; i < waiters; i++) {
                crowd.send(i, warm);
            }
            crowd.await(
                    waiters,
                    LIMIT,
                    ManyWaitersTest::isWholeAnswer,
                    (i, answer) -> assertThat(answer).startsWith("HTTP/1.1 200 "));
            memory("connection");
            byte[] watch = HttpConnection.encode("/watch/0", "{\"ID\": \"polled\", \"Version\": 0, \"Wait\": 300}");
            for (int i = 0; i < waiters; i++) {
                crowd.send(i, watch);
            }
            assertThat(http.post("/db/0", "{}").status()).isEqualTo(200);
            memory("long-poll over HTTP");

            long began = System.nanoTime();
            assertThat(control.send("SET polled news").text()).isEqualTo("OK");
            crowd.await(
                    waiters,
                    LIMIT,
                    ManyWaitersTest::isWholeAnswer,
                    (i, answer) -> assertThat(answer)
                            .startsWith("HTTP/1.1 200 ")
                            .contains("\"Key\": \"polled\"")
                            .endsWith("\"Value\": \"news\"}"));
            print("%d long-polls over HTTP answered within %d ms", waiters, millisSince(began));
            assertNothingLeft();
        }
    }

    /** One command on every connection, so that what a connection needs once is not counted as the waiting's. */
    private static void roundTrips(Crowd crowd, String command) throws IOException {
        byte[] request = command(command);
        for (int i = 0; i < crowd.size(); i++) {
            crowd.send(i, request);
        }
        crowd.await(crowd.size(), LIMIT, ManyWaitersTest::isWholeReply, (i, reply) -> {});
    }

    private void awaitQueue(int length) {
        byte[] lockInfo = command("DRAGON.LOCKINFO gate");
        RespValue info;
        do {
            control.writeRaw(lockInfo);
            info = control.read();
        } while (info.item(7).integer() < length);
        assertThat(info.item(7).integer()).as("waiters").isEqualTo(length);
    }

    /** A line, or an array of integers. */
    private static boolean isWholeReply(StringBuilder text) {
        int lines = text.length() > 0 && text.charAt(0) == '*' ? 1 + text.charAt(1) - '0' : 1;
        for (int at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
            lines--;
        }
        return lines == 0;
    }

    /** An answer with a body that is a JSON object. */
    private static boolean isWholeAnswer(StringBuilder text) {
        return text.length() > 0 && text.charAt(text.length() - 1) == '}';
    }

    /** No lock is held, and the server has gone to rest while all the connections are still open. */
    private void assertNothingLeft() throws Exception {
        assertThat(control.send("DRAGON.LOCKS 0 COUNT 100000").item(1).items()).isEmpty();
        assertThat(control.send("DRAGON.LOCKINFO gate").isNull()).isTrue();
        long before = busyMillis();
        Thread.sleep(REST_MILLIS);
        assertThat(busyMillis() - before)
                .as("processor time in %d ms of rest, ms", REST_MILLIS)
                .isLessThan(MOST_BUSY_MILLIS_AT_REST);
    }

    /**
     * What the server's threads have used, but for those of the JVM itself: its compiler and its collector may be at it for
     * a while after such a crowd, and that tells nothing about the server. Fields of a thread as in proc(5), in ticks of 10 ms.
     */
    private long busyMillis() throws IOException {
        long ticks = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(server.pid()), "task"))) {
            for (Path thread : threads.toList()) {
                ticks += busyTicks(thread);
            }
        }
        return ticks * 10;
    }

    private static long busyTicks(Path thread) throws IOException {
        String stat;
        try {
            stat = Files.readString(thread.resolve("stat"));
        } catch (NoSuchFileException e) {
            return 0; // it has just ended
        }
        int end = stat.lastIndexOf(')');
        if (JVM_THREAD.matcher(stat.substring(stat.indexOf('(') + 1, end)).lookingAt()) {
            return 0;
        }
        String[] fields = stat.substring(end + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static byte[] command(String line) {
        return RespConnection.encode(RedisCli.split(line));
    }

    /** Prints how memory grew since the last call. */
    private void memory(String what) throws IOException {
        long before = residentKib;
        residentKib = residentKib();
        print("%d bytes of memory per %s", (residentKib - before) * 1024 / waiters, what);
    }

    /** Resident memory of the server; 0 where the system does not tell. */
    private long residentKib() throws IOException {
        Path status = Path.of("/proc", Long.toString(server.pid()), "status");
        if (Files.isReadable(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return 0;
    }

    private static long millisSince(long nanos) {
        return Math.max(1, (System.nanoTime() - nanos) / 1_000_000);
    }

    private static void print(String format, Object... arguments) {
        System.out.printf("ManyWaitersTest: " + format + "%n", arguments);
    }
}
