package io.clouddragon.compat.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;

/**
 * Libraries of other languages, as scripts in {@code src/test/node} and {@code src/test/python} that fail by themselves.
 * {@code .ci/run} installs what they need; elsewhere {@code npm install} in the former, and Debian's python3-redis.
 */
class OtherLanguagesTest {
    static final Path NODE = Path.of("src/test/node");
    private static final Path PYTHON = Path.of("src/test/python");
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int PROCESSES = 3;
    private static final int ROUNDS = 40;

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @Test
    void ioredisAndNodeRedisWorkUnchanged() throws IOException {
        assertThat(run(node("clients.mjs")).output().strip()).endsWith("ok");
    }

    @Test
    void redisPyWorksUnchanged() throws IOException {
        assertThat(run(python("clients.py")).output().strip()).endsWith("ok");
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void redlockKeepsProcessesApart() throws Exception {
        contend("redlock", node("locks.mjs", Integer.toString(ROUNDS)));
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void redisPysLockKeepsProcessesApart() throws Exception {
        contend("pylock", python("locks.py", Integer.toString(ROUNDS)));
    }

    private static void contend(String lock, List<String> command) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
        try (Jedis jedis = new Jedis("127.0.0.1", server.port())) {
            List<Callable<Void>> processes = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(() -> {
                    run(command);
                    return null;
                });
            }
            for (Future<Void> process : threads.invokeAll(processes)) {
                process.get();
            }
            assertThat(jedis.get(lock + ":violations")).isNull();
            assertThat(jedis.get(lock + ":total")).isEqualTo(Integer.toString(PROCESSES * ROUNDS));
        } finally {
            threads.shutdownNow();
        }
    }

    private static Tools.Finished run(List<String> command) throws IOException {
        Tools.Finished finished = Tools.run(new byte[0], LIMIT, command);
        assertThat(finished.status())
                .as("%s printed:%n%s", command, finished.output())
                .isZero();
        return finished;
    }

    private static List<String> node(String script, String... arguments) {
        return command(nodeWithLibraries(), NODE, script, arguments);
    }

    private static List<String> python(String script, String... arguments) throws IOException {
        return command(pythonWithLibrary(), PYTHON, script, arguments);
    }

    private static List<String> command(Path program, Path directory, String script, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), directory.resolve(script).toString(), Integer.toString(server.port())));
        command.addAll(List.of(arguments));
        return command;
    }

    static Path nodeWithLibraries() {
        requireLibrary("node_modules", Files.isDirectory(NODE.resolve("node_modules")));
        return Tools.require("node");
    }

    static Path pythonWithLibrary() throws IOException {
        // Debian's, which has Debian's python3-redis; another one may come first in the path.
        Path python = Path.of("/usr/bin/python3");
        boolean hasLibrary = Files.isExecutable(python)
                && Tools.run(new byte[0], LIMIT, List.of(python.toString(), "-c", "import redis"))
                                .status()
                        == 0;
        requireLibrary("python3-redis", hasLibrary);
        return python;
    }

    private static void requireLibrary(String what, boolean isThere) {
        if ("true".equals(System.getenv("CI"))) {
            assertThat(isThere).as("%s must be installed in CI", what).isTrue();
        }
        Assumptions.assumeTrue(isThere, what + " is not installed");
    }
}
