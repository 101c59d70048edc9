package io.clouddragon.server.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.log.LogReport;
import io.clouddragon.storage.log.RecordKind;
import io.clouddragon.storage.log.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = "Shows the records of a log: revision, engine clock, place, and what each did.",
        footer = {"", "Of a damaged log everything before the damage is shown; the status is then 1."})
final class LogDumpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Data directory, or a backup. No server may have it.")
    private Path directory;

    @Option(names = "--from", paramLabel = "REVISION", description = "First revision to show.")
    private long from;

    @Option(names = "--to", paramLabel = "REVISION", description = "Last revision to show.")
    private long to = Long.MAX_VALUE;

    @Option(names = "--snapshot", description = "Shows what is in the snapshot, too.")
    private boolean snapshot;

    @Option(names = "--json", description = "One JSON object for each record, values whole.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (DataDirectory data = DataDirectory.open(directory)) {
            LogReport.read(data.disk(), asJson ? new AsJson(out) : new AsText(out));
            return ExitCode.OK;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            out.flush();
        }
    }

    private boolean isShown(long revision) {
        return revision >= from && revision <= to;
    }

    private static String word(RecordKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A line for the record, an indented one for each of its effects. */
    private final class AsText implements Replay {
        private final EffectPrinter printer = new EffectPrinter();
        private final PrintWriter out;

        AsText(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void snapshotItem(ByteSource item) {
            while (item.remaining() > 0) {
                printer.read(item);
                if (snapshot) {
                    out.println("snapshot: " + printer.text());
                }
            }
        }

        @Override
        public void read(
                String file, long offset, RecordKind kind, long revision, long engineMillis, ByteSource payload) {
            if (isShown(revision)) {
                out.println(
                        revision + " " + word(kind) + ", engine ms " + engineMillis + ", " + file + " at " + offset);
            }
            while (payload.remaining() > 0) {
                printer.read(payload);
                if (isShown(revision)) {
                    out.println("    " + printer.text());
                }
            }
        }

        @Override
        public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {}
    }

    /** An object and a line for each record, with an array of effects. */
    private final class AsJson implements Replay {
        private final EffectPrinter printer = new EffectPrinter();
        private final PrintWriter out;
        private final JsonGenerator json;

        AsJson(PrintWriter out) throws IOException {
            this.out = out;
            json = new JsonFactory().createGenerator(out);
            json.setRootValueSeparator(null);
        }

        @Override
        public void snapshotItem(ByteSource item) {
            try {
                if (snapshot) {
                    json.writeStartObject();
                    json.writeStringField("kind", "snapshot");
                    json.writeFieldName("effects");
                    json.writeStartArray();
                }
                while (item.remaining() > 0) {
                    printer.read(item);
                    if (snapshot) {
                        printer.json(json);
                    }
                }
                if (snapshot) {
                    endLine();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void read(
                String file, long offset, RecordKind kind, long revision, long engineMillis, ByteSource payload) {
            try {
                if (isShown(revision)) {
                    begin(file, offset, kind, revision, engineMillis);
                }
                while (payload.remaining() > 0) {
                    printer.read(payload);
                    if (isShown(revision)) {
                        printer.json(json);
                    }
                }
                if (isShown(revision)) {
                    endLine();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void begin(String file, long offset, RecordKind kind, long revision, long engineMillis)
                throws IOException {
            json.writeStartObject();
            json.writeNumberField("revision", revision);
            json.writeNumberField("engineMillis", engineMillis);
            json.writeStringField("kind", word(kind));
            json.writeStringField("file", file);
            json.writeNumberField("offset", offset);
            json.writeFieldName("effects");
            json.writeStartArray();
        }

        private void endLine() throws IOException {
            json.writeEndArray();
            json.writeEndObject();
            json.flush();
            out.println();
        }

        @Override
        public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {}
    }
}
