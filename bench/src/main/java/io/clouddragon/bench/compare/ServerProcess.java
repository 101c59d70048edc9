package io.clouddragon.bench.compare;

import io.clouddragon.bench.load.Control;
import io.clouddragon.bench.load.Target;
import io.clouddragon.resp.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of the servers, as a process of its own with its data in a directory of its own. */
final class ServerProcess implements Target, AutoCloseable {
    private static final long START_SECONDS = 300;
    private static final long STOP_SECONDS = 60;

    private final ServerKind kind;
    private final List<String> command;
    private final Path directory;
    private final Path log;
    private final Map<String, String> environment;
    private final int port;
    private final int httpPort;
    private Process process;
    private boolean isNew;

    /** @param environment added to that of this process */
    ServerProcess(ServerKind kind, Path home, Path directory, Map<String, String> environment) throws IOException {
        this.kind = kind;
        this.environment = environment;
        this.directory = directory;
        Files.createDirectories(directory);
        log = directory.resolveSibling(directory.getFileName() + ".log");
        port = FreePorts.next();
        httpPort = kind == ServerKind.DRAGON ? FreePorts.next() : 0;
        command = kind == ServerKind.DRAGON
                ? List.of(
                        home.resolve("dragon").toString(),
                        "--port",
                        Integer.toString(port),
                        "--http-port",
                        Integer.toString(httpPort),
                        "--dir",
                        directory.toString(),
                        "--maxclients",
                        "15000",
                        "--auto-aof-rewrite-percentage",
                        "0")
                : List.of(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        directory.toString(),
                        "--maxclients",
                        "15000",
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        kind == ServerKind.ALWAYS ? "always" : "everysec",
                        "--auto-aof-rewrite-percentage",
                        "0");
    }

    ServerKind kind() {
        return kind;
    }

    @Override
    public void start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        isNew = true;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(kind.title + " did not start:\n" + Files.readString(log));
            }
        }
    }

    /** Ends it and deletes its data. */
    void renew() throws IOException {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.createDirectories(directory);
    }

    /** Starts it again when a row has been its end. */
    void revive() throws IOException {
        if (process == null || !process.isAlive()) {
            start();
        }
    }

    /** Whether it was started since {@link #warmedUp}. */
    boolean isNew() {
        return isNew;
    }

    void warmedUp() {
        isNew = false;
    }

    /** Prints what a server that has ended had to say. */
    void tellIfDead() {
        if (process != null && !process.isAlive()) {
            try {
                System.err.println(kind.title + " has ended:\n" + Files.readString(log));
            } catch (IOException e) {
                System.err.println(kind.title + " has ended; " + e.getMessage());
            }
        }
    }

    /** Redis answers while it loads, but with an error. */
    private boolean answers() {
        try (Control control = new Control(port)) {
            return control.ask("PING").equals("PONG");
        } catch (IOException e) {
            pause();
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() throws IOException {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int httpPort() {
        return httpPort;
    }

    @Override
    public boolean isDragon() {
        return kind == ServerKind.DRAGON;
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
