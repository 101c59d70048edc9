package io.clouddragon.compat.harness;

import io.clouddragon.resp.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A server as a process of its own: what users run, with real sockets and files.
 *
 * <p>It listens on free loopback ports, which stay the same over restarts, and keeps its data in a temporary directory (or
 * one given by {@link #dir(Path)}, which is then the caller's to delete). Configure, {@link #start}, and at the end
 * {@link #close}, which kills whatever still runs and deletes the temporary directory; a server that a test forgot dies with
 * the JVM. Not thread-safe, except {@link #output}, {@link #connect} and {@link #kill9}.
 */
public abstract class TestServer implements AutoCloseable {
    /** From the start of the process to its word "Ready". Generous: machines that run tests are busy. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final List<String> options = new ArrayList<>();
    private final StringBuffer output = new StringBuffer();
    private final int port = FreePorts.next();
    private Path dir;
    private boolean ownDir;
    private volatile Process process;
    private volatile CountDownLatch ready;
    private Thread outputReader;

    /** The program and its arguments, {@link #options} included. */
    protected abstract List<String> command();

    /** Adds command line options for the next start. */
    public TestServer with(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** The data directory to use in place of a temporary one; before the first {@link #start}. */
    public TestServer dir(Path directory) {
        dir = directory;
        return this;
    }

    /** Starts the process and returns when it serves. Starting again after a stop uses the same port and directory. */
    public TestServer start() {
        launch();
        awaitReady();
        return this;
    }

    /** Starts the process without waiting: for servers that are expected to refuse, or to be killed while they start. */
    public void launch() {
        if (running()) {
            throw new IllegalStateException("already running");
        }
        try {
            if (dir == null) {
                dir = Files.createTempDirectory("dragon-test-");
                ownDir = true;
            }
            process = new ProcessBuilder(command()).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        CountDownLatch seen = new CountDownLatch(1);
        outputReader = new Thread(() -> drain(process, seen), "output of " + this);
        outputReader.setDaemon(true);
        outputReader.start();
        ready = seen;
    }

    /** Returns when the launched server has said that it serves; fails with its output when it ended or took too long. */
    public void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try {
            while (!ready.await(5, TimeUnit.MILLISECONDS)) {
                if (!running()) {
                    outputReader.join(1_000);
                    throw new AssertionError(this + " ended with status " + process.exitValue() + ":\n" + output);
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(this + " is not ready after " + START_LIMIT + ":\n" + output);
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void drain(Process source, CountDownLatch seen) {
        try (var lines = new BufferedReader(new InputStreamReader(source.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.contains("Ready")) {
                    seen.countDown();
                }
            }
        } catch (IOException e) {
            output.append("(output lost: ").append(e).append(")\n");
        }
    }

    /** {@code kill -9}, and waits until the process is gone; nothing when it does not run. */
    public void kill9() {
        if (process != null) {
            process.destroyForcibly();
            awaitExit();
        }
    }

    /** {@code SIGTERM}: asks for a clean stop, waits for it and returns the exit status. */
    public int terminate() {
        process.toHandle().destroy();
        return awaitExit();
    }

    /** Waits until the process has ended by itself and returns its exit status. */
    public int awaitExit() {
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(this + " did not end within " + STOP_LIMIT + ":\n" + output);
            }
            outputReader.join(1_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    public final boolean running() {
        return process != null && process.isAlive();
    }

    /** A new connection to the Redis protocol's port. */
    public RespConnection connect() {
        return RespConnection.to(port);
    }

    /** The port of the Redis protocol. */
    public final int port() {
        return port;
    }

    public final Path dir() {
        return dir;
    }

    /** The process id of the running server. */
    public final long pid() {
        return process.pid();
    }

    /** Everything that the server has printed, over all its starts. */
    public final String output() {
        return output.toString();
    }

    protected final List<String> options() {
        return options;
    }

    /** Kills the server and deletes its temporary directory. */
    @Override
    public void close() {
        kill9();
        if (ownDir) {
            deleteTree(dir);
        }
    }

    private static void deleteTree(Path root) {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", e);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " on port " + port;
    }
}
