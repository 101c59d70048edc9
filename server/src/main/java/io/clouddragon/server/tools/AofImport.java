package io.clouddragon.server.tools;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.resp.Request;
import io.clouddragon.resp.RequestDecoder;
import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Policy;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Permissions;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.family.Families;
import io.clouddragon.server.family.ServerContext;
import io.clouddragon.server.pubsub.Outbox;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.script.Scripting;
import io.clouddragon.server.stats.Observer;
import io.clouddragon.server.stats.Rates;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.EngineLoop;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Executes the commands of a Redis append-only file, through the server's own command table, as if a client had sent them.
 * As Redis does when it loads one: a command that is cut off at the end, and a transaction without its EXEC, are left out.
 */
final class AofImport {
    private static final int PIECE_BYTES = 1 << 20;
    private static final Set<String> FRAME = Set.of("SELECT", "MULTI", "EXEC");

    /** As many numbered databases as a Redis server may have had. */
    private static final String DATABASES = "65536";

    private final OfflineEngine engine;
    private final Progress progress;
    private final OfflineConnection connection = new OfflineConnection();
    private final Map<String, Long> skipped = new TreeMap<>();
    private CommandTable table;
    private CommandExecutor executor;
    private Sessions sessions;
    private long executed;
    private long cutBytes;

    AofImport(OfflineEngine engine, Progress progress) throws IOException {
        this.engine = engine;
        this.progress = progress;
        engine.run(() -> {
            assemble(engine.loop());
            return null;
        });
    }

    private void assemble(EngineLoop loop) {
        Settings settings = Settings.of(Map.of(Setting.DATABASES, DATABASES));
        table = new CommandTable();
        Observer observer = new Observer(settings, loop.engine());
        Users users = new Users(new Policy(table.catalogue(), () -> true));
        Permissions permissions = new Permissions(users, new AclLog(() -> 0), (session, call) -> "");
        PubSub pubsub = new PubSub();
        TrackingTable tracking =
                new TrackingTable(loop::execute, id -> sessions.byId(id), settings.trackingTableMaxKeys());
        executor = new CommandExecutor(table, loop, tracking, new OpenGates(), permissions, observer);
        sessions = new Sessions(loop, pubsub, tracking, () -> 0, 1, settings.outputBufferLimits());
        Rates rates = new Rates(executor, sessions);
        Families.declare(table);
        Scripting scripting = new Scripting(loop, executor, sessions, settings, ServerContext.REDIS_VERSION, () -> {});
        Families.declare(
                table,
                new ServerContext(
                        settings,
                        loop,
                        table,
                        executor,
                        sessions,
                        pubsub,
                        new Outbox(pubsub),
                        tracking,
                        observer,
                        rates,
                        scripting,
                        "none",
                        now -> {}));
    }

    private static final class OpenGates implements CommandExecutor.Gates {
        @Override
        public boolean isPaused(boolean mayWrite) {
            return false;
        }

        @Override
        public boolean isOutOfMemory() {
            return false;
        }

        @Override
        public String refusalOfWrites(boolean growing) {
            return null;
        }

        @Override
        public String refusalWhileBusy() {
            return null;
        }
    }

    void run(List<Path> files) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        long before = 0;
        Session session = engine.run(() -> sessions.open(connection));
        executor.resetLogin(session);
        for (Path file : files) {
            try (CountingStream counted = new CountingStream(Files.newInputStream(file));
                    InputStream in = new BufferedInputStream(counted, PIECE_BYTES)) {
                if (cutBytes > 0) {
                    throw new IOException("a command is cut off at the end of the file before " + file);
                }
                RdbPreamble.skip(in);
                read(file, in, session, before, counted, total);
            }
            before += Files.size(file);
        }
        engine.run(() -> {
            session.close();
            sessions.closed(session);
            return null;
        });
    }

    private void read(Path file, InputStream in, Session session, long before, CountingStream counted, long total)
            throws IOException {
        RequestDecoder decoder = new RequestDecoder(new DecoderLimits());
        Request request = new Request();
        byte[] piece = new byte[PIECE_BYTES];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            decoder.feed(Unpooled.wrappedBuffer(piece, 0, count));
            engine.run(() -> {
                engine.loop().enter();
                while (decoder.next(request)) {
                    execute(session, request);
                }
                return null;
            });
            if (decoder.error() != null) {
                throw new IOException(file + " is no append-only file, or damaged: "
                        + decoder.error().message());
            }
            progress.at(before + counted.bytes(), total);
        }
        cutBytes = decoder.buffered();
    }

    private void execute(Session session, Request request) {
        Bytes name = new Bytes().set(request.array(), request.offset(0), request.length(0));
        if (request.length(0) > 0 && name.at(0) == '#') {
            return; // An annotation: aof-timestamp-enabled.
        }
        Command command = table.find(name);
        String word = name.toString().toUpperCase(Locale.ROOT);
        if (command == null || !command.has(Flag.WRITE) && !FRAME.contains(word)) {
            skipped.merge(word, 1L, Long::sum);
            return;
        }
        executor.execute(session, request);
        executed++;
        connection.clear();
    }

    long executed() {
        return executed;
    }

    /** How many commands of which name were left out: they do not exist here. */
    Map<String, Long> skipped() {
        return skipped;
    }

    /** How many errors were replied. */
    long errors() {
        return executor.errors();
    }

    /** At the end of the last file, of a command that is not complete. */
    long cutBytes() {
        return cutBytes;
    }
}
