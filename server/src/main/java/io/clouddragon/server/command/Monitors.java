package io.clouddragon.server.command;

import io.clouddragon.server.pubsub.Fanout;
import io.clouddragon.storage.bytes.Bytes;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients that have said MONITOR: each command is shown to them after it was executed, a script before the commands that it
 * runs. Costs nothing while there are none. Event loop only.
 */
public final class Monitors {
    private static final Logger LOG = LoggerFactory.getLogger(Monitors.class);

    private final Set<Session> watching = new LinkedHashSet<>();
    private final Fanout fanout = new Fanout();

    public void add(Session session) {
        watching.add(session);
        session.monitor(true);
    }

    public void remove(Session session) {
        if (watching.remove(session)) {
            session.monitor(false);
        }
    }

    void beforeScript(Call call) {
        if (!watching.isEmpty() && call.command().runsScript()) {
            show(call, false);
        }
    }

    /** What only those may do who run the server is not shown. */
    void after(Call call, boolean byScript) {
        if (!watching.isEmpty()
                && !call.command().has(Flag.SKIP_MONITOR)
                && !call.command().has(Flag.ADMIN)) {
            show(call, byScript);
        }
    }

    /** The command is executed, or was, whatever goes wrong here: with large words a line is several times as large. */
    private void show(Call call, boolean byScript) {
        try {
            send(line(call, byScript));
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("A command is not shown to all who have said MONITOR", e);
        }
    }

    private void send(String line) {
        watching.removeIf(Session::isClosed);
        fanout.send(to -> to.simpleString(line), watching, 0);
    }

    private static String line(Call call, boolean byScript) {
        Instant now = Instant.now();
        StringBuilder line = new StringBuilder();
        line.append(now.getEpochSecond()).append('.');
        String micros = Integer.toString(now.getNano() / 1000);
        line.append("0".repeat(6 - micros.length())).append(micros);
        line.append(" [").append(call.db().name()).append(' ');
        line.append(byScript ? "lua" : call.session().connection().peerAddress())
                .append(']');
        for (int i = 0; i < call.count(); i++) {
            line.append(" \"");
            if (call.isRedacted(i)) {
                line.append("(redacted)");
            } else {
                appendEscaped(line, call.arg(i));
            }
            line.append('"');
        }
        return line.toString();
    }

    /** As C and Redis' {@code sdscatrepr} write it. */
    private static void appendEscaped(StringBuilder line, Bytes word) {
        for (int i = 0; i < word.length(); i++) {
            int b = word.at(i) & 0xFF;
            switch (b) {
                case '\\', '"' -> line.append('\\').append((char) b);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case '\b' -> line.append("\\b");
                case 7 -> line.append("\\a");
                default -> appendPrintable(line, b);
            }
        }
    }

    private static void appendPrintable(StringBuilder line, int b) {
        if (b >= ' ' && b <= '~') {
            line.append((char) b);
        } else {
            line.append("\\x").append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 0xF, 16));
        }
    }
}
