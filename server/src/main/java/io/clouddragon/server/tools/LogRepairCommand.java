package io.clouddragon.server.tools;

import io.clouddragon.storage.log.LogRepair;
import io.clouddragon.storage.log.LogReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description = "Ends a damaged log before the damage. Says what would be lost; does it only with --yes.",
        footer = {
            "",
            "What is cut is kept in .broken files. Restore a backup instead, if there is one.",
            "Status 0: the log is intact (now). Status 1: it is not."
        })
final class LogRepairCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Data directory. No server may have it.")
    private Path directory;

    @Option(names = "--yes", description = "Does it.")
    private boolean yes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr(), "Reading", "bytes");
        try (DataDirectory data = DataDirectory.open(directory)) {
            LogRepair repair = LogRepair.plan(data.disk(), new LogVerifyCommand.Decoding(progress));
            progress.end();
            if (repair.damage() == null) {
                out.println("OK: intact; nothing to repair");
                return ExitCode.OK;
            }
            out.println("DAMAGED: " + repair.damage().file() + " at offset "
                    + repair.damage().offset() + ": " + repair.damage().reason());
            out.println(yes && repair.isPossible() ? "Repair:" : "Repair would:");
            repair.steps().forEach(step -> out.println("  - " + step));
            if (!repair.isPossible()) {
                out.println("Nothing can be repaired here: restore a backup.");
                return ExitCode.SOFTWARE;
            }
            if (!yes) {
                out.println("Nothing has been changed. To do it: dragon log repair " + directory + " --yes");
                return ExitCode.SOFTWARE;
            }
            repair.apply();
            LogVerifyCommand.print(LogReport.read(data.disk(), new LogVerifyCommand.Decoding(progress)), out);
            return ExitCode.OK;
        }
    }
}
