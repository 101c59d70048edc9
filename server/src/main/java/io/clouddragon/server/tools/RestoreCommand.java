package io.clouddragon.server.tools;

import io.clouddragon.storage.log.LogCopy;
import io.clouddragon.storage.log.LogReport;
import io.clouddragon.storage.log.NioDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Makes a data directory from a backup, and checks every record of both.")
final class RestoreCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BACKUP", description = "A backup, or a data directory that no server has.")
    private Path backup;

    @Parameters(index = "1", paramLabel = "DIR", description = "Data directory to make: absent, or empty.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Progress progress = new Progress(spec.commandLine().getErr(), "Copying", "bytes");
        try (DataDirectory source = DataDirectory.open(backup)) {
            LogReport.read(
                    source.disk(),
                    new LogVerifyCommand.Decoding(
                            new Progress(spec.commandLine().getErr(), "Checking the backup", "bytes")));
            NioDisk target = DataDirectory.create(directory);
            LogReport report = LogCopy.copy(source.disk(), target, bytes -> progress.at(bytes, 0));
            progress.end();
            LogVerifyCommand.print(report, spec.commandLine().getOut());
            return ExitCode.OK;
        }
    }
}
