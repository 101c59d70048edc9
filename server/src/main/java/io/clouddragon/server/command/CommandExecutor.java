package io.clouddragon.server.command;

import io.clouddragon.resp.Request;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Operation;
import io.clouddragon.storage.engine.Tx;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one command from its words to its reply: look-up, the gates that every command passes, queueing by MULTI, and the
 * transaction. The order of the gates is that of Redis' {@code processCommand}. Event loop only.
 */
public final class CommandExecutor implements Operation {
    private static final Logger LOG = LoggerFactory.getLogger(CommandExecutor.class);

    private final CommandTable table;
    private final EngineLoop loop;
    private final Gates gates;
    private final CommandListener listener;
    private final Call call;
    private final Map<String, long[]> errorCounts = new TreeMap<>();
    private long executed;
    private long errors;

    public CommandExecutor(CommandTable table, EngineLoop loop, Gates gates, CommandListener listener) {
        this.table = table;
        this.loop = loop;
        this.gates = gates;
        this.listener = listener;
        this.call = new Call(loop, this);
    }

    /** What may forbid a command, decided elsewhere. */
    public interface Gates {
        /** Whether there is a password. */
        boolean needsLogin();

        /** Whether memory is used up: commands that need more are refused. */
        boolean isOutOfMemory();

        /** An error text when writes are refused, else null. */
        String refusalOfWrites();

        /** Whether CLIENT PAUSE postpones the command; {@code writing} = it may change keys. */
        boolean isPaused(boolean writing);
    }

    /** Told of every command that was executed: SLOWLOG, LATENCY. */
    public interface CommandListener {
        /** The call is still the command's. Nothing may be kept of it. */
        void executed(Call call, long nanos);
    }

    public CommandTable table() {
        return table;
    }

    /** A session begins, anew or by RESET: it has to log in where there is a password. */
    public void resetLogin(Session session) {
        session.authenticated(!gates.needsLogin());
    }

    /** Executes a command: its reply is in the session's buffer afterwards, or the session is blocked. */
    public void execute(Session session, Request request) {
        int mark = session.connection().mark();
        session.executing();
        dispatch(session, request);
        if (!session.isPostponed()) {
            if (session.isSilent()) {
                session.connection().rewind(mark);
            }
            session.commandEnded();
        }
        session.executed();
    }

    private void dispatch(Session session, Request request) {
        call.prepare(session, null, request, true);
        Command command = resolve(session);
        if (command == null) {
            session.transaction().markFaulty();
            return;
        }
        session.begins(command, loop.engine().wallMillis());
        String refusal = refusal(session, command);
        if (refusal == null && session.isSubscribedMode() && !command.isAllowedWhenSubscribed()) {
            refusal = Errors.notWhenSubscribed(command.fullName());
        }
        if (refusal != null) {
            reject(session, command, refusal);
        } else if (gates.isPaused(mayWrite(session, command))) {
            session.postpone(request.copy());
        } else if (session.transaction().isOpen() && !command.isAtOnceInMulti()) {
            session.transaction().queue(command, request.copy());
            session.reply().queued();
        } else {
            call.prepare(session, command, request, true);
            transact(session, command);
        }
    }

    /** Answers with an error without executing; an EXEC that is rejected takes its transaction with it. */
    private void reject(Session session, Command command, String refusal) {
        command.stats().rejectedCall();
        if (command.isExec()) {
            session.transaction().discard();
            session.transaction().unwatch();
            call.error(Errors.execRejected(refusal));
        } else {
            session.transaction().markFaulty();
            call.error(refusal);
        }
    }

    private static boolean mayWrite(Session session, Command command) {
        return command.writes() || command.isExec() && session.transaction().writes();
    }

    /** The command that is meant; null when the error has been written. */
    private Command resolve(Session session) {
        Command command = table.find(call.arg(0));
        if (command == null) {
            if (call.isWord(0, "POST") || call.isWord(0, "HOST:")) {
                refuseHttp(session);
            } else {
                call.error(unknownCommand());
            }
            return null;
        }
        if (command.isContainer() && call.count() > 1) {
            Command sub = command.subcommand(call.arg(1).toString().toLowerCase(Locale.ROOT));
            if (sub == null) {
                call.error(Errors.unknownSubcommand(call.arg(1), command));
                return null;
            }
            command = sub;
        }
        if (!command.accepts(call.count()) || command.handler() == null) {
            reject(session, command, Errors.arity(command.fullName()));
            return null;
        }
        return command;
    }

    /** A browser was made to send its request here: what would follow are commands of somebody else's choice. */
    private static void refuseHttp(Session session) {
        LOG.warn(
                "Possible attack: {} sends an HTTP request to the Redis port, as a web page can make a browser do"
                        + " (cross-protocol scripting). The connection is closed",
                session.connection().peerAddress());
        session.connection().close();
    }

    private String unknownCommand() {
        StringBuilder text = new StringBuilder("ERR unknown command '")
                .append(Errors.shown(call.arg(0)))
                .append("', with args beginning with: ");
        int before = text.length();
        for (int i = 1; i < call.count() && text.length() - before < Errors.SHOWN_BYTES; i++) {
            int most = Errors.SHOWN_BYTES - (text.length() - before);
            text.append('\'').append(Errors.shown(call.arg(i), most)).append("' ");
        }
        return text.toString();
    }

    private String refusal(Session session, Command command) {
        if (!session.isAuthenticated() && !command.isWithoutAuth() && gates.needsLogin()) {
            return Errors.NO_AUTH;
        }
        if (session.transaction().isOpen() && command.has(Flag.NO_MULTI)) {
            return Errors.NOT_IN_MULTI;
        }
        if (command.needsMemory() && gates.isOutOfMemory()) {
            return Errors.OUT_OF_MEMORY;
        }
        if (command.writes()) {
            return gates.refusalOfWrites();
        }
        return null;
    }

    private void transact(Session session, Command command) {
        int mark = session.connection().mark();
        long start = System.nanoTime();
        try {
            session.dependOn(loop.transact(this));
        } catch (RuntimeException e) {
            if (!Errors.isRefusal(e)) {
                LOG.error("Command {} failed; nothing of it was done", command.fullName(), e);
            }
            session.connection().rewind(mark);
            call.error(Errors.ofFailure(e));
        } catch (OutOfMemoryError e) {
            // One array was too large to be had (a string of hundreds of megabytes, the table of an LCS); nothing was
            // changed.
            LOG.error("Command {} needs more memory than there is; nothing of it was done", command.fullName());
            session.connection().rewind(mark);
            call.error(Errors.NOT_ENOUGH_MEMORY);
        }
        ended(command, System.nanoTime() - start);
        call.trim();
    }

    private void ended(Command command, long nanos) {
        executed++;
        command.stats().called(nanos);
        if (call.hasFailed()) {
            command.stats().failedCall();
        }
        listener.executed(call, nanos);
    }

    /** The body of the transaction: runs the command that was prepared. */
    @Override
    public void run(Tx tx) {
        call.tx(tx);
        call.command().handler().run(call);
    }

    /** Runs queued commands, each writing its reply, inside the transaction of EXEC, which is the present call. */
    public void runQueued(List<Transaction.Queued> queue, Tx tx) {
        Session session = call.session();
        Command exec = call.command();
        Request execRequest = call.request();
        int position = 1;
        for (Transaction.Queued queued : queue) {
            call.prepare(session, queued.command(), queued.request(), false);
            call.positionInExec(position++);
            long start = System.nanoTime();
            queued.command().handler().run(call);
            ended(queued.command(), System.nanoTime() - start);
            if (tx.isAborted()) {
                break;
            }
        }
        call.prepare(session, exec, execRequest, true);
    }

    void countError(String text) {
        errors++;
        int space = text.indexOf(' ');
        errorCounts.computeIfAbsent(space < 0 ? text : text.substring(0, space), prefix -> new long[1])[0]++;
    }

    /** Commands executed since the start. */
    public long executed() {
        return executed;
    }

    public long errors() {
        return errors;
    }

    /** Errors by prefix, for INFO errorstats. */
    public Map<String, long[]> errorCounts() {
        return errorCounts;
    }

    /** CONFIG RESETSTAT. */
    public void resetStats() {
        executed = 0;
        errors = 0;
        errorCounts.clear();
        for (Command command : table.all()) {
            command.stats().reset();
            command.subcommands().forEach(sub -> sub.stats().reset());
        }
    }
}
