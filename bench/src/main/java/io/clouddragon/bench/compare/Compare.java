package io.clouddragon.bench.compare;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.clouddragon.bench.load.Control;
import io.clouddragon.bench.load.Load;
import io.clouddragon.bench.load.Programs;
import io.clouddragon.bench.load.Sample;
import io.clouddragon.bench.load.Scale;
import io.clouddragon.bench.load.Streams;
import io.clouddragon.bench.load.UnknownCommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures Cloud Dragon beside Redis on this machine. Each row is run on every server in turn, round after round, each round
 * beginning with another server, so that what the machine does besides meets all of them; only one is under load at a time.
 */
@Command(
        name = "bench/compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures Cloud Dragon beside Redis on this machine; prints a table, writes table, JSON and pictures.")
public final class Compare implements Callable<Integer> {
    /** Times the requests of other rounds. A JVM compiles in its first seconds of a load; servers run for weeks. */
    private static final int WARM_UP = 4;
    /** What a server that was just started is given to do before its first row. */
    private static final List<Load> FIRST_LOADS = List.of(
            Programs.redisBenchmark("-t set,get,incr,lpush,rpop,sadd,hset,zadd,mset,lrange_100 -r 100000 -c 50 -n 50%"),
            Programs.redisBenchmark("-t set,get,incr -r 100000 -c 50 -P 16 -n 400%"));

    @Option(names = "--rounds", defaultValue = "5", description = "After one not measured (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--requests",
            defaultValue = "100000",
            description = "Of redis-benchmark with 50 clients; other rows in proportion (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            description = "How long a row of other generators measures (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--keys",
            defaultValue = "5000000",
            description = "Of rows about a large state (default: ${DEFAULT-VALUE}).")
    private int keys;

    @Option(
            names = "--warm-up",
            defaultValue = "30",
            description = "Seconds of load for a server that was just started (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--waiters", defaultValue = "10000", description = "Waiting clients (default: ${DEFAULT-VALUE}).")
    private int waiters;

    @Option(
            names = "--rows",
            defaultValue = "",
            description = "A regular expression: only rows whose name has it (default: all).")
    private Pattern wanted;

    @Option(
            names = "--minutes",
            defaultValue = "240",
            description = "No row is begun after that long (default: ${DEFAULT-VALUE}).")
    private long minutes;

    @Option(names = "--list", description = "Print the rows and their goals, and exit.")
    private boolean list;

    @Option(
            names = "--quick",
            description =
                    "2 rounds, 20000 requests, 1 second, 100000 keys, 1000 waiters, 2 seconds to warm up: to see that it works.")
    private boolean quick;

    @Option(names = "--home", hidden = true, required = true)
    private Path home;

    @Option(names = "--out", description = "Where results go (default: bench/target/compare).")
    private Path out;

    private final Map<Row, Map<ServerKind, Figures>> results = new LinkedHashMap<>();
    private final Map<Row.Disk, List<ServerProcess>> servers = new EnumMap<>(Row.Disk.class);
    private Path data;
    private Scale scale;

    public static void main(String[] args) {
        // What the client libraries tell is not part of the report.
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (quick) {
            rounds = 2;
            requests = 20_000;
            seconds = 1;
            keys = 100_000;
            waiters = 1_000;
            warmUp = 2;
        }
        scale = new Scale(requests, seconds, keys, waiters);
        List<Row> rows = Rows.all(keys).stream()
                .filter(row -> wanted.matcher(row.name()).find())
                .toList();
        if (list) {
            rows.forEach(
                    row -> System.out.println(row.name() + " | " + row.goal().text(row.unit())));
            return 0;
        }
        if (rows.isEmpty()) {
            System.err.println("no row's name has " + wanted);
            return 2;
        }
        out = out == null ? home.resolve("bench/target/compare") : out;
        Files.createDirectories(out);
        data = Files.createTempDirectory(out.toAbsolutePath(), "data-");
        Thread ending = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(ending);
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        for (Row row : rows) {
            if (System.nanoTime() > deadline) {
                System.err.println("The time is over: rows from \"" + row.name() + "\" on are left out.");
                break;
            }
            measure(row);
        }
        Report report = new Report(results, rounds, home);
        report.write(out);
        Charts.write(results, out);
        System.out.println(report.markdown());
        System.err.println("In " + out + ": compare.md, compare.json, compare.svg, curves.svg");
        return 0;
    }

    private void measure(Row row) throws Exception {
        System.err.println(row.name());
        Map<ServerKind, Figures> figures = new EnumMap<>(ServerKind.class);
        for (ServerKind kind : ServerKind.values()) {
            figures.put(kind, new Figures());
        }
        results.put(row, figures);
        List<ServerProcess> targets = servers(row.disk());
        for (ServerProcess target : targets) {
            if (row.renewed()) {
                target.renew();
            }
            target.revive();
            if (!row.renewed() && target.isNew()) {
                warmUp(target);
            }
            prepare(row, target);
        }
        for (int round = 0; round <= rounds; round++) {
            for (int turn = 0; turn < targets.size(); turn++) {
                ServerProcess target = targets.get((round + turn) % targets.size());
                run(row, target, round, figures.get(target.kind()));
            }
        }
    }

    /** Servers run for weeks: what is measured is not the first minute. */
    private void warmUp(ServerProcess target) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUp);
        while (System.nanoTime() < deadline) {
            for (Load load : FIRST_LOADS) {
                load.run(target, scale);
            }
        }
        target.warmedUp();
    }

    /** Empty, or with the keys that the row needs: those may be there already, when the last row needed them too. */
    private void prepare(Row row, ServerProcess target) throws IOException {
        try (Control control = new Control(target.port())) {
            if (row.filledKeys() == 0 || Integer.parseInt(control.ask("DBSIZE")) > row.filledKeys()) {
                control.ask("FLUSHALL");
            }
        }
        if (row.filledKeys() > 0) {
            Streams.fill(target, row.filledKeys(), row.filledBytes());
        }
    }

    /** Round 0 warms up, longer than others. What a server cannot do is noted once, and not tried again. */
    private void run(Row row, ServerProcess target, int round, Figures figures) {
        if (!figures.note().isEmpty()) {
            return;
        }
        try {
            Sample sample = row.load().run(target, round == 0 ? scale.times(WARM_UP) : scale);
            if (round > 0 && sample != null) {
                figures.add(sample);
            }
        } catch (UnknownCommandException e) {
            figures.note("unknown command");
        } catch (Exception e) {
            figures.note("failed");
            System.err.println("  " + target.kind().title + ": " + e);
            target.tellIfDead();
        }
    }

    private List<ServerProcess> servers(Row.Disk disk) throws IOException, InterruptedException {
        List<ServerProcess> those = servers.get(disk);
        if (those == null) {
            Map<String, String> environment = disk == Row.Disk.SLOW ? SlowDisk.environment(home, out) : Map.of();
            those = new ArrayList<>();
            servers.put(disk, those);
            for (ServerKind kind : ServerKind.values()) {
                Path directory = data.resolve((disk + "-" + kind).toLowerCase(Locale.ROOT));
                ServerProcess server = new ServerProcess(kind, home, directory, environment);
                those.add(server);
                server.start();
            }
        }
        return those;
    }

    /** Ends what this run started, and removes its data. */
    private void end() {
        for (List<ServerProcess> those : servers.values()) {
            for (ServerProcess server : those) {
                try {
                    server.close();
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                }
            }
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }
}
