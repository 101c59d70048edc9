package io.clouddragon.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import io.clouddragon.server.config.LogLevel;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * The server log: {@link LoggingConfigurator} says how it looks, {@code loglevel} and {@code logfile} how much goes where. The
 * level follows CONFIG SET at once. Libraries keep the level given there.
 */
final class Logging {
    private static final String OWN_PACKAGES = "io.clouddragon";

    private Logging() {}

    /** @throws IllegalArgumentException when the log file cannot be written */
    static void configure(Settings settings) {
        setLevel(settings.loglevel());
        settings.onChange(Setting.LOGLEVEL, () -> setLevel(settings.loglevel()));
        if (!settings.logfile().isEmpty()) {
            writeTo(Path.of(settings.logfile()));
        }
    }

    /** Only what is wrong, and on the standard error: the standard output is for what a tool finds. */
    static void configureForTools() {
        setLevel(LogLevel.WARNING);
        Appender<?> appender = logger(Logger.ROOT_LOGGER_NAME).getAppender(LoggingConfigurator.CONSOLE);
        if (appender instanceof ConsoleAppender<?> console) {
            console.stop();
            console.setTarget("System.err");
            console.start();
        }
    }

    private static void setLevel(LogLevel level) {
        logger(OWN_PACKAGES)
                .setLevel(
                        switch (level) {
                            case DEBUG -> Level.TRACE;
                            case VERBOSE -> Level.DEBUG;
                            case NOTICE -> Level.INFO;
                            case WARNING -> Level.WARN;
                        });
    }

    private static void writeTo(Path file) {
        Logger root = logger(Logger.ROOT_LOGGER_NAME);
        LoggerContext context = root.getLoggerContext();
        Appender<ILoggingEvent> console = root.getAppender(LoggingConfigurator.CONSOLE);
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("logfile");
        appender.setFile(file.toString());
        appender.setEncoder(LoggingConfigurator.encoder(context));
        appender.start();
        if (!appender.isStarted()) {
            throw new IllegalArgumentException("cannot write the logfile " + file);
        }
        root.addAppender(appender);
        if (console != null) {
            root.detachAppender(console);
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
