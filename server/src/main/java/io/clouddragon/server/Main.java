package io.clouddragon.server;

import io.clouddragon.server.config.CommandLineOptions;
import io.clouddragon.server.config.ConfigurationException;
import io.clouddragon.server.config.FileFailure;
import io.clouddragon.server.config.PlainCommandLine;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.tools.Tools;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program's entry: reads the command line, starts the server, and stops it when the process is told to end.
 *
 * <p>Exit status: 0 after SIGTERM, SIGINT or SHUTDOWN; 1 when the server could not start or stop; 2 when command line or
 * configuration are wrong. A failed sync ends the process elsewhere, with a status of its own.
 */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    /** How Netty looks for leaked buffers. Its default, stack traces for one in 128, is 4 % of the event loop's time. */
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    @FunctionalInterface
    private interface SettingsSource {
        Settings settings() throws ConfigurationException;
    }

    private Main() {}

    public static void main(String[] args) {
        if (System.getProperty(LEAK_DETECTION) == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
        PlainCommandLine plain = PlainCommandLine.read(args);
        System.exit(
                plain == null
                        ? commandLine().execute(args)
                        : serve(plain::settings, new PrintWriter(System.err, true)));
    }

    static CommandLine commandLine() {
        CommandSpec spec = CommandSpec.create().name("dragon").mixinStandardHelpOptions(true);
        spec.versionProvider(() -> new String[] {"Cloud Dragon " + version()});
        spec.usageMessage()
                .description(
                        "Durable synchronisation server: locks, versioned keys and counters, over the Redis protocol"
                                + " and HTTP.")
                .sortOptions(false)
                .sortSynopsis(false)
                .abbreviateSynopsis(true)
                .footer("", "A password goes into a file: --requirepass-file. All settings: docs/configuration.md.");
        CommandLineOptions.addTo(spec);
        CommandLine dragon = new CommandLine(spec);
        Tools.addTo(dragon);
        dragon.setParameterExceptionHandler(Main::explain);
        return dragon.setExecutionStrategy(Main::run);
    }

    /** What is wrong stays in sight: the server's options fill many screens, a tool's do not. */
    private static int explain(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter errors = command.getErr();
        errors.println(command.getColorScheme().errorText(wrong.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(wrong, errors)) {
            if (command.getParent() == null) {
                errors.println("dragon --help lists the options");
            } else {
                command.usage(errors);
            }
        }
        return ExitCode.USAGE;
    }

    private static int run(ParseResult parsed) {
        Integer helpStatus = CommandLine.executeHelpRequest(parsed);
        if (helpStatus != null) {
            return helpStatus;
        }
        if (parsed.hasSubcommand()) {
            Logging.configureForTools();
            int status = new RunLast().execute(parsed);
            if (System.out.checkError()) {
                System.err.println("dragon: the standard output could not be written");
                return ExitCode.SOFTWARE;
            }
            return status;
        }
        return serve(
                () -> CommandLineOptions.settings(parsed),
                parsed.commandSpec().commandLine().getErr());
    }

    /**
     * Returns when the server could not be started; else the process ends first, by a signal or by {@link System#exit}: then
     * the server is stopped by a shutdown hook. The JVM would report 128 + the signal's number; a server that was asked to end
     * and did it well reports 0, hence the halt. Nothing is lost by it: this is the only shutdown hook. Since {@link
     * System#exit} waits for the hook and the hook for the server's threads, none of those may call it: SHUTDOWN does so from a
     * thread of its own.
     */
    private static int serve(SettingsSource source, PrintWriter errors) {
        Settings settings;
        try {
            settings = source.settings();
            Logging.configure(settings);
        } catch (ConfigurationException | IllegalArgumentException e) {
            errors.println(e.getMessage());
            return ExitCode.USAGE;
        }
        settings.notices().forEach(LOG::warn);
        Thread.setDefaultUncaughtExceptionHandler(Main::threadEnded);
        AtomicReference<Server> running = new AtomicReference<>();
        Thread stop = new Thread(() -> stopAndHalt(running.get()), "shutdown");
        Runtime.getRuntime().addShutdownHook(stop);
        int status = start(settings, running);
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            LOG.debug("A signal came at the same time: the hook is at work", e);
        }
        return status;
    }

    /** Each thread is there for something: a server that has lost one to an error would serve on as half of itself. */
    private static void threadEnded(Thread thread, Throwable failure) {
        boolean isFatal = failure instanceof Error;
        try {
            LOG.error(
                    "{}",
                    isFatal ? "The server ends with status " + Server.EXIT_LOOP_ENDED : thread.getName(),
                    failure);
        } finally {
            if (isFatal) {
                Runtime.getRuntime().halt(Server.EXIT_LOOP_ENDED);
            }
        }
    }

    /** Returns when the server could not be started; else the process ends first. */
    private static int start(Settings settings, AtomicReference<Server> running) {
        try {
            Server server = Server.start(settings);
            running.set(server);
            server.logReady();
            // The server's threads work from here on; the process ends by a signal or by SHUTDOWN.
            Thread.currentThread().join();
            return ExitCode.OK;
        } catch (IOException e) {
            // A directory, a port, a damaged log: nothing that a place in the program would explain.
            LOG.error("Cannot start: {}", FileFailure.text(e));
            LOG.debug("Where that was found", e);
            return ExitCode.SOFTWARE;
        } catch (OutOfMemoryError e) {
            LOG.error("Cannot start: the data needs more memory than the JVM has (-Xmx in DRAGON_JAVA_OPTS)");
            return ExitCode.SOFTWARE;
        } catch (Exception e) {
            LOG.error("Cannot start: {}", e.getMessage(), e);
            return ExitCode.SOFTWARE;
        }
    }

    /** @param server null while it is starting: it has promised nothing yet, and what it reads is on disk */
    private static void stopAndHalt(Server server) {
        int status = ExitCode.SOFTWARE;
        try {
            if (server == null) {
                LOG.info("Stopped while starting");
            } else {
                server.stop();
            }
            status = ExitCode.OK;
        } catch (RuntimeException e) {
            LOG.error("Could not stop cleanly", e);
        } finally {
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
    }
}
