package io.clouddragon.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The values of all settings, for those who act on them.
 *
 * <p>Values come from the declared defaults, then the configuration file, then the command line; the last one wins. At
 * run time {@link ConfigCommand} changes them.
 *
 * <p>Threads: any thread reads at any time. A reader sees one of the sets of values that were in force, and all changes of
 * one CONFIG SET at once: the values are an array that is replaced, never changed. An accessor is a volatile read and two
 * loads, without boxing or look-up, so hot paths call it each time instead of keeping a copy.
 */
public final class Settings {
    /** Called after a change, on the thread that makes it. */
    @FunctionalInterface
    public interface ChangeListener {
        /** @throws InvalidSettingException to refuse: every value goes back, and the reason to the client */
        void changed() throws InvalidSettingException;
    }

    private static final String USERS_TWICE =
            "Configuring users in the configuration file and at the same time an ACL file (aclfile) is invalid: please"
                    + " define either an ACL file or declare users directly in the configuration file, but not both";

    private final Machine machine;
    private final Path file;
    private final List<String> notices;
    private final List<List<String>> users;
    private final Map<Setting, List<ChangeListener>> listeners = new EnumMap<>(Setting.class);
    private volatile Value[] values;
    /** For CONFIG REWRITE. */
    private Supplier<List<String>> userLines = List::of;

    private Settings(Machine machine, Path file, Value[] values, List<List<String>> users, List<String> notices) {
        this.machine = machine;
        this.file = file;
        this.values = values;
        this.notices = notices;
        this.users = users;
    }

    /**
     * @param file the configuration file, or null
     * @param commandLine what was given there, as written; not yet checked
     * @throws ConfigurationException when a value or the file is wrong, or when it would not be safe to start like this
     */
    public static Settings load(Path file, Map<Setting, String> commandLine) throws ConfigurationException {
        return load(file, commandLine, Machine.current());
    }

    static Settings load(Path file, Map<Setting, String> commandLine, Machine machine) throws ConfigurationException {
        Value[] values =
                Arrays.stream(Setting.values()).map(Setting::defaultValue).toArray(Value[]::new);
        List<String> notices = new ArrayList<>();
        List<List<String>> users = new ArrayList<>();
        Path absolute = file == null ? null : file.toAbsolutePath();
        if (absolute != null) {
            ConfigFile.read(absolute, values, users, notices);
        }
        for (Map.Entry<Setting, String> option : commandLine.entrySet()) {
            Setting setting = option.getKey();
            try {
                values[setting.ordinal()] = setting.type().parse(option.getValue(), values[setting.ordinal()]);
            } catch (InvalidSettingException e) {
                throw new ConfigurationException(
                        "--" + setting.settingName() + " '" + option.getValue() + "': " + e.getMessage(), e);
            }
        }
        readPasswordFile(values);
        Settings settings = new Settings(machine, absolute, values, users, notices);
        if (!users.isEmpty() && !settings.aclfile().isEmpty()) {
            throw new ConfigurationException(USERS_TWICE);
        }
        String refusal = settings.refusalWithoutPassword();
        // Where users are defined, whoever loads them sees whether the default one needs a password.
        if (refusal != null && !settings.hasPassword() && !settings.definesUsers()) {
            throw new ConfigurationException(refusal);
        }
        settings.noteWhatTheMachineLimits();
        return settings;
    }

    /** Settings without a file, for a server inside another program. */
    public static Settings of(Map<Setting, String> options) {
        try {
            return load(null, options);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void readPasswordFile(Value[] values) throws ConfigurationException {
        String path = values[Setting.REQUIREPASS_FILE.ordinal()].text();
        if (path.isEmpty()) {
            return;
        }
        String password;
        try {
            password = Files.readString(Path.of(path)).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new ConfigurationException("Cannot read requirepass-file " + path + ": " + FileFailure.reason(e), e);
        }
        if (password.isEmpty()) {
            throw new ConfigurationException("The first line of requirepass-file " + path + " is empty");
        }
        values[Setting.REQUIREPASS.ordinal()] = Value.of(password);
    }

    private void noteWhatTheMachineLimits() {
        if (number(Setting.MAXCLIENTS) > maxclients()) {
            notices.add("maxclients is " + maxclients() + " instead of " + number(Setting.MAXCLIENTS)
                    + ": this process may have " + machine.openFiles() + " files open (ulimit -n)");
        }
        if (number(Setting.MAXMEMORY) > maxmemoryBytes()) {
            notices.add("maxmemory is " + maxmemoryBytes() + " instead of " + number(Setting.MAXMEMORY)
                    + ": the heap of this JVM carries no more (-Xmx)");
        }
    }

    /** What the user should know at start: directives without effect, limits lower than asked for. Without full stops. */
    public List<String> notices() {
        return List.copyOf(notices);
    }

    /** Runs the listener after every CONFIG SET that names the setting. */
    public synchronized void onChange(Setting setting, ChangeListener listener) {
        listeners.computeIfAbsent(setting, s -> new ArrayList<>()).add(listener);
    }

    // ---- Network

    public int port() {
        return (int) number(Setting.PORT);
    }

    /** 0 = no TLS. */
    public int tlsPort() {
        return (int) number(Setting.TLS_PORT);
    }

    /** 0 = no HTTPS. */
    public int httpTlsPort() {
        return (int) number(Setting.HTTP_TLS_PORT);
    }

    public TlsSettings tls() {
        return TlsSettings.of(this);
    }

    public int httpPort() {
        return (int) number(Setting.HTTP_PORT);
    }

    @SuppressWarnings("unchecked")
    public List<BindAddress> bind() {
        return (List<BindAddress>) value(Setting.BIND).parsed();
    }

    /** What was asked for or what the open-files limit carries, whichever is less. */
    public int maxclients() {
        return (int) Math.min(Integer.MAX_VALUE, Math.min(number(Setting.MAXCLIENTS), machine.clients()));
    }

    /** 0 = never. */
    public int timeoutSeconds() {
        return (int) number(Setting.TIMEOUT);
    }

    /** 0 = no probes. */
    public int tcpKeepaliveSeconds() {
        return (int) number(Setting.TCP_KEEPALIVE);
    }

    public int tcpBacklog() {
        return (int) number(Setting.TCP_BACKLOG);
    }

    public Transport transport() {
        return (Transport) value(Setting.TRANSPORT).parsed();
    }

    // ---- HTTP

    @SuppressWarnings("unchecked")
    public List<String> httpAllowedHosts() {
        return (List<String>) value(Setting.HTTP_ALLOWED_HOSTS).parsed();
    }

    public int httpMaxLineBytes() {
        return (int) number(Setting.HTTP_MAX_LINE);
    }

    public int httpMaxHeaderBytes() {
        return (int) number(Setting.HTTP_MAX_HEADERS);
    }

    public int httpMaxBodyBytes() {
        return (int) number(Setting.HTTP_MAX_BODY);
    }

    public int httpHeaderTimeoutMillis() {
        return (int) number(Setting.HTTP_HEADER_TIMEOUT_MS);
    }

    public int httpMaxJsonDepth() {
        return (int) number(Setting.HTTP_MAX_JSON_DEPTH);
    }

    // ---- Security

    /** Empty = none. Compare in constant time; never log it. */
    public String requirepass() {
        return text(Setting.REQUIREPASS);
    }

    public boolean hasPassword() {
        return !requirepass().isEmpty();
    }

    /** Words of each directive {@code user} of the configuration file, without that word. */
    public List<List<String>> users() {
        return users;
    }

    /** The lines {@code user …} that CONFIG REWRITE writes; none where they are in an ACL file. */
    public void usersToWrite(Supplier<List<String>> lines) {
        userLines = lines;
    }

    List<String> usersToWrite() {
        return userLines.get();
    }

    /** As it was given; empty = none. */
    public String aclfile() {
        return text(Setting.ACLFILE);
    }

    /** Whether the configuration or an ACL file says more of users than {@code requirepass} does. */
    public boolean definesUsers() {
        return !users.isEmpty() || !aclfile().isEmpty();
    }

    /** Whether new users may use all channels. */
    public boolean allChannelsByDefault() {
        return value(Setting.ACL_PUBSUB_DEFAULT).parsed() == ChannelDefault.ALLCHANNELS;
    }

    public long acllogMaxLen() {
        return number(Setting.ACLLOG_MAX_LEN);
    }

    /** Why the server must not serve clients that need no password on these addresses; null when it may. */
    public String refusalWithoutPassword() {
        boolean isProtected = isOn(Setting.PROTECTED_MODE) && !isOn(Setting.INSECURE);
        return SafeExposure.refusal(bind(), false, isProtected);
    }

    public int unauthenticatedMaxArgs() {
        return (int) number(Setting.UNAUTHENTICATED_MAX_ARGS);
    }

    public int unauthenticatedMaxBulkBytes() {
        return (int) number(Setting.UNAUTHENTICATED_MAX_BULK_LEN);
    }

    public int unauthenticatedTimeoutSeconds() {
        return (int) number(Setting.UNAUTHENTICATED_TIMEOUT);
    }

    public ProtectedAction enableDebugCommand() {
        return (ProtectedAction) value(Setting.ENABLE_DEBUG_COMMAND).parsed();
    }

    // ---- Durability

    public Path dir() {
        return Path.of(text(Setting.DIR));
    }

    public AppendFsync appendfsync() {
        return (AppendFsync) value(Setting.APPENDFSYNC).parsed();
    }

    public SyncMode sync() {
        return (SyncMode) value(Setting.SYNC).parsed();
    }

    public int segmentBytes() {
        return (int) number(Setting.SEGMENT_SIZE);
    }

    /** Percent; 0 = no snapshot starts by itself. */
    public int autoAofRewritePercentage() {
        return (int) number(Setting.AUTO_AOF_REWRITE_PERCENTAGE);
    }

    public long autoAofRewriteMinBytes() {
        return number(Setting.AUTO_AOF_REWRITE_MIN_SIZE);
    }

    // ---- Memory and databases

    /** What was asked for or what the heap carries, whichever is less; never 0. */
    public long maxmemoryBytes() {
        long asked = number(Setting.MAXMEMORY);
        return asked == 0 ? machine.dataBytes() : Math.min(asked, machine.dataBytes());
    }

    public int databases() {
        return (int) number(Setting.DATABASES);
    }

    public int databasesMax() {
        return (int) number(Setting.DATABASES_MAX);
    }

    // ---- Redis protocol

    public long protoMaxBulkBytes() {
        return number(Setting.PROTO_MAX_BULK_LEN);
    }

    public int inlineMaxBytes() {
        return (int) number(Setting.INLINE_MAX_LEN);
    }

    public long clientQueryBufferBytes() {
        return number(Setting.CLIENT_QUERY_BUFFER_LIMIT);
    }

    public OutputBufferLimits outputBufferLimits() {
        return (OutputBufferLimits) value(Setting.CLIENT_OUTPUT_BUFFER_LIMIT).parsed();
    }

    /** 0 = no limit. */
    public long trackingTableMaxKeys() {
        return number(Setting.TRACKING_TABLE_MAX_KEYS);
    }

    /** A set for {@link KeyspaceEvents#contains}. */
    public long keyspaceEvents() {
        return number(Setting.NOTIFY_KEYSPACE_EVENTS);
    }

    // ---- Observation

    public LogLevel loglevel() {
        return (LogLevel) value(Setting.LOGLEVEL).parsed();
    }

    /** Empty = standard output. */
    public String logfile() {
        return text(Setting.LOGFILE);
    }

    /** Microseconds; negative = nothing is slow. */
    public long slowlogLogSlowerThanMicros() {
        return number(Setting.SLOWLOG_LOG_SLOWER_THAN);
    }

    public long slowlogMaxLen() {
        return number(Setting.SLOWLOG_MAX_LEN);
    }

    /** 0 = off. */
    public long latencyMonitorThresholdMillis() {
        return number(Setting.LATENCY_MONITOR_THRESHOLD);
    }

    public boolean latencyTracking() {
        return isOn(Setting.LATENCY_TRACKING);
    }

    public long luaMaxMemoryBytes() {
        return number(Setting.LUA_MAX_MEMORY);
    }

    public long busyReplyThresholdMillis() {
        return number(Setting.BUSY_REPLY_THRESHOLD);
    }

    // ---- By declaration, for settings that few ask for

    public long number(Setting setting) {
        return value(setting).number();
    }

    public boolean isOn(Setting setting) {
        return value(setting).number() != 0;
    }

    /** As CONFIG GET shows it. */
    public String text(Setting setting) {
        return value(setting).text();
    }

    Value value(Setting setting) {
        return values[setting.ordinal()];
    }

    /** The configuration file as text; empty without one. */
    public String filePath() {
        return file == null ? "" : file.toString();
    }

    /** The configuration file, absolute; null without one. */
    Path file() {
        return file;
    }

    Machine machine() {
        return machine;
    }

    /** A copy to change and then {@link #replace} the present values with. */
    Value[] copyOfValues() {
        return values.clone();
    }

    void replace(Value[] newValues) {
        values = newValues;
    }

    List<ChangeListener> listenersOf(Collection<Setting> changed) {
        return changed.stream()
                .flatMap(setting -> listeners.getOrDefault(setting, List.of()).stream())
                .distinct()
                .toList();
    }
}
