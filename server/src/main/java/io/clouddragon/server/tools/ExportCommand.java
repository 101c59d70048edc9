package io.clouddragon.server.tools;

import io.clouddragon.server.script.FunctionLibraries;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.log.NioDisk;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes all databases of a data directory as lines of JSON.",
        footer = {
            "",
            "Libraries of functions, keys with versions and deadlines, held locks, used idempotency ids: the state at the",
            "end of the log.",
            "Keys that have expired meanwhile are left out. The directory is not changed.",
            "Of a running server: dragon backup, then export from the backup."
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Data directory, or a backup. No server may have it.")
    private Path directory;

    @Option(names = "--out", paramLabel = "FILE", description = "New file to write. Default: the standard output.")
    private Path file;

    @Spec
    private CommandSpec spec;

    private Progress progress;
    private long total;

    @Override
    public Integer call() throws IOException {
        PrintWriter messages = spec.commandLine().getErr();
        Progress loading = new Progress(messages, "Loading", "bytes");
        Engine engine =
                Engine.openReadOnly(NioDisk.existing(directory), new EngineOptions(0, 0, Integer.MAX_VALUE), loading);
        try {
            loading.end();
            progress = new Progress(messages, "Exporting", "entries");
            // Not System.out, which hides that it could not write.
            long entries = file == null ? write(engine, new FileOutputStream(FileDescriptor.out)) : writeFile(engine);
            progress.end();
            messages.printf("exported %,d entries, revision %,d%n", entries, engine.revision());
            return ExitCode.OK;
        } finally {
            engine.log().abandon();
        }
    }

    /** When this returns, the file is on disk. When it fails, none is left. */
    private long writeFile(Engine engine) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                long entries = write(engine, out);
                channel.force(true);
                return entries;
            } catch (IOException e) {
                Files.delete(file);
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
    }

    private long write(Engine engine, OutputStream out) throws IOException {
        long now = System.currentTimeMillis();
        engine.advance(engine.engineMillis(), now);
        StateEntry.Origin origin = new StateEntry.Origin(engine.revision(), engine.engineMillis());
        try (StateFile.Writer writer = new StateFile.Writer(out, origin, now)) {
            List<Database> databases = new ArrayList<>(engine.databases().existing());
            databases.add(0, engine.databases().get(FunctionLibraries.DATABASE));
            for (Database database : databases) {
                total += database.size() + database.lockCount();
            }
            for (Database database : databases) {
                for (Tx.Space space : Tx.Space.values()) {
                    engine.transact(tx -> write(tx, database, space, writer));
                }
            }
            writer.end();
            return writer.entries();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void write(Tx tx, Database database, Tx.Space space, StateFile.Writer writer) {
        long cursor = 0;
        do {
            cursor = tx.scan(database, space, cursor, entry -> {
                try {
                    writer.entry(database.name(), space, entry);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            progress.at(writer.entries(), total);
        } while (cursor != 0);
    }
}
