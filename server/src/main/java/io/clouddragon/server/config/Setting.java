package io.clouddragon.server.config;

import static io.clouddragon.server.config.Setting.Change.AT_RUN_TIME;
import static io.clouddragon.server.config.Setting.Change.AT_START;
import static io.clouddragon.server.config.SettingGroup.COMPATIBILITY;
import static io.clouddragon.server.config.SettingGroup.DURABILITY;
import static io.clouddragon.server.config.SettingGroup.ENCODING;
import static io.clouddragon.server.config.SettingGroup.EXECUTION;
import static io.clouddragon.server.config.SettingGroup.HTTP;
import static io.clouddragon.server.config.SettingGroup.MEMORY;
import static io.clouddragon.server.config.SettingGroup.NETWORK;
import static io.clouddragon.server.config.SettingGroup.OBSERVATION;
import static io.clouddragon.server.config.SettingGroup.PROTOCOL;
import static io.clouddragon.server.config.SettingGroup.SECURITY;
import static io.clouddragon.server.config.SettingGroup.TLS;
import static io.clouddragon.server.config.SettingType.alwaysYes;
import static io.clouddragon.server.config.SettingType.integer;
import static io.clouddragon.server.config.SettingType.memory;
import static io.clouddragon.server.config.SettingType.nearest;
import static io.clouddragon.server.config.SettingType.oneOf;
import static io.clouddragon.server.config.SettingType.path;
import static io.clouddragon.server.config.SettingType.text;
import static io.clouddragon.server.config.SettingType.words;
import static io.clouddragon.server.config.SettingType.yesNo;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every setting, declared once. Names that Redis 7.0 has mean what they mean there.
 *
 * <p>A declaration gives the group under which people find it, the name (and after a bar the older name that Redis also
 * knows), the type, the default as a user would write it, when it may change, and what it is for. From it come the
 * command line's option, the configuration file's directive, CONFIG GET/SET/REWRITE, {@code --help} and a row of {@code
 * docs/configuration.md}.
 *
 * <p>To add a setting, add its declaration here and an accessor in {@link Settings}.
 */
public enum Setting {
    PORT(NETWORK, "port", integer(0, 65_535), "6379", AT_START, "TCP port of the Redis protocol; 0 closes this door."),
    HTTP_PORT(
            NETWORK,
            "http-port",
            integer(0, 65_535),
            "8379",
            AT_START,
            "TCP port of the HTTP JSON API; 0 closes this door."),
    BIND(
            NETWORK,
            "bind",
            BindAddress.type(),
            "127.0.0.1 -::1",
            AT_START,
            "Addresses to listen on. Any that is not loopback needs a password."),
    MAXCLIENTS(
            NETWORK,
            "maxclients",
            integer(1, 0xFFFF_FFFFL),
            "20000",
            AT_RUN_TIME,
            "Connections at a time, over both doors; never more than the open-files limit carries."),
    TIMEOUT(
            NETWORK,
            "timeout",
            integer(0, Integer.MAX_VALUE),
            "0",
            AT_RUN_TIME,
            "Seconds until an idle client is disconnected; 0 = never."),
    TCP_KEEPALIVE(
            NETWORK,
            "tcp-keepalive",
            integer(0, Integer.MAX_VALUE),
            "300",
            AT_RUN_TIME,
            "Seconds between TCP keep-alive probes; 0 = none."),
    TCP_BACKLOG(
            NETWORK,
            "tcp-backlog",
            integer(0, Integer.MAX_VALUE),
            "511",
            AT_START,
            "Connections that the system queues until they are accepted."),
    TRANSPORT(
            NETWORK,
            "transport",
            oneOf(Transport.class),
            "auto",
            AT_START,
            "How the event loop waits for the network; auto = epoll where there is one, else nio. Of io_uring see operations.md."),

    HTTP_ALLOWED_HOSTS(
            HTTP,
            "http-allowed-hosts",
            words(),
            "",
            AT_START,
            "Names and addresses, without port, accepted as Host besides loopback and those of bind; * = any."),
    HTTP_MAX_LINE(HTTP, "http-max-line", memory(64, Integer.MAX_VALUE), "4kb", AT_START, "Longest request line."),
    HTTP_MAX_HEADERS(
            HTTP, "http-max-headers", memory(64, Integer.MAX_VALUE), "8kb", AT_START, "Largest header section."),
    HTTP_MAX_BODY(HTTP, "http-max-body", memory(1, Integer.MAX_VALUE), "16mb", AT_START, "Largest request body."),
    HTTP_HEADER_TIMEOUT_MS(
            HTTP,
            "http-header-timeout-ms",
            integer(1, Integer.MAX_VALUE),
            "10000",
            AT_START,
            "Milliseconds in which a request that has begun must have sent all its headers."),
    HTTP_MAX_JSON_DEPTH(HTTP, "http-max-json-depth", integer(1, 1_000), "32", AT_START, "How deep JSON may nest."),

    REQUIREPASS_FILE(
            SECURITY,
            "requirepass-file",
            path(),
            "",
            AT_START,
            "File whose first line is the password. Keeps it off the command line."),
    REQUIREPASS(
            SECURITY,
            "requirepass",
            text(),
            "",
            AT_RUN_TIME,
            "Password of the user default; empty = none. Not an option of the command line, not shown by CONFIG GET."),
    ACLFILE(
            SECURITY,
            "aclfile",
            path(),
            "",
            AT_START,
            "File of users, one a line as ACL LIST shows them; ACL LOAD and ACL SAVE read and write it. Empty = none."),
    ACL_PUBSUB_DEFAULT(
            SECURITY,
            "acl-pubsub-default",
            oneOf(ChannelDefault.class),
            "resetchannels",
            AT_RUN_TIME,
            "Whether a new user may use all publish/subscribe channels or none."),
    ACLLOG_MAX_LEN(
            SECURITY, "acllog-max-len", integer(0, Long.MAX_VALUE), "128", AT_RUN_TIME, "Entries of the ACL log."),
    TLS_PORT(
            TLS,
            "tls-port",
            integer(0, 65_535),
            "0",
            AT_START,
            "TCP port of the Redis protocol over TLS; 0 = none. With port 0 it is the only one."),
    HTTP_TLS_PORT(TLS, "http-tls-port", integer(0, 65_535), "0", AT_START, "TCP port of HTTPS; 0 = none."),
    TLS_CERT_FILE(
            TLS,
            "tls-cert-file",
            path(),
            "",
            AT_RUN_TIME,
            "The server's certificate and those that vouch for it, PEM. Set it again to read a renewed file."),
    TLS_KEY_FILE(TLS, "tls-key-file", path(), "", AT_RUN_TIME, "Its private key, PEM (PKCS#8)."),
    TLS_KEY_FILE_PASS(
            TLS,
            "tls-key-file-pass",
            text(),
            "",
            AT_RUN_TIME,
            "Password of the key file. Not an option of the command line, not shown by CONFIG GET."),
    TLS_CA_CERT_FILE(
            TLS, "tls-ca-cert-file", path(), "", AT_RUN_TIME, "Certificates, PEM, of those who vouch for clients."),
    TLS_CA_CERT_DIR(TLS, "tls-ca-cert-dir", path(), "", AT_RUN_TIME, "Directory of such files."),
    TLS_AUTH_CLIENTS(
            TLS,
            "tls-auth-clients",
            oneOf(ClientCertificates.class),
            "yes",
            AT_RUN_TIME,
            "Whether clients must, may or need not show a certificate; at both doors."),
    TLS_PROTOCOLS(TLS, "tls-protocols", words(), "TLSv1.2 TLSv1.3", AT_RUN_TIME, "Versions: TLSv1.2, TLSv1.3 or both."),
    TLS_CIPHERS(
            TLS,
            "tls-ciphers",
            text(),
            "",
            AT_RUN_TIME,
            "Cipher suites of TLS 1.2 by name, with colons between them; empty = the safe ones."),
    TLS_CIPHERSUITES(
            TLS,
            "tls-ciphersuites",
            text(),
            "",
            AT_RUN_TIME,
            "Cipher suites of TLS 1.3 by name, with colons between them; empty = all."),
    TLS_PREFER_SERVER_CIPHERS(
            TLS,
            "tls-prefer-server-ciphers",
            yesNo(),
            "no",
            AT_RUN_TIME,
            "Whether the order of the server's cipher suites decides, not the client's."),
    TLS_SESSION_CACHING(
            TLS, "tls-session-caching", yesNo(), "yes", AT_RUN_TIME, "Whether clients may resume sessions."),
    TLS_SESSION_CACHE_SIZE(
            TLS,
            "tls-session-cache-size",
            integer(0, Integer.MAX_VALUE),
            "20480",
            AT_RUN_TIME,
            "Sessions that can be resumed; 0 = no limit."),
    TLS_SESSION_CACHE_TIMEOUT(
            TLS,
            "tls-session-cache-timeout",
            integer(0, Integer.MAX_VALUE),
            "300",
            AT_RUN_TIME,
            "Seconds in which a session can be resumed."),
    PROTECTED_MODE(
            SECURITY,
            "protected-mode",
            yesNo(),
            "yes",
            AT_START,
            "Refuse to start on an address that is not loopback without a password."),
    INSECURE(
            SECURITY,
            "insecure",
            yesNo(),
            "no",
            AT_START,
            "The same as protected-mode no: serve other machines without a password."),
    UNAUTHENTICATED_MAX_ARGS(
            SECURITY,
            "unauthenticated-max-args",
            integer(1, Integer.MAX_VALUE),
            "10",
            AT_START,
            "Arguments of a command before the password was given."),
    UNAUTHENTICATED_MAX_BULK_LEN(
            SECURITY,
            "unauthenticated-max-bulk-len",
            memory(1, Integer.MAX_VALUE),
            "16kb",
            AT_START,
            "Longest argument before the password was given."),
    UNAUTHENTICATED_TIMEOUT(
            SECURITY,
            "unauthenticated-timeout",
            integer(1, Integer.MAX_VALUE),
            "10",
            AT_START,
            "Seconds in which the password must be given, when there is one."),

    ENABLE_DEBUG_COMMAND(
            SECURITY,
            "enable-debug-command",
            oneOf(ProtectedAction.class),
            "local",
            AT_START,
            "Who may use DEBUG, which has nothing but what helps to find faults: nobody, clients on this machine, all."),

    DIR(DURABILITY, "dir", path(), "./data", AT_START, "Data directory; created when missing."),
    APPENDFSYNC(
            DURABILITY,
            "appendfsync",
            oneOf(AppendFsync.class),
            "always",
            AT_RUN_TIME,
            "When writes are synced to disk: before each reply (always), once a second, or when the system likes."),
    SYNC(
            DURABILITY,
            "sync",
            oneOf(SyncMode.class),
            "auto",
            AT_START,
            "Who syncs: the event loop (inline), a thread of its own, or the better by the measured time of a sync (auto)."),
    SEGMENT_SIZE(
            DURABILITY,
            "segment-size",
            memory(1 << 16, 1 << 30),
            "64mb",
            AT_START,
            "Size of a segment of the log; allocated ahead."),
    AUTO_AOF_REWRITE_PERCENTAGE(
            DURABILITY,
            "auto-aof-rewrite-percentage",
            integer(0, Integer.MAX_VALUE),
            "100",
            AT_RUN_TIME,
            "Growth of the log since the last snapshot, in percent, that starts the next; 0 = never."),
    AUTO_AOF_REWRITE_MIN_SIZE(
            DURABILITY,
            "auto-aof-rewrite-min-size",
            memory(0, Long.MAX_VALUE),
            "64mb",
            AT_RUN_TIME,
            "Size of the log below which no snapshot starts by itself."),
    APPENDONLY(
            DURABILITY,
            "appendonly",
            alwaysYes(),
            "yes",
            AT_START,
            "Always yes, whatever is asked for: every write goes to the log."),

    MAXMEMORY(
            MEMORY,
            "maxmemory",
            memory(0, Long.MAX_VALUE),
            "0",
            AT_RUN_TIME,
            "Memory for data; writes that grow beyond it are refused. 0, or more than the heap carries = what it carries."),
    MAXMEMORY_POLICY(
            MEMORY,
            "maxmemory-policy",
            oneOf(MaxmemoryPolicy.class),
            "noeviction",
            AT_RUN_TIME,
            "Nothing is ever evicted."),
    DATABASES(
            MEMORY,
            "databases",
            integer(1, 1_000_000),
            "16",
            AT_START,
            "How many numbered databases SELECT accepts; names are accepted besides."),
    DATABASES_MAX(
            MEMORY,
            "databases-max",
            integer(1, 1_000_000),
            "10000",
            AT_RUN_TIME,
            "Most databases, numbered and named, that have data or a client: the first and the server's own are two of them."),

    PROTO_MAX_BULK_LEN(
            PROTOCOL,
            "proto-max-bulk-len",
            memory(1 << 20, Long.MAX_VALUE),
            "512mb",
            AT_RUN_TIME,
            "Longest argument of a command."),
    INLINE_MAX_LEN(
            PROTOCOL, "inline-max-len", memory(1024, Integer.MAX_VALUE), "64kb", AT_START, "Longest inline command."),
    CLIENT_QUERY_BUFFER_LIMIT(
            PROTOCOL,
            "client-query-buffer-limit",
            memory(1 << 20, Long.MAX_VALUE),
            "1gb",
            AT_RUN_TIME,
            "Bytes of a command that has not come to its end."),
    CLIENT_OUTPUT_BUFFER_LIMIT(
            PROTOCOL,
            "client-output-buffer-limit",
            OutputBufferLimits.type(),
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
            AT_RUN_TIME,
            "Replies waiting for a client beyond which it is disconnected: class, hard limit, soft limit and its seconds."
                    + " That of pubsub holds for MONITOR and CLIENT TRACKING with BCAST, too."),
    TRACKING_TABLE_MAX_KEYS(
            PROTOCOL,
            "tracking-table-max-keys",
            integer(0, Long.MAX_VALUE),
            "1000000",
            AT_RUN_TIME,
            "Keys remembered for client-side caches; beyond, or when their names take a sixteenth of the heap, clients are"
                    + " told to forget the oldest; 0 = no limit of their number."),
    NOTIFY_KEYSPACE_EVENTS(
            PROTOCOL,
            "notify-keyspace-events",
            KeyspaceEvents.type(),
            "",
            AT_RUN_TIME,
            "Which keyspace events are published, in Redis' letters; empty = none."),

    LOGLEVEL(
            OBSERVATION,
            "loglevel",
            oneOf(LogLevel.class),
            "notice",
            AT_RUN_TIME,
            "What is written to the server log."),
    LOGFILE(OBSERVATION, "logfile", path(), "", AT_START, "Server log; empty = standard output."),
    SLOWLOG_LOG_SLOWER_THAN(
            OBSERVATION,
            "slowlog-log-slower-than",
            integer(-1, Long.MAX_VALUE),
            "10000",
            AT_RUN_TIME,
            "Microseconds from which a command goes to the slow log; -1 = none does."),
    SLOWLOG_MAX_LEN(
            OBSERVATION, "slowlog-max-len", integer(0, Long.MAX_VALUE), "128", AT_RUN_TIME, "Entries of the slow log."),
    LATENCY_MONITOR_THRESHOLD(
            OBSERVATION,
            "latency-monitor-threshold",
            integer(0, Long.MAX_VALUE),
            "0",
            AT_RUN_TIME,
            "Milliseconds from which an event is kept for LATENCY; 0 = off."),
    LATENCY_TRACKING(
            OBSERVATION, "latency-tracking", yesNo(), "yes", AT_RUN_TIME, "Keep a latency histogram of each command."),
    LATENCY_TRACKING_INFO_PERCENTILES(
            OBSERVATION,
            "latency-tracking-info-percentiles",
            Percentiles.type(),
            "50 99 99.9",
            AT_RUN_TIME,
            "Percentiles shown in INFO latencystats."),

    BUSY_REPLY_THRESHOLD(
            EXECUTION,
            "busy-reply-threshold|lua-time-limit",
            integer(0, Long.MAX_VALUE),
            "5000",
            AT_RUN_TIME,
            "Milliseconds after which a script may be killed; others are answered BUSY until then."),

    LUA_MAX_MEMORY(
            EXECUTION,
            "lua-max-memory",
            memory(1 << 20, Long.MAX_VALUE),
            "256mb",
            AT_RUN_TIME,
            "Memory that scripts may use in each of the two Lua interpreters; beyond it they end with an error."),

    HASH_MAX_LISTPACK_ENTRIES(
            ENCODING,
            "hash-max-listpack-entries|hash-max-ziplist-entries",
            integer(0, Long.MAX_VALUE),
            "512",
            AT_RUN_TIME,
            "Fields of a hash in the compact form."),
    HASH_MAX_LISTPACK_VALUE(
            ENCODING,
            "hash-max-listpack-value|hash-max-ziplist-value",
            memory(0, Long.MAX_VALUE),
            "64",
            AT_RUN_TIME,
            "Longest field or value in it."),
    SET_MAX_INTSET_ENTRIES(
            ENCODING,
            "set-max-intset-entries",
            integer(0, Long.MAX_VALUE),
            "512",
            AT_RUN_TIME,
            "Members of a set of integers in the compact form."),
    ZSET_MAX_LISTPACK_ENTRIES(
            ENCODING,
            "zset-max-listpack-entries|zset-max-ziplist-entries",
            integer(0, Long.MAX_VALUE),
            "128",
            AT_RUN_TIME,
            "Members of a sorted set in the compact form."),
    ZSET_MAX_LISTPACK_VALUE(
            ENCODING,
            "zset-max-listpack-value|zset-max-ziplist-value",
            memory(0, Long.MAX_VALUE),
            "64",
            AT_RUN_TIME,
            "Longest member in it."),

    SAVE(COMPATIBILITY, "save", SavePoints.type(), "", AT_RUN_TIME, "Without effect: every write is in the log."),
    HZ(
            COMPATIBILITY,
            "hz",
            nearest(1, 500),
            "10",
            AT_RUN_TIME,
            "Without effect: deadlines are kept to the millisecond."),
    LIST_MAX_LISTPACK_SIZE(
            "list-max-listpack-size|list-max-ziplist-size", integer(Integer.MIN_VALUE, Integer.MAX_VALUE), "-2"),
    LIST_COMPRESS_DEPTH("list-compress-depth", integer(0, Integer.MAX_VALUE), "0"),
    STREAM_NODE_MAX_BYTES("stream-node-max-bytes", memory(0, Long.MAX_VALUE), "4096"),
    STREAM_NODE_MAX_ENTRIES("stream-node-max-entries", integer(0, Long.MAX_VALUE), "100"),
    HLL_SPARSE_MAX_BYTES("hll-sparse-max-bytes", memory(0, Long.MAX_VALUE), "3000"),
    DYNAMIC_HZ("dynamic-hz", yesNo(), "yes"),
    ACTIVEREHASHING("activerehashing", yesNo(), "yes"),
    ACTIVEDEFRAG("activedefrag", yesNo(), "no"),
    LAZYFREE_LAZY_EVICTION("lazyfree-lazy-eviction", yesNo(), "no"),
    LAZYFREE_LAZY_EXPIRE("lazyfree-lazy-expire", yesNo(), "no"),
    LAZYFREE_LAZY_SERVER_DEL("lazyfree-lazy-server-del", yesNo(), "no"),
    LAZYFREE_LAZY_USER_DEL("lazyfree-lazy-user-del", yesNo(), "no"),
    LAZYFREE_LAZY_USER_FLUSH("lazyfree-lazy-user-flush", yesNo(), "no"),
    NO_APPENDFSYNC_ON_REWRITE("no-appendfsync-on-rewrite", yesNo(), "no"),
    AOF_USE_RDB_PREAMBLE("aof-use-rdb-preamble", yesNo(), "yes"),
    AOF_LOAD_TRUNCATED("aof-load-truncated", yesNo(), "yes"),
    STOP_WRITES_ON_BGSAVE_ERROR("stop-writes-on-bgsave-error", yesNo(), "yes"),
    RDBCOMPRESSION("rdbcompression", yesNo(), "yes");

    /** When a setting may get another value. */
    enum Change {
        /** On the command line and in the configuration file; CONFIG SET is refused. */
        AT_START,
        /** Also by CONFIG SET. */
        AT_RUN_TIME
    }

    private static final Map<String, Setting> BY_NAME = byName();

    private final SettingGroup group;
    private final List<String> names;
    private final SettingType type;
    private final Change change;
    private final String description;
    private final Value defaultValue;

    Setting(SettingGroup group, String names, SettingType type, String defaultText, Change change, String description) {
        this.group = group;
        this.names = List.of(names.split("\\|"));
        this.type = type;
        this.change = change;
        this.description = description;
        try {
            this.defaultValue = type.parse(defaultText, null);
        } catch (InvalidSettingException e) {
            throw new IllegalArgumentException(names + " has the default " + defaultText, e);
        }
    }

    /** Accepted and kept, for clients and configuration files that use it. */
    Setting(String names, SettingType type, String defaultText) {
        this(COMPATIBILITY, names, type, defaultText, Change.AT_RUN_TIME, "Without effect.");
    }

    /** As in redis.conf. */
    public String settingName() {
        return names.get(0);
    }

    /** All names under which CONFIG knows it, the present one first. */
    List<String> names() {
        return names;
    }

    /** The setting of this name, in any letter case; null when there is none. */
    static Setting named(String name) {
        return BY_NAME.get(name.toLowerCase(Locale.ROOT));
    }

    SettingGroup group() {
        return group;
    }

    SettingType type() {
        return type;
    }

    boolean changesAtRunTime() {
        return change == AT_RUN_TIME;
    }

    String description() {
        return description;
    }

    Value defaultValue() {
        return defaultValue;
    }

    /** Never shown, logged or taken from the command line, where every user of the machine could read it. */
    boolean isSecret() {
        return this == REQUIREPASS || this == TLS_KEY_FILE_PASS;
    }

    /** Whether a name is that of a secret. */
    public static boolean isSecret(String name) {
        Setting setting = named(name);
        return setting != null && setting.isSecret();
    }

    private static Map<String, Setting> byName() {
        Map<String, Setting> byName = new HashMap<>();
        for (Setting setting : values()) {
            for (String name : setting.names) {
                if (byName.put(name, setting) != null) {
                    throw new IllegalStateException(name + " is declared twice");
                }
            }
        }
        return Map.copyOf(byName);
    }
}
