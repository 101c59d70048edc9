package io.clouddragon.server.family;

import io.clouddragon.server.acl.Users;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.pubsub.Outbox;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.script.Scripting;
import io.clouddragon.server.stats.Observer;
import io.clouddragon.server.stats.Rates;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.engine.EngineLoop;

/**
 * What command families that look after the server itself work with.
 *
 * @param transport how the event loop waits for the network: epoll, io_uring, nio
 * @param shutdown ends the process after a clean stop (SHUTDOWN)
 */
public record ServerContext(
        Settings settings,
        EngineLoop loop,
        CommandTable table,
        CommandExecutor executor,
        Sessions sessions,
        PubSub pubsub,
        Outbox outbox,
        TrackingTable tracking,
        Observer observer,
        Rates rates,
        Scripting scripting,
        String transport,
        Runnable shutdown) {

    /** The version of Redis whose behaviour is ours. */
    public static final String REDIS_VERSION = ConnectionCommands.REDIS_VERSION;

    public Users users() {
        return executor.permissions().users();
    }

    /** Bytes of memory that clients have filled: entries, and {@link #overheadBytes}. What maxmemory is held against. */
    public long dataBytes() {
        return loop.engine().entryBytes() + overheadBytes();
    }

    /** Bytes of the hash tables at the last sample, of the cached scripts, and of commands that MULTI has queued. */
    public long overheadBytes() {
        return rates.tableBytes() + scripting.scripts().cacheBytes() + sessions.queuedBytes();
    }
}
