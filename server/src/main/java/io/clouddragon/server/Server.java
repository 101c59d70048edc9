package io.clouddragon.server;

import io.clouddragon.http.HttpApi;
import io.clouddragon.http.HttpLimits;
import io.clouddragon.http.HttpOptions;
import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.server.acl.AclFile;
import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.InvalidRuleException;
import io.clouddragon.server.acl.Policy;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.acl.Words;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Permissions;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.BindAddress;
import io.clouddragon.server.config.InvalidSettingException;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.config.TlsSettings;
import io.clouddragon.server.family.ClientLine;
import io.clouddragon.server.family.Families;
import io.clouddragon.server.family.ServerContext;
import io.clouddragon.server.net.EventLoops;
import io.clouddragon.server.net.HttpAccess;
import io.clouddragon.server.net.RespDoor;
import io.clouddragon.server.net.SocketReader;
import io.clouddragon.server.net.Tls;
import io.clouddragon.server.pubsub.Outbox;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.script.Scripting;
import io.clouddragon.server.stats.Observer;
import io.clouddragon.server.stats.Rates;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.CollectionLimits;
import io.clouddragon.storage.engine.CompactionPolicy;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.KeyspaceListener;
import io.clouddragon.storage.engine.SyncPlace;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: from {@link #start} on it answers, until {@link #stop}. This is where everything is put together; it
 * contains no behaviour of its own but the order of start and stop and the housekeeping once a second.
 */
public final class Server {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** Exit status after the log has failed: what was acknowledged is on disk, nothing more can be. */
    public static final int EXIT_LOG_FAILED = 74;

    /** Exit status after an error has ended the event loop. */
    static final int EXIT_LOOP_ENDED = 70;

    private static final int HOUSEKEEPING_MILLIS = 1000;
    private static final int STOP_SECONDS = 30;

    private final Settings settings;
    private final EventLoops transport;
    private final SocketReader socketReader;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Channel> doors = new ArrayList<>();
    /** Of both doors. Once closed, those that were just being accepted are closed too. */
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "dragon-background");
        thread.setDaemon(true);
        return thread;
    });
    private final DecoderLimits limits = new DecoderLimits();
    private Engine engine;
    private EngineLoop loop;
    private Sessions sessions;
    private Outbox outbox;
    private TrackingTable tracking;
    private CommandTable table;
    private Scripting scripting;
    private Users users;
    private ServerContext context;
    private final Tls tls = new Tls();
    private final HttpAccess httpAccess = new HttpAccess();
    private final RespDoor respDoor;
    private final HttpApi httpDoor;
    private Rates rates;
    private DiskGuard diskGuard;
    private volatile boolean stopping;

    private Server(Settings settings) {
        this.settings = settings;
        this.transport = EventLoops.of(settings.transport());
        this.socketReader = transport.newReader();
        this.group = transport.newGroup(socketReader, this::loopEnded);
        this.respDoor = new RespDoor(limits, this::needsLogin);
        this.httpDoor = new HttpApi(null, httpOptions());
    }

    /**
     * Returns when clients are served. They can connect before, while the data is loaded, and are told so.
     *
     * @throws IOException when the data directory cannot be used or is damaged, or a port is taken
     */
    public static Server start(Settings settings) throws IOException {
        Server server = new Server(settings);
        try {
            server.applyLimits();
            server.configureTls();
            // Whether it may serve without a password must be known before the doors open; where only the users tell,
            // late.
            boolean knowsWhetherItMay = settings.refusalWithoutPassword() == null || !settings.definesUsers();
            if (knowsWhetherItMay) {
                server.bind();
            }
            // On this thread: the event loop answers meanwhile.
            Engine loaded = server.load();
            server.onLoop(() -> {
                server.assemble(loaded);
                return null;
            });
            if (!knowsWhetherItMay) {
                server.bind();
            }
        } catch (IOException | RuntimeException e) {
            server.stop();
            throw e;
        }
        return server;
    }

    private Engine load() throws IOException {
        SecureRandom random = new SecureRandom();
        LogOptions logOptions = new LogOptions(
                syncMode(),
                settings.segmentBytes(),
                Math.min(LogOptions.DEFAULT_FIRST_SEGMENT_BYTES, settings.segmentBytes()),
                true);
        long start = System.nanoTime();
        Engine loaded = new Engine(
                new NioDisk(settings.dir()),
                logOptions,
                new EngineOptions(random.nextLong(), random.nextLong(), settings.databasesMax()),
                new LoadReport());
        LOG.info(
                "Loaded {} in {} ms: revision {}",
                settings.dir().toAbsolutePath().normalize(),
                (System.nanoTime() - start) / 1_000_000,
                loaded.revision());
        return loaded;
    }

    private void assemble(Engine loaded) throws IOException {
        engine = loaded;
        loop = new EngineLoop(
                engine, group.next(), SyncPlace.valueOf(settings.sync().name()), compactionPolicy(), this::logFailed);
        loop.readSockets(socketReader);
        diskGuard = new DiskGuard(loop, settings.dir());
        PubSub pubsub = new PubSub();
        outbox = new Outbox(pubsub);
        tracking = new TrackingTable(loop::execute, id -> sessions.byId(id), settings.trackingTableMaxKeys());
        engine.listener(KeyspaceListener.both(outbox, tracking));
        sessions = new Sessions(
                loop, pubsub, tracking, httpDoor::connections, settings.maxclients(), settings.outputBufferLimits());
        table = new CommandTable();
        users = new Users(new Policy(table.catalogue(), settings::allChannelsByDefault));
        Permissions permissions = new Permissions(users, new AclLog(settings::acllogMaxLen), ClientLine::text);
        Observer observer = new Observer(settings, engine);
        loop.observer(observer);
        CommandExecutor executor = new CommandExecutor(table, loop, tracking, new ServerGates(), permissions, observer);
        rates = new Rates(executor, sessions);
        scripting = new Scripting(loop, executor, sessions, settings, ServerContext.REDIS_VERSION);
        context = new ServerContext(
                settings,
                loop,
                table,
                executor,
                sessions,
                pubsub,
                outbox,
                tracking,
                observer,
                rates,
                scripting,
                transport.name(),
                this::shutdown);
        Families.declare(table);
        Families.declare(table, context);
        loadUsers();
        followSettings();
        respDoor.serve(loop, executor, sessions);
        httpAccess.serve(executor, engine::wallMillis);
        httpDoor.pausedBy(sessions::isPaused);
        sessions.onUnpause(httpDoor::resume);
        httpDoor.serve(loop);
        loop.repeat(this::housekeeping, HOUSEKEEPING_MILLIS);
        loop.repeat(diskGuard::look, DiskGuard.LOOK_MILLIS);
    }

    /** The password first: what is said of the user default elsewhere goes over it. */
    private void loadUsers() throws IOException {
        users.defaultPassword(Bytes.of(settings.requirepass()));
        settings.onChange(Setting.REQUIREPASS, () -> users.defaultPassword(Bytes.of(settings.requirepass())));
        try {
            if (settings.aclfile().isEmpty()) {
                users.define(settings.users().stream()
                        .map(line -> line.stream().map(Words::of).toList())
                        .toList());
                settings.usersToWrite(users::configurationLines);
            } else {
                new AclFile(settings.aclfile()).load(users);
            }
        } catch (InvalidRuleException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!users.needsLogin() && settings.refusalWithoutPassword() != null) {
            throw new IOException(settings.refusalWithoutPassword());
        }
    }

    private void followSettings() {
        for (Setting setting : List.of(Setting.PROTO_MAX_BULK_LEN, Setting.CLIENT_QUERY_BUFFER_LIMIT)) {
            settings.onChange(setting, this::applyLimits);
        }
        applyCollectionLimits();
        for (Setting setting : List.of(
                Setting.HASH_MAX_LISTPACK_ENTRIES,
                Setting.HASH_MAX_LISTPACK_VALUE,
                Setting.SET_MAX_INTSET_ENTRIES,
                Setting.ZSET_MAX_LISTPACK_ENTRIES,
                Setting.ZSET_MAX_LISTPACK_VALUE)) {
            settings.onChange(setting, this::applyCollectionLimits);
        }
        settings.onChange(Setting.APPENDFSYNC, () -> engine.log().mode(syncMode()));
        outbox.publishEvents(settings.keyspaceEvents());
        settings.onChange(Setting.NOTIFY_KEYSPACE_EVENTS, () -> outbox.publishEvents(settings.keyspaceEvents()));
        settings.onChange(Setting.DATABASES_MAX, () -> engine.databases().limit(settings.databasesMax()));
        settings.onChange(Setting.TRACKING_TABLE_MAX_KEYS, () -> tracking.maxKeys(settings.trackingTableMaxKeys()));
        settings.onChange(
                Setting.CLIENT_OUTPUT_BUFFER_LIMIT, () -> sessions.outputLimits(settings.outputBufferLimits()));
        settings.onChange(Setting.MAXCLIENTS, () -> sessions.maxClients(settings.maxclients()));
        settings.onChange(
                Setting.AUTO_AOF_REWRITE_PERCENTAGE, () -> loop.compaction().policy(compactionPolicy()));
        settings.onChange(
                Setting.AUTO_AOF_REWRITE_MIN_SIZE, () -> loop.compaction().policy(compactionPolicy()));
    }

    private void applyLimits() {
        limits.bulkBytes((int) Math.min(settings.protoMaxBulkBytes(), DecoderLimits.MAX_BYTES))
                .inlineBytes(settings.inlineMaxBytes())
                .queryBufferBytes((int) Math.min(settings.clientQueryBufferBytes(), DecoderLimits.MAX_BYTES))
                .unauthenticatedArguments(settings.unauthenticatedMaxArgs())
                .unauthenticatedBulkBytes(settings.unauthenticatedMaxBulkBytes());
    }

    private void applyCollectionLimits() {
        CollectionLimits collections = engine.collectionLimits();
        collections.hashEntries = settings.number(Setting.HASH_MAX_LISTPACK_ENTRIES);
        collections.hashValueBytes = settings.number(Setting.HASH_MAX_LISTPACK_VALUE);
        collections.setIntegers = settings.number(Setting.SET_MAX_INTSET_ENTRIES);
        collections.sortedSetEntries = settings.number(Setting.ZSET_MAX_LISTPACK_ENTRIES);
        collections.sortedSetValueBytes = settings.number(Setting.ZSET_MAX_LISTPACK_VALUE);
    }

    private HttpOptions httpOptions() {
        HttpLimits defaults = HttpLimits.DEFAULT;
        HttpLimits configured = new HttpLimits(
                settings.httpMaxLineBytes(),
                settings.httpMaxHeaderBytes(),
                settings.httpMaxBodyBytes(),
                defaults.answerBytes(),
                defaults.operations(),
                settings.httpMaxJsonDepth(),
                settings.httpHeaderTimeoutMillis(),
                defaults.bodyMillis(),
                settings.unauthenticatedTimeoutSeconds() * 1000L,
                defaults.waiters());
        return new HttpOptions(configured, allowedHosts(), httpAccess, this::isOutOfRoom);
    }

    /** Loopback is always allowed; so is what is configured, and each address that the server listens on. */
    private Set<String> allowedHosts() {
        Set<String> hosts = new HashSet<>(settings.httpAllowedHosts());
        settings.bind().forEach(bound -> hosts.add(bound.address()));
        return hosts;
    }

    private SyncMode syncMode() {
        return SyncMode.valueOf(settings.appendfsync().name());
    }

    private CompactionPolicy compactionPolicy() {
        return new CompactionPolicy(settings.autoAofRewritePercentage(), settings.autoAofRewriteMinBytes());
    }

    private Consumer<Channel> secured(Consumer<Channel> door) {
        return channel -> {
            tls.secure(channel);
            door.accept(channel);
        };
    }

    private void configureTls() throws IOException {
        if (settings.tlsPort() == 0 && settings.httpTlsPort() == 0) {
            return;
        }
        tls.configure(settings.tls());
        LOG.info("TLS by {}", Tls.provider());
        TlsSettings.ALL.forEach(setting -> settings.onChange(setting, this::reconfigureTls));
    }

    private void reconfigureTls() throws InvalidSettingException {
        try {
            tls.configure(settings.tls());
        } catch (IOException e) {
            LOG.warn("TLS stays as it was: {}", e.getMessage());
            throw new InvalidSettingException("Unable to update TLS configuration. Check server logs.");
        }
    }

    private void bind() throws IOException {
        boolean onAll = false;
        for (BindAddress address : settings.bind()) {
            // Java's socket on all addresses takes both kinds of them: another one would find the port taken.
            if (onAll && address.isAll()) {
                continue;
            }
            int before = doors.size();
            if (settings.port() != 0) {
                open(address, settings.port(), respDoor::init);
            }
            if (settings.httpPort() != 0) {
                open(address, settings.httpPort(), this::openHttp);
            }
            if (settings.tlsPort() != 0) {
                open(address, settings.tlsPort(), secured(respDoor::init));
            }
            if (settings.httpTlsPort() != 0) {
                open(address, settings.httpTlsPort(), secured(this::openHttp));
            }
            onAll |= address.isAll() && doors.size() > before;
        }
    }

    /** Tells in the log that clients can connect, and where. */
    void logReady() {
        List<String> doors = new ArrayList<>();
        addDoor(doors, "Redis protocol", settings.port());
        addDoor(doors, "HTTP", settings.httpPort());
        addDoor(doors, "Redis protocol with TLS", settings.tlsPort());
        addDoor(doors, "HTTP with TLS", settings.httpTlsPort());
        LOG.info(
                "Ready: {}, on {}; data in {}; appendfsync {}, {}",
                doors.isEmpty() ? "no port is open" : String.join(", ", doors),
                settings.bind().stream().map(BindAddress::host).collect(Collectors.joining(", ")),
                settings.dir().toAbsolutePath().normalize(),
                settings.appendfsync().name().toLowerCase(Locale.ROOT),
                transport.name());
    }

    private static void addDoor(List<String> doors, String name, int port) {
        if (port != 0) {
            doors.add(name + " at port " + port);
        }
    }

    /** Unless there are as many clients as there may be, over both doors. */
    private void openHttp(Channel channel) {
        // Until the data is loaded nobody has a session.
        int clients = httpDoor.connections() + (sessions == null ? 0 : sessions.count());
        if (clients < settings.maxclients()) {
            httpDoor.init(channel);
        } else {
            httpDoor.refuse(channel, "max number of clients reached");
            if (sessions != null) {
                sessions.rejected();
            }
        }
    }

    private void open(BindAddress address, int port, Consumer<Channel> door) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, settings.tcpBacklog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        transport.keepAlive(channel, settings.tcpKeepaliveSeconds());
                        door.accept(channel);
                    }
                });
        var bound = bootstrap.bind(address.withPort(port)).awaitUninterruptibly();
        if (bound.isSuccess()) {
            doors.add(bound.channel());
        } else if (!address.optional() || address.isHere()) {
            throw new BindException("Cannot listen on " + address.host() + ":" + port + ": "
                    + bound.cause().getMessage());
        }
    }

    /** All commands, for the reference page. */
    CommandTable commands() {
        return table;
    }

    // ---- while running

    private void housekeeping() {
        // First: whatever goes wrong with the rest.
        if (engine.log().mode() == SyncMode.EVERYSEC && !loop.hasFailed()) {
            background.execute(this::force);
        }
        loop.enter();
        long tableBytes = engine.tableBytes();
        rates.sample(engine.entryBytes() + tableBytes, tableBytes);
        sessions.disconnectOffenders(settings, users.needsLogin());
        if (settings.timeoutSeconds() > 0) {
            httpDoor.closeIdle(settings.timeoutSeconds() * 1000L);
        }
    }

    private void force() {
        try {
            engine.log().force();
        } catch (LogFailedException e) {
            LOG.debug("The next turn deals with it", e);
            group.next().execute(loop::enter);
        }
    }

    /** Whether a client has to log in. Until the users are loaded, whether it may have to. */
    private boolean needsLogin() {
        return users == null ? settings.hasPassword() || settings.definesUsers() : users.needsLogin();
    }

    private boolean isOutOfRoom() {
        return isOutOfMemory() || diskGuard.refuses(true);
    }

    private boolean isOutOfMemory() {
        return context.dataBytes() > settings.maxmemoryBytes();
    }

    private void logFailed(LogFailedException failure) {
        LOG.error(
                "{}. Nothing more is acknowledged; the server ends with status {}.",
                failure.getMessage(),
                EXIT_LOG_FAILED);
        LOG.debug("Where that was found", failure);
        // Time for the last error replies to leave.
        group.next().schedule(() -> Runtime.getRuntime().halt(EXIT_LOG_FAILED), 500, TimeUnit.MILLISECONDS);
    }

    /** Clients would wait for ever at doors that stay open. What was acknowledged is on disk. */
    private void loopEnded() {
        if (!stopping) {
            try {
                LOG.error("The event loop has ended by an error; the server ends with status {}.", EXIT_LOOP_ENDED);
            } finally {
                Runtime.getRuntime().halt(EXIT_LOOP_ENDED);
            }
        }
    }

    private void shutdown() {
        new Thread(() -> System.exit(0), "shutdown-command").start();
    }

    private final class ServerGates implements CommandExecutor.Gates {
        @Override
        public boolean isOutOfMemory() {
            return Server.this.isOutOfMemory();
        }

        @Override
        public String refusalOfWrites(boolean growing) {
            return diskGuard.refuses(growing) ? Errors.DISK_FULL : null;
        }

        @Override
        public String refusalWhileBusy() {
            return scripting.runner().refusalWhileBusy();
        }

        @Override
        public boolean isPaused(boolean writing) {
            return sessions.isPaused(writing);
        }
    }

    // ---- the end

    /** Returns when everything acknowledged is on disk and nothing runs any more. */
    public void stop() {
        stopping = true;
        LOG.info("Stopping");
        if (scripting != null) {
            scripting.runner().stop();
        }
        doors.forEach(door -> door.close().awaitUninterruptibly());
        stopWaiting();
        // Before the log: a connection that closes may still give back a lock.
        connections.close().awaitUninterruptibly();
        try {
            onLoop(() -> {
                // Null when the start failed before.
                if (loop != null) {
                    loop.close();
                }
                if (scripting != null) {
                    scripting.close();
                }
                return null;
            });
        } catch (IOException e) {
            LOG.error("The last sync failed: {}", e.getMessage());
        }
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        background.shutdown();
        LOG.info("Stopped");
    }

    /** Whoever waits over HTTP is told so. (Redis clients see the connection end, as with Redis.) */
    private void stopWaiting() {
        try {
            onLoop(() -> {
                httpDoor.stop();
                return null;
            });
            // The answers leave at the end of that turn.
            onLoop(() -> null);
        } catch (IOException | RuntimeException e) {
            LOG.warn("Who waits over HTTP is not told that the server stops: {}", e.toString());
        }
    }

    private void onLoop(Callable<Void> task) throws IOException {
        try {
            group.next().submit(task).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
