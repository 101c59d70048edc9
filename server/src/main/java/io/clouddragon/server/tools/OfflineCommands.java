package io.clouddragon.server.tools;

import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Policy;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Permissions;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.family.Families;
import io.clouddragon.server.family.ServerContext;
import io.clouddragon.server.pubsub.Outbox;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.script.FunctionLibraries;
import io.clouddragon.server.script.Scripting;
import io.clouddragon.server.stats.Observer;
import io.clouddragon.server.stats.Rates;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.engine.EngineLoop;
import java.util.Map;

/**
 * The server's commands and function libraries over an {@link OfflineEngine}, for tools that do what a client would. On the
 * engine's thread only, and made outside transactions.
 */
final class OfflineCommands {
    /** As many numbered databases as a Redis server may have had. */
    private static final String DATABASES = "65536";

    private final CommandTable table = new CommandTable();
    private final CommandExecutor executor;
    private final Sessions sessions;
    private final FunctionLibraries functions;

    OfflineCommands(EngineLoop loop) {
        Settings settings = Settings.of(Map.of(Setting.DATABASES, DATABASES));
        Observer observer = new Observer(settings, loop.engine());
        Users users = new Users(new Policy(table.catalogue(), () -> true));
        Permissions permissions = new Permissions(users, new AclLog(() -> 0), (session, call) -> "");
        PubSub pubsub = new PubSub();
        TrackingTable tracking = new TrackingTable(loop::execute, this::session, settings.trackingTableMaxKeys());
        executor = new CommandExecutor(table, loop, tracking, CommandExecutor.Gates.OPEN, permissions, observer);
        sessions = new Sessions(loop, pubsub, tracking, () -> 0, 1, settings.outputBufferLimits());
        Rates rates = new Rates(executor, sessions);
        Families.declare(table);
        Scripting scripting = new Scripting(loop, executor, sessions, settings, ServerContext.REDIS_VERSION);
        functions = scripting.functions();
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
                        () -> {}));
    }

    private Session session(long id) {
        return sessions.byId(id);
    }

    CommandTable table() {
        return table;
    }

    CommandExecutor executor() {
        return executor;
    }

    Sessions sessions() {
        return sessions;
    }

    FunctionLibraries functions() {
        return functions;
    }
}
