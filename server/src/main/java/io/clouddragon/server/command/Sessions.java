package io.clouddragon.server.command;

import io.clouddragon.storage.engine.Databases;
import io.clouddragon.storage.engine.EngineLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The RESP clients that are connected, and what holds for all of them: their number, CLIENT PAUSE, traffic. Event loop only. */
public final class Sessions {
    /** The database that a connection starts in. */
    private static final String FIRST_DATABASE = "0";

    private final EngineLoop loop;
    private final Databases databases;
    private final Map<Long, Session> open = new LinkedHashMap<>();
    private int maxClients;
    private long lastId;
    private long connectionsReceived;
    private long connectionsRejected;
    private long bytesReceived;
    private long bytesSent;
    private int peakClients;
    private long pausedUntilMillis;
    private boolean pausedWritesOnly;

    public Sessions(EngineLoop loop, int maxClients) {
        this.loop = loop;
        this.databases = loop.engine().databases();
        this.maxClients = maxClients;
    }

    public void maxClients(int clients) {
        maxClients = clients;
    }

    public int maxClients() {
        return maxClients;
    }

    /** A client has connected; null when there are as many as there may be. */
    public Session open(Connection connection) {
        if (open.size() >= maxClients) {
            connectionsRejected++;
            return null;
        }
        connectionsReceived++;
        long id = ++lastId;
        Session session = new Session(
                id, connection, databases.get(FIRST_DATABASE), loop.engine().wallMillis());
        open.put(id, session);
        peakClients = Math.max(peakClients, open.size());
        return session;
    }

    public void closed(Session session) {
        open.remove(session.id());
    }

    public Collection<Session> all() {
        return open.values();
    }

    /** Null when there is none of that id. */
    public Session byId(long id) {
        return open.get(id);
    }

    public int blocked() {
        int blocked = 0;
        for (Session session : open.values()) {
            blocked += session.isBlocked() ? 1 : 0;
        }
        return blocked;
    }

    public void received(int bytes) {
        bytesReceived += bytes;
    }

    public void sent(int bytes) {
        bytesSent += bytes;
    }

    // ---- CLIENT PAUSE

    /** Stops executing commands (or, of those that write, only) until then; a longer pause of more is kept. */
    public void pause(long untilMillis, boolean writesOnly) {
        boolean wasPaused = pausedUntilMillis > loop.engine().wallMillis();
        pausedWritesOnly = wasPaused ? pausedWritesOnly && writesOnly : writesOnly;
        pausedUntilMillis = wasPaused ? Math.max(pausedUntilMillis, untilMillis) : untilMillis;
    }

    public void unpause() {
        pausedUntilMillis = 0;
        for (Session session : new ArrayList<>(open.values())) {
            session.connection().resume();
        }
    }

    /** Whether a session must not execute its next command now. */
    public boolean isPaused(Session session) {
        return pausedUntilMillis != 0 && !pausedWritesOnly && loop.engine().wallMillis() < pausedUntilMillis;
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

    public void resetStats() {
        connectionsReceived = 0;
        connectionsRejected = 0;
        bytesReceived = 0;
        bytesSent = 0;
    }
}
