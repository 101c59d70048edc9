package io.clouddragon.server.tools;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Fills a data directory from a file of dragon export, or from Redis.",
        footer = {
            "",
            "A FILE into a new directory: exactly as it was, with versions, handles and what is left of leases.",
            "Into one with data: keys and libraries are replaced and get new versions; locks that are free are taken anew;",
            "locks and idempotency ids that are there stay.",
            "",
            "Status 1 also when something of Redis had to be left out; what, is said."
        })
final class ImportCommand implements Callable<Integer> {
    private static final int BATCH_ENTRIES = 1000;
    private static final long BATCH_BYTES = 4L << 20;

    @ArgGroup(multiplicity = "1")
    private Source source;

    /** Exactly one. */
    private static final class Source {
        @Parameters(paramLabel = "FILE", description = "Written by dragon export.")
        private Path file;

        @Option(names = "--from-redis", paramLabel = "HOST:PORT", description = "A Redis server, while it serves.")
        private String redis;

        @Option(
                names = "--from-aof",
                paramLabel = "PATH",
                description = "Redis' appendonlydir, a manifest in it, or a single append-only file.")
        private Path aof;
    }

    @Option(names = "--db", paramLabel = "N", description = "Redis: only this database. May be given several times.")
    private List<Integer> databases = new ArrayList<>();

    @Mixin
    private RedisLogin login;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "Data directory. No server may have it.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    private PrintWriter messages;

    @Override
    public Integer call() throws IOException {
        messages = spec.commandLine().getErr();
        if (source.redis != null) {
            return fromRedis();
        }
        return source.aof != null ? fromAof() : fromFile();
    }

    private Progress loading() {
        return new Progress(messages, "Loading", "bytes");
    }

    private int fromFile() throws IOException {
        if (Files.isDirectory(source.file)) {
            throw new IOException(source.file + " is a directory; dragon restore makes a data directory from a backup");
        }
        long size = Files.size(source.file);
        try (InputStream in = Files.newInputStream(source.file);
                CountingStream counted = new CountingStream(in);
                StateFile.Reader reader = new StateFile.Reader(new BufferedInputStream(counted, 1 << 16));
                ImportTarget target = ImportTarget.of(directory, reader.origin(), loading())) {
            Progress progress = new Progress(messages, "Importing", "bytes");
            long entries = 0;
            for (List<StateEntry> batch = batch(reader); !batch.isEmpty(); batch = batch(reader)) {
                target.add(batch);
                entries += batch.stream().filter(entry -> !entry.continues()).count();
                progress.at(counted.bytes(), size);
            }
            target.finish();
            progress.end();
            messages.printf("imported %,d entries in %.1f s%n", entries - target.kept(), progress.seconds());
            if (target.kept() > 0) {
                messages.printf("%,d locks and idempotency ids were there already and have been kept%n", target.kept());
            }
            return ExitCode.OK;
        }
    }

    private static List<StateEntry> batch(StateFile.Reader reader) throws IOException {
        List<StateEntry> batch = new ArrayList<>();
        long bytes = 0;
        while (batch.size() < BATCH_ENTRIES && bytes < BATCH_BYTES) {
            StateEntry entry = reader.next();
            if (entry == null) {
                break;
            }
            batch.add(entry);
            bytes += entry.bytes();
        }
        return batch;
    }

    // ---- Redis

    private int fromRedis() throws IOException {
        StateEntry.Origin none = new StateEntry.Origin(0, 0);
        try (RedisClient redis = login.connect(source.redis);
                ImportTarget target = new ImportTarget.ExistingDirectory(directory, none, loading())) {
            Progress progress = new Progress(messages, "Importing", "keys");
            RedisImport run = new RedisImport(redis, target, progress);
            run.run(databases);
            target.finish();
            progress.end();
            messages.printf("imported %,d keys in %.1f s%n", run.imported(), progress.seconds());
            if (run.libraries() > 0) {
                messages.printf("imported %,d libraries of functions%n", run.libraries());
            }
            return reportSkipped("keys of type", run.skipped()) ? ExitCode.SOFTWARE : ExitCode.OK;
        }
    }

    private int fromAof() throws IOException {
        List<Path> files = AofFiles.of(source.aof);
        AofImport run;
        double seconds;
        try (OfflineEngine engine = new OfflineEngine(directory, loading())) {
            Progress progress = new Progress(messages, "Importing", "bytes");
            run = new AofImport(engine, progress);
            run.run(files);
            progress.end();
            seconds = progress.seconds();
        }
        messages.printf("executed %,d commands in %.1f s%n", run.executed(), seconds);
        if (run.cutBytes() > 0) {
            messages.printf("the last command is cut off and left out: %,d bytes%n", run.cutBytes());
        }
        if (run.withoutExec() > 0) {
            messages.printf("the last transaction has no EXEC and is left out: %,d commands%n", run.withoutExec());
        }
        if (run.errors() > 0) {
            messages.printf("%,d commands were answered with an error%n", run.errors());
        }
        boolean incomplete = reportSkipped("commands", run.skipped()) || run.errors() > 0;
        return incomplete ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private boolean reportSkipped(String what, Map<String, Long> skipped) {
        skipped.forEach((name, count) -> messages.printf("left out: %,d %s %s%n", count, what, name));
        return !skipped.isEmpty();
    }
}
