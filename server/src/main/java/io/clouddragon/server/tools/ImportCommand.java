package io.clouddragon.server.tools;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Fills a data directory from a file of dragon export.",
        footer = {
            "",
            "Into a new directory: exactly as it was, with versions, handles and what is left of leases.",
            "Into one with data: keys are replaced and get new versions; locks that are free are taken anew;",
            "locks and idempotency ids that are there stay."
        })
final class ImportCommand implements Callable<Integer> {
    private static final int BATCH_ENTRIES = 1000;
    private static final long BATCH_BYTES = 4L << 20;

    @Parameters(paramLabel = "FILE", description = "Written by dragon export.")
    private Path file;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "Data directory. No server may have it.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter messages = spec.commandLine().getErr();
        long size = Files.size(file);
        try (InputStream in = Files.newInputStream(file);
                CountingStream counted = new CountingStream(in);
                StateFile.Reader reader = new StateFile.Reader(new BufferedInputStream(counted, 1 << 16));
                ImportTarget target =
                        ImportTarget.of(directory, reader.origin(), new Progress(messages, "Loading", "bytes"))) {
            Progress progress = new Progress(messages, "Importing", "bytes");
            long entries = 0;
            for (List<StateEntry> batch = batch(reader); !batch.isEmpty(); batch = batch(reader)) {
                target.add(batch);
                entries += batch.size();
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
            bytes += entry.stored().length();
        }
        return batch;
    }
}
