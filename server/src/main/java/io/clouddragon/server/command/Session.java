package io.clouddragon.server.command;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.resp.Request;
import io.clouddragon.server.acl.User;
import io.clouddragon.server.config.OutputBufferLimits.ClientClass;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.server.pubsub.Subscriber;
import io.clouddragon.server.pubsub.Subscriptions;
import io.clouddragon.server.tracking.Tracking;
import io.clouddragon.storage.engine.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The state of one RESP client between its commands. Event loop only.
 *
 * <p>Invariant: exactly one database is retained at a time; {@link #close} gives everything back.
 */
public final class Session implements Subscriber {
    /** CLIENT REPLY. */
    public enum ReplyMode {
        ON,
        OFF,
        /** The next command is silent. */
        SKIP_NEXT,
        /** This command is silent. */
        SKIP
    }

    private final long id;
    private final Connection connection;
    private final long createdMillis;
    private long loggedOutMillis;
    private final Transaction transaction;
    private final Subscriptions subscriptions;
    private final Tracking tracking = new Tracking(this);

    private Database db;
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private boolean authenticated;
    private User user;
    private ReplyMode replyMode = ReplyMode.ON;
    private boolean noEvict;
    private boolean noTouch;
    private BlockedCall blockedOn;
    private Command lastCommand;
    private long lastInteractionMillis;
    private Request postponed;
    private boolean postponedToEndOfTurn;
    private long overSoftLimitSinceMillis;
    private boolean monitor;
    private boolean executing;
    private final List<SharedMessage> lateMessages = new ArrayList<>(0);
    private long lateDependency;
    private boolean closed;

    /**
     * @param db database that it starts in
     * @param queuedBytes told of the memory that commands queued by MULTI take
     */
    Session(long id, Connection connection, Database db, PubSub pubsub, LongConsumer queuedBytes, long nowMillis) {
        this.id = id;
        this.connection = connection;
        this.createdMillis = nowMillis;
        this.loggedOutMillis = nowMillis;
        this.lastInteractionMillis = nowMillis;
        this.db = db;
        this.transaction = new Transaction(queuedBytes);
        this.subscriptions = new Subscriptions(pubsub, this);
        db.retain();
    }

    public long id() {
        return id;
    }

    public Connection connection() {
        return connection;
    }

    /** Writes to the end of what is to be sent. Ask for it each time: it is not the same buffer for long. */
    public ReplyWriter reply() {
        return connection.reply();
    }

    public Transaction transaction() {
        return transaction;
    }

    public Database db() {
        return db;
    }

    public void select(Database other) {
        other.retain();
        db.release();
        db = other;
    }

    public String name() {
        return name;
    }

    public void name(String value) {
        name = value;
    }

    public String libraryName() {
        return libraryName;
    }

    public void libraryName(String value) {
        libraryName = value;
    }

    public String libraryVersion() {
        return libraryVersion;
    }

    public void libraryVersion(String value) {
        libraryVersion = value;
    }

    public boolean isAuthenticated() {
        return authenticated;
    }

    /** Whose rights it has. */
    public User user() {
        return user;
    }

    /** It is that user from now on; {@code loggedIn} = it may give commands. */
    public void user(User newUser, boolean loggedIn) {
        user = newUser;
        authenticated = loggedIn;
        connection.authenticated(loggedIn);
    }

    /** It begins anew as that user. Who has to log in has as long for it as a newcomer, but only who was logged in before. */
    void resetUser(User newUser, boolean loggedIn, long nowMillis) {
        if (authenticated) {
            loggedOutMillis = nowMillis;
        }
        user(newUser, loggedIn);
    }

    /** Since when it has to log in, where it has to. */
    long loggedOutMillis() {
        return loggedOutMillis;
    }

    public ReplyMode replyMode() {
        return replyMode;
    }

    public void replyMode(ReplyMode mode) {
        replyMode = mode;
    }

    /** Whether replies are not wanted now. */
    public boolean isSilent() {
        return replyMode == ReplyMode.OFF || replyMode == ReplyMode.SKIP;
    }

    /** A command has been answered, or has swallowed its answer. */
    void commandEnded() {
        if (replyMode == ReplyMode.SKIP) {
            replyMode = ReplyMode.ON;
        } else if (replyMode == ReplyMode.SKIP_NEXT) {
            replyMode = ReplyMode.SKIP;
        }
        boolean isClient = lastCommand != null && lastCommand.isOf("client");
        if (tracking.isCachingSaid() && !transaction.isOpen() && !isClient) {
            tracking.endCaching();
        }
    }

    /** The replies written so far may leave once {@code revision} is durable. */
    public void dependOn(long revision) {
        connection.dependOn(revision);
    }

    public boolean isNoEvict() {
        return noEvict;
    }

    public void noEvict(boolean on) {
        noEvict = on;
    }

    public boolean isNoTouch() {
        return noTouch;
    }

    public void noTouch(boolean on) {
        noTouch = on;
    }

    /** The parked command, or null. */
    public BlockedCall blockedOn() {
        return blockedOn;
    }

    void blockedOn(BlockedCall call) {
        blockedOn = call;
    }

    /** A wait has ended: what follows counts as idle from now on. */
    void unblocked(long nowMillis) {
        blockedOn = null;
        lastInteractionMillis = nowMillis;
    }

    public boolean isBlocked() {
        return blockedOn != null;
    }

    /** Gives up what it is {@link #isBlocked} on, without a reply. */
    public void stopWaiting() {
        blockedOn.cancel();
        blockedOn = null;
    }

    /** Null before the first, and when there was none of the last one's name. */
    public Command lastCommand() {
        return lastCommand;
    }

    /** A command has come; whether there is one of that name is seen next. */
    void begins(long nowMillis) {
        lastCommand = null;
        lastInteractionMillis = nowMillis;
    }

    void resolved(Command command) {
        lastCommand = command;
    }

    // ---- messages that answer no request

    public Subscriptions subscriptions() {
        return subscriptions;
    }

    @Override
    public boolean isSubscribed() {
        return !subscriptions.isEmpty();
    }

    public Tracking tracking() {
        return tracking;
    }

    /** Whether every command is shown to it ({@link Monitors}). */
    public boolean isMonitor() {
        return monitor;
    }

    void monitor(boolean on) {
        monitor = on;
    }

    /** Whether it may do nothing but subscribe and unsubscribe: in RESP2 a message cannot be told from a reply. */
    public boolean isSubscribedMode() {
        return isSubscribed() && connection.protocol() == 2;
    }

    /** What CLIENT LIST TYPE goes by. */
    public ClientClass clientClass() {
        return isSubscribed() ? ClientClass.PUBSUB : ClientClass.NORMAL;
    }

    /**
     * What the output limits go by. Others decide how much is sent to who has said MONITOR or tracks prefixes, as to who is
     * subscribed: without a limit one that does not read takes all memory there is.
     */
    ClientClass outputClass() {
        boolean unasked = isSubscribed() || monitor || tracking.mode() == Tracking.Mode.BROADCAST;
        return unasked ? ClientClass.PUBSUB : ClientClass.NORMAL;
    }

    @Override
    public int protocol() {
        return connection.protocol();
    }

    @Override
    public void deliver(SharedMessage message, long revision) {
        if (executing) {
            message.retain();
            lateMessages.add(message);
            lateDependency = Math.max(lateDependency, revision);
        } else {
            connection.push(message, revision);
        }
    }

    /** A command begins to write its reply: messages come behind it. */
    void executing() {
        executing = true;
    }

    /** The reply is complete, or was taken back. */
    void executed() {
        executing = false;
        if (!lateMessages.isEmpty()) {
            for (SharedMessage message : lateMessages) {
                connection.push(message, lateDependency);
            }
            dropLateMessages();
        }
    }

    private void dropLateMessages() {
        lateMessages.forEach(SharedMessage::release);
        lateMessages.clear();
        lateDependency = 0;
    }

    // ---- postponed: by CLIENT PAUSE, or because it runs a script

    /** Keeps a command until the pause is over; nothing more is executed before it. */
    void postpone(Request request) {
        postponed = request;
        postponedToEndOfTurn = false;
    }

    /** Keeps a command until what is ready on all sockets has been read; nothing more is executed before it. */
    void postponeToEndOfTurn(Request request) {
        postponed = request;
        postponedToEndOfTurn = true;
        connection.resumeAtEndOfTurn();
    }

    public boolean isPostponedToEndOfTurn() {
        return postponedToEndOfTurn;
    }

    public boolean isPostponed() {
        return postponed != null;
    }

    /** The command that was postponed, to be executed now; null when there is none. */
    public Request takePostponed() {
        Request request = postponed;
        postponed = null;
        return request;
    }

    public long createdMillis() {
        return createdMillis;
    }

    public long lastInteractionMillis() {
        return lastInteractionMillis;
    }

    /** Unix milliseconds since when more replies wait than the soft limit allows; 0 = they do not. */
    long overSoftLimitSinceMillis() {
        return overSoftLimitSinceMillis;
    }

    void overSoftLimitSinceMillis(long millis) {
        overSoftLimitSinceMillis = millis;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Gives back what it holds: its place in queues, its watches, messages that no reply has preceded, its database. */
    public void close() {
        if (!closed) {
            closed = true;
            if (blockedOn != null) {
                stopWaiting();
            }
            postponed = null;
            transaction.discard();
            transaction.unwatch();
            subscriptions.removeAll();
            // A command may have failed half-way. And one that still runs is answered to nobody.
            executing = false;
            dropLateMessages();
            db.release();
        }
    }
}
