package io.clouddragon.server.tools;

import io.clouddragon.storage.bytes.ByteSource;
import io.clouddragon.storage.engine.Effect;
import io.clouddragon.storage.log.LogDamagedException;
import io.clouddragon.storage.log.LogReport;
import io.clouddragon.storage.log.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks manifest, snapshot and every record of a log, and changes nothing.",
        footer = {"", "Status 0: a server would start with all of it. Status 1: it would refuse."})
final class LogVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Data directory, or a backup. No server may have it.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), "Verifying", "bytes");
        try (DataDirectory data = DataDirectory.open(directory)) {
            LogReport report = LogReport.read(data.disk(), new Decoding(progress));
            progress.end();
            print(report, out);
            return ExitCode.OK;
        } catch (LogDamagedException e) {
            progress.end();
            out.println("DAMAGED: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    static void print(LogReport report, PrintWriter out) {
        if (report.hasSnapshot()) {
            out.println("snapshot  revision " + report.snapshot() + ", " + report.snapshotItems() + " items");
        } else {
            out.println("snapshot  none");
        }
        out.println("log       " + report.records() + " transactions, " + report.marks() + " marks, in "
                + report.segments() + " segments, up to revision " + report.revision());
        if (report.tornFile() != null) {
            out.println("torn      " + report.tornFile() + " ends with a write that was never acknowledged, offsets "
                    + report.tornFrom() + " to " + report.tornEnd() + ": the next start cuts it");
        }
        out.println(
                "OK: intact; " + (report.endsWithMark() ? "idle or shut down" : "stopped in the middle of writing"));
    }

    /** Decodes every effect and keeps none. */
    static final class Decoding implements Replay {
        private final Effect effect = new Effect();
        private final Progress progress;

        Decoding(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void snapshotItem(ByteSource item) {
            effect.read(item);
        }

        @Override
        public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {
            while (payload.remaining() > 0) {
                effect.read(payload);
            }
        }

        @Override
        public void progress(long bytesRead, long bytesTotal, long records) {
            progress.at(bytesRead, bytesTotal);
        }
    }
}
