package io.clouddragon.server.tools;

import io.clouddragon.storage.log.LogReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Copies the data of a running server into a new directory, and checks every record of the copy.",
        footer = {
            "",
            "The server goes on serving. The copy has everything that was acknowledged when the command began.",
            "To be run on the server's machine, by a user who may read what the server writes."
        })
final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Directory to make.")
    private Path directory;

    @Option(
            names = "--from",
            paramLabel = "HOST:PORT",
            required = true,
            description = "The server's port for Redis clients.")
    private String server;

    @Mixin
    private RedisLogin login;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new IOException(target + " exists already");
        }
        Progress progress = new Progress(spec.commandLine().getErr(), "Checking the copy", "bytes");
        try (RedisClient redis = login.connect(server)) {
            redis.waitForEver();
            redis.call("DRAGON.BACKUP", target.toString());
        }
        try (DataDirectory data = DataDirectory.open(target)) {
            LogReport report = LogReport.read(data.disk(), new LogVerifyCommand.Decoding(progress));
            progress.end();
            PrintWriter out = spec.commandLine().getOut();
            LogVerifyCommand.print(report, out);
            return ExitCode.OK;
        }
    }
}
