package io.clouddragon.compat.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.ServerExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * The locks of Java libraries keep several processes apart: none ever finds another in its critical section, and no
 * increment is lost. {@code -Dlibrary.rounds} sets how often each process takes each lock.
 */
class LibraryLocksTest {
    private static final int PROCESSES = 3;
    private static final int ROUNDS = Integer.getInteger("library.rounds", 20);
    private static final int LIMIT_SECONDS = 240;

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @TempDir
    Path outputs;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void oneProcessAtATimeIsInTheCriticalSection() throws Exception {
        long start = System.nanoTime();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(start(outputs.resolve("worker" + i)));
        }
        try {
            for (int i = 0; i < PROCESSES; i++) {
                Path output = outputs.resolve("worker" + i);
                boolean ended = processes.get(i).waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                assertThat(ended)
                        .as("worker %d ended; it printed:%n%s", i, Files.readString(output))
                        .isTrue();
                assertThat(processes.get(i).exitValue())
                        .as(Files.readString(output))
                        .isZero();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        verify((System.nanoTime() - start) / 1_000_000);
    }

    private static void verify(long millis) {
        int libraries = 0;
        long sections = 0;
        try (Jedis jedis = new Jedis("127.0.0.1", server.port())) {
            for (String library : Libraries.names()) {
                assertThat(jedis.get("violations:" + library)).as(library).isNull();
                assertThat(jedis.get("total:" + library)).as(library).isEqualTo(Integer.toString(PROCESSES * ROUNDS));
                libraries++;
                sections += Long.parseLong(jedis.get("total:" + library));
            }
        }
        System.out.printf(
                "LibraryLocksTest: %d locks, %d processes, %,d critical sections, overlaps 0, lost increments 0; %,d ms%n",
                libraries, PROCESSES, sections, millis);
    }

    private static Process start(Path output) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Worker.class.getName(),
                        Integer.toString(server.port()),
                        Integer.toString(PROCESSES),
                        Integer.toString(ROUNDS))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
