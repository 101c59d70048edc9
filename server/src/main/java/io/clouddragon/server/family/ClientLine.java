package io.clouddragon.server.family;

import io.clouddragon.server.acl.Words;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Transaction;
import io.clouddragon.server.pubsub.Topic;
import io.clouddragon.server.tracking.Tracking;

/**
 * One line of CLIENT LIST: the fields of Redis 7.0 in its order, then the library's name and version as Redis 7.2 adds
 * them. {@code db} is the number, or the name of a database that has no number; {@code fd} is -1 where the transport does
 * not tell.
 */
public final class ClientLine {
    /** Objects of a connection and its session, a round figure. */
    private static final int FIXED_BYTES = 2048;

    private ClientLine() {}

    /** The line alone. */
    public static String text(Session session, Call call) {
        StringBuilder line = new StringBuilder();
        append(line, session, call);
        return line.toString();
    }

    /** @param call the one that asks: only its own session is executing a command, with words in memory */
    static void append(StringBuilder line, Session session, Call call) {
        Connection connection = session.connection();
        Connection.Figures figures = connection.figures();
        Transaction transaction = session.transaction();
        long now = call.loop().engine().wallMillis();
        long wordBytes = session == call.session() ? call.wordBytes() : 0;
        long output = connection.outputBytes();
        line.append("id=").append(session.id());
        line.append(" addr=").append(connection.peerAddress());
        line.append(" laddr=").append(connection.localAddress());
        line.append(" fd=").append(figures.fd());
        line.append(" name=").append(session.name());
        line.append(" age=").append(seconds(now - session.createdMillis()));
        line.append(" idle=").append(seconds(now - session.lastInteractionMillis()));
        line.append(" flags=").append(flags(session));
        line.append(" db=").append(session.db().name());
        line.append(" sub=").append(session.subscriptions().count(Topic.CHANNEL));
        line.append(" psub=").append(session.subscriptions().count(Topic.PATTERN));
        line.append(" ssub=").append(session.subscriptions().count(Topic.SHARD_CHANNEL));
        line.append(" multi=")
                .append(transaction.isOpen() ? transaction.queued().size() : -1);
        line.append(" qbuf=").append(connection.queryBytes());
        line.append(" qbuf-free=").append(connection.queryCapacity() - connection.queryBytes());
        line.append(" argv-mem=").append(wordBytes);
        line.append(" multi-mem=").append(transaction.queuedBytes());
        line.append(" rbs=").append(figures.replyCapacity());
        line.append(" rbp=").append(figures.replyPeak());
        line.append(" obl=").append(figures.replyBytes());
        line.append(" oll=").append(figures.outputBuffers());
        line.append(" omem=").append(output - figures.replyBytes());
        line.append(" tot-mem=").append(totalBytes(session, wordBytes));
        line.append(" events=").append(events(figures));
        line.append(" cmd=")
                .append(
                        session.lastCommand() == null
                                ? "NULL"
                                : session.lastCommand().fullName());
        line.append(" user=").append(Words.shown(session.user().name()));
        line.append(" redir=").append(TrackingCommands.redirectOf(session.tracking()));
        line.append(" resp=").append(connection.protocol());
        line.append(" lib-name=").append(session.libraryName());
        line.append(" lib-ver=").append(session.libraryVersion());
    }

    /** Bytes of memory that a client takes, the buffers of its socket included. */
    static long totalBytes(Session session, long wordBytes) {
        return FIXED_BYTES
                + session.connection().queryCapacity()
                + session.connection().outputBytes()
                + session.transaction().queuedBytes()
                + wordBytes;
    }

    private static long seconds(long millis) {
        return Math.max(0, millis) / 1000;
    }

    private static String flags(Session session) {
        StringBuilder flags = new StringBuilder();
        flag(flags, session.isMonitor(), 'O');
        flag(flags, session.isSubscribed(), 'P');
        flag(flags, session.transaction().isOpen(), 'x');
        flag(flags, session.isBlocked() || session.isPostponed(), 'b');
        flag(flags, session.tracking().isOn(), 't');
        flag(flags, session.tracking().isRedirectBroken(), 'R');
        flag(flags, session.tracking().mode() == Tracking.Mode.BROADCAST, 'B');
        flag(flags, session.transaction().isTouched(), 'd');
        flag(flags, !session.connection().isOpen(), 'c');
        flag(flags, session.isNoEvict(), 'e');
        flag(flags, session.isNoTouch(), 'T');
        return flags.length() == 0 ? "N" : flags.toString();
    }

    private static void flag(StringBuilder flags, boolean on, char letter) {
        if (on) {
            flags.append(letter);
        }
    }

    private static String events(Connection.Figures figures) {
        return (figures.reading() ? "r" : "") + (figures.outputBuffers() > 0 ? "w" : "");
    }
}
