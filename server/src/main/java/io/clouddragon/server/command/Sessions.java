package io.clouddragon.server.command;

import io.clouddragon.server.config.OutputBufferLimits;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Databases;
import io.clouddragon.storage.engine.EngineLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The RESP clients that are connected, and what holds for all of them: their number, CLIENT PAUSE, traffic. Event loop only. */
public final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private static final long LONGEST_TIMER_MILLIS = 60_000;

    private final EngineLoop loop;
    private final Database firstDatabase;
    private final Map<Long, Session> open = new LinkedHashMap<>();
    private final PubSub pubsub;
    private final TrackingTable tracking;
    /** Connections over the other door: {@code maxclients} holds for both together. */
    private final IntSupplier others;

    private OutputBufferLimits outputLimits;
    private int maxClients;
    private long lastId;
    private long connectionsReceived;
    private long connectionsRejected;
    private long bytesReceived;
    private long bytesSent;
    private long reads;
    private long writes;
    private int peakClients;
    private long queuedBytes;
    private long pausedUntilMillis;
    private boolean pausedWritesOnly;
    private Runnable unpaused = () -> {};
    private long lastTimer;

    /** @param others how many connections there are that have no session, but count as clients */
    public Sessions(
            EngineLoop loop,
            PubSub pubsub,
            TrackingTable tracking,
            IntSupplier others,
            int maxClients,
            OutputBufferLimits outputLimits) {
        this.loop = loop;
        this.pubsub = pubsub;
        this.tracking = tracking;
        this.others = others;
        this.outputLimits = outputLimits;
        this.firstDatabase = loop.engine().databases().get(Databases.FIRST);
        firstDatabase.retain();
        this.maxClients = maxClients;
    }

    public void maxClients(int clients) {
        maxClients = clients;
    }

    public void outputLimits(OutputBufferLimits limits) {
        outputLimits = limits;
    }

    /** The database that a connection starts in, and comes back to by RESET. */
    public Database firstDatabase() {
        return firstDatabase;
    }

    /** A client has connected; null when there are as many as there may be. */
    public Session open(Connection connection) {
        if (open.size() + others.getAsInt() >= maxClients) {
            rejected();
            return null;
        }
        connectionsReceived++;
        long id = ++lastId;
        Session session = newSession(id, connection);
        open.put(id, session);
        peakClients = Math.max(peakClients, open.size());
        return session;
    }

    /** A client was sent away, at either door. */
    public void rejected() {
        connectionsRejected++;
    }

    /** A session that is no client's: nobody sees it, nobody can disconnect it. */
    public Session detached(Connection connection) {
        return newSession(0, connection);
    }

    private Session newSession(long id, Connection connection) {
        return new Session(
                id,
                connection,
                firstDatabase,
                pubsub,
                bytes -> queuedBytes += bytes,
                loop.engine().wallMillis());
    }

    /** Memory that commands take which clients have queued by MULTI: a client may queue without end, hence it counts. */
    public long queuedBytes() {
        return queuedBytes;
    }

    public void closed(Session session) {
        tracking.disconnected(session.tracking());
        open.remove(session.id());
    }

    public Collection<Session> all() {
        return open.values();
    }

    /** Null when there is none of that id. */
    public Session byId(long id) {
        return open.get(id);
    }

    /** Clients that wait: for a key or a lock, or for the end of a pause. */
    public int blocked() {
        int blocked = 0;
        for (Session session : open.values()) {
            blocked += session.isBlocked() || session.isPostponed() ? 1 : 0;
        }
        return blocked;
    }

    public void received(int bytes) {
        bytesReceived += bytes;
        reads++;
    }

    public void sent(int bytes) {
        bytesSent += bytes;
        writes++;
    }

    // ---- CLIENT PAUSE

    /**
     * Postpones commands (or only those that may write) until then. While a pause is under way, the longer and the
     * stricter of the two hold.
     */
    public void pause(long untilMillis, boolean writesOnly) {
        boolean wasPaused = isPaused();
        pausedWritesOnly = wasPaused ? pausedWritesOnly && writesOnly : writesOnly;
        pausedUntilMillis = wasPaused ? Math.max(pausedUntilMillis, untilMillis) : untilMillis;
        resumeLater();
    }

    /** What is to be done besides when a pause has ended, outside of any transaction. */
    public void onUnpause(Runnable task) {
        unpaused = task;
    }

    private void resumeLater() {
        // The timer of an earlier pause need not go on.
        long timer = ++lastTimer;
        long wait = pausedUntilMillis - loop.engine().wallMillis();
        // In steps, because a caller may name a time that no timer takes and the wall clock may be set.
        loop.schedule(() -> resumeWhenOver(timer), Math.max(1, Math.min(wait, LONGEST_TIMER_MILLIS)));
    }

    private void resumeWhenOver(long timer) {
        if (timer != lastTimer) {
            return;
        }
        loop.enter();
        if (isPaused()) {
            resumeLater();
        } else {
            unpause();
        }
    }

    public void unpause() {
        pausedUntilMillis = 0;
        for (Session session : new ArrayList<>(open.values())) {
            if (session.isPostponed()) {
                session.connection().resume();
            }
        }
        loop.execute(unpaused);
    }

    /** Whether a pause is under way. */
    public boolean isPaused() {
        return pausedUntilMillis != 0 && loop.engine().wallMillis() < pausedUntilMillis;
    }

    /** Whether a command that may write, or one that does not, is to be postponed. */
    public boolean isPaused(boolean writing) {
        return isPaused() && (writing || !pausedWritesOnly);
    }

    // ---- those who must go

    /**
     * Disconnects who has been idle for too long, who has not logged in in time, and who does not read its replies.
     * Called once a second.
     *
     * @param needsLogin whether clients must log in
     */
    public void disconnectOffenders(Settings settings, boolean needsLogin) {
        long now = loop.engine().wallMillis();
        long idleMillis = settings.timeoutSeconds() * 1000L;
        long loginMillis = settings.unauthenticatedTimeoutSeconds() * 1000L;
        for (Session session : open.values()) {
            boolean waits =
                    session.isBlocked() || session.isPostponed() || session.isSubscribed() || session.isMonitor();
            if (idleMillis > 0 && !waits && now - session.lastInteractionMillis() > idleMillis) {
                LOG.debug("Closing {}: idle", session.connection().peerAddress());
                session.connection().close();
            } else if (needsLogin && !session.isAuthenticated() && now - session.loggedOutMillis() > loginMillis) {
                LOG.info("Closing {}: no login in time", session.connection().peerAddress());
                session.connection().close();
            } else {
                checkOutput(session);
            }
        }
    }

    /** Disconnects a client for whom more output waits than {@code client-output-buffer-limit} allows. */
    public void checkOutput(Session session) {
        OutputBufferLimits.Limit limit = outputLimits.of(session.outputClass());
        if (limit.hardBytes() == 0 && limit.softBytes() == 0) {
            return;
        }
        long now = loop.engine().wallMillis();
        long waiting = session.connection().outputBytes();
        boolean overSoft = limit.softBytes() > 0 && waiting > limit.softBytes();
        if (!overSoft) {
            session.overSoftLimitSinceMillis(0);
        } else if (session.overSoftLimitSinceMillis() == 0) {
            session.overSoftLimitSinceMillis(now);
        }
        boolean overHard = limit.hardBytes() > 0 && waiting > limit.hardBytes();
        if (overHard || overSoft && now - session.overSoftLimitSinceMillis() > limit.softSeconds() * 1000L) {
            LOG.warn(
                    "Closing {}: {} bytes of replies wait for it (client-output-buffer-limit)",
                    session.connection().peerAddress(),
                    waiting);
            session.connection().close();
        }
    }

    // ---- figures for INFO

    public int count() {
        return open.size();
    }

    public int peakClients() {
        return peakClients;
    }

    public long connectionsReceived() {
        return connectionsReceived;
    }

    public long connectionsRejected() {
        return connectionsRejected;
    }

    public long bytesReceived() {
        return bytesReceived;
    }

    public long bytesSent() {
        return bytesSent;
    }

    /** Times that something was read from a socket. */
    public long reads() {
        return reads;
    }

    /** Times that replies were handed to a socket. */
    public long writes() {
        return writes;
    }

    public void resetStats() {
        connectionsReceived = 0;
        connectionsRejected = 0;
        bytesReceived = 0;
        bytesSent = 0;
        reads = 0;
        writes = 0;
    }
}
