package io.clouddragon.server.tools;

import io.clouddragon.server.config.FileFailure;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The list of subcommands. A tool ends with status 0 when all is well, 1 when it is not (the reason is on the standard
 * error), and 2 when the command line is wrong. What a tool found goes to the standard output, everything else to the
 * standard error.
 */
public final class Tools {
    private Tools() {}

    public static void addTo(CommandLine dragon) {
        dragon.addSubcommand(new CommandLine(new LogTools())
                .addSubcommand(new LogDumpCommand())
                .addSubcommand(new LogVerifyCommand())
                .addSubcommand(new LogRepairCommand()));
        dragon.addSubcommand(new BackupCommand());
        dragon.addSubcommand(new RestoreCommand());
        dragon.addSubcommand(new ExportCommand());
        dragon.addSubcommand(new ImportCommand());
        dragon.setExecutionExceptionHandler(Tools::failed);
    }

    @Command(name = "log", description = "Looks into the log of a data directory.", mixinStandardHelpOptions = true)
    private static final class LogTools implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "Missing: dump, verify or repair");
        }
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        String text = failure instanceof IOException io ? FileFailure.text(io) : failure.getMessage();
        command.getErr().println("dragon: " + (text == null ? failure.toString() : text));
        return ExitCode.SOFTWARE;
    }
}
