package io.clouddragon.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a configuration file in the syntax of redis.conf: a directive and its values a line, comments that begin the line
 * with {@code #}, quoting as in {@link ConfigLine}, and {@code include FILE} (from the working directory, as in Redis).
 * Later directives win over earlier ones.
 */
final class ConfigFile {
    /** The directive that defines a user; what follows is for server.acl to understand. */
    private static final String USER = "user";

    /** Includes inside includes; more is taken for a circle. */
    private static final int MAX_INCLUDE_DEPTH = 16;

    /**
     * Directives in redis.conf files as they are delivered that cannot matter here: about forking, RDB files, replication of
     * data, and how the process presents itself. {@code replicaof} and others that would promise something are not among them.
     */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "always-show-logo",
            "aof-rewrite-incremental-fsync",
            "aof-timestamp-enabled",
            "appenddirname",
            "appendfilename",
            "crash-log-enabled",
            "daemonize",
            "dbfilename",
            "disable-thp",
            "jemalloc-bg-thread",
            "lfu-decay-time",
            "lfu-log-factor",
            "maxmemory-samples",
            "oom-score-adj",
            "oom-score-adj-values",
            "pidfile",
            "proc-title-template",
            "rdb-del-sync-files",
            "rdb-save-incremental-fsync",
            "rdbchecksum",
            "repl-disable-tcp-nodelay",
            "repl-diskless-load",
            "repl-diskless-sync",
            "repl-diskless-sync-delay",
            "repl-diskless-sync-max-replicas",
            "replica-lazy-flush",
            "replica-priority",
            "replica-read-only",
            "replica-serve-stale-data",
            "set-proc-title",
            "supervised");

    private final Value[] values;
    private final Set<String> ignored = new TreeSet<>();
    private final List<List<String>> users;

    private ConfigFile(Value[] values, List<List<String>> users) {
        this.values = values;
        this.users = users;
    }

    /**
     * Applies the file's directives.
     *
     * @param values by ordinal of {@link Setting}; changed in place
     * @param users gets the words of the directives {@code user}, without that word
     * @param notices gets a sentence about the directives that have no effect
     * @throws ConfigurationException naming the file, the line and what is wrong with it
     */
    static void read(Path file, Value[] values, List<List<String>> users, List<String> notices)
            throws ConfigurationException {
        ConfigFile config = new ConfigFile(values, users);
        config.read(file, 0);
        if (!config.ignored.isEmpty()) {
            notices.add("Without effect in Cloud Dragon: " + String.join(", ", config.ignored));
        }
    }

    static List<String> lines(Path file) throws ConfigurationException {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "Cannot read the configuration file " + file + ": " + FileFailure.reason(e), e);
        }
    }

    /** The setting whose directive this line is; null for every other line. */
    static Setting settingOf(String line) {
        List<String> words = isComment(line) ? null : ConfigLine.split(line);
        return words == null || words.isEmpty() ? null : Setting.named(words.get(0));
    }

    /** Whether it defines a user. */
    static boolean isUser(String line) {
        List<String> words = isComment(line) ? null : ConfigLine.split(line);
        return words != null && !words.isEmpty() && words.get(0).equalsIgnoreCase(USER);
    }

    private static boolean isComment(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }

    private void read(Path file, int depth) throws ConfigurationException {
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (isComment(line)) {
                continue;
            }
            List<String> words = ConfigLine.split(line);
            try {
                if (words == null) {
                    throw new InvalidSettingException("Unbalanced quotes in configuration line");
                }
                String name = words.get(0).toLowerCase(Locale.ROOT);
                if (!name.equals("include")) {
                    apply(name, words.subList(1, words.size()));
                } else if (words.size() == 2 && depth < MAX_INCLUDE_DEPTH) {
                    read(Path.of(words.get(1)), depth + 1);
                } else {
                    throw new InvalidSettingException(
                            words.size() == 2 ? "includes go round in a circle" : "wrong number of arguments");
                }
            } catch (InvalidSettingException e) {
                throw new ConfigurationException("Reading the configuration file " + file + ", at line " + (i + 1)
                        + ": " + shown(line) + ": " + e.getMessage());
            }
        }
    }

    private void apply(String name, List<String> arguments) throws InvalidSettingException {
        if (name.equals(USER) && !arguments.isEmpty()) {
            users.add(arguments);
            return;
        }
        Setting setting = Setting.named(name);
        if (setting == null && WITHOUT_EFFECT.contains(name)) {
            ignored.add(name);
            return;
        }
        if (setting == null) {
            throw new InvalidSettingException("Bad directive or wrong number of arguments");
        }
        if (arguments.isEmpty() || arguments.size() > 1 && !setting.type().multiWord()) {
            throw new InvalidSettingException("wrong number of arguments");
        }
        int index = setting.ordinal();
        values[index] = setting.type().parse(String.join(" ", arguments), values[index]);
    }

    /** The line for a message, without a secret. A broken quote may hide the name, so the whole line is searched. */
    private static String shown(String line) {
        boolean secret = Arrays.stream(Setting.values())
                .anyMatch(s -> s.isSecret() && line.toLowerCase(Locale.ROOT).contains(s.settingName()));
        return secret || isUser(line) ? "a line with a password" : "'" + line + "'";
    }
}
