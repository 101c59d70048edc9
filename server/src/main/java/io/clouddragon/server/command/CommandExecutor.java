package io.clouddragon.server.command;

import io.clouddragon.resp.Request;
import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Denial;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Operation;
import io.clouddragon.storage.engine.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    private final TrackingTable tracking;
    private final Gates gates;
    private final Permissions permissions;
    private final CommandListener listener;
    private final Monitors monitors = new Monitors();
    /** Of the command that is being executed. */
    private Call call;
    /** Of the command that a script calls. */
    private final Call inner;

    private final List<Integer> keyPositions = new ArrayList<>();
    private final ErrorCounts errors = new ErrorCounts();
    /** When the last command ended, or the burst began, {@link System#nanoTime}. */
    private long clock = System.nanoTime();

    private long executed;

    public CommandExecutor(
            CommandTable table,
            EngineLoop loop,
            TrackingTable tracking,
            Gates gates,
            Permissions permissions,
            CommandListener listener) {
        this.table = table;
        this.loop = loop;
        this.tracking = tracking;
        this.gates = gates;
        this.permissions = permissions;
        this.listener = listener;
        this.call = new Call(loop, this);
        this.inner = new Call(loop, this);
    }

    /** What may forbid a command, decided elsewhere; nothing does unless told otherwise. */
    public interface Gates {
        /** Every command passes. */
        Gates OPEN = new Gates() {};

        /** Whether memory is used up: commands that need more are refused. */
        default boolean isOutOfMemory() {
            return false;
        }

        /**
         * @param growing whether the write needs more room; deletes, unlocks and the like need next to none
         * @return an error text when such writes are refused, else null
         */
        default String refusalOfWrites(boolean growing) {
            return null;
        }

        /** An error text while a script keeps the server busy, else null. */
        default String refusalWhileBusy() {
            return null;
        }

        /** Whether CLIENT PAUSE postpones the command; {@code writing} = it may change keys. */
        default boolean isPaused(boolean writing) {
            return false;
        }
    }

    /** Decides what a script may call. */
    public interface Guard {
        /**
         * @param command null when there is none of that name
         * @param words how many were given, the command's name included
         * @return an error text, or null to let it be executed
         */
        String refusal(Command command, int words);
    }

    /** Told of every command that was executed: SLOWLOG, LATENCY. */
    public interface CommandListener {
        /** The call is still the command's. Nothing may be kept of it. */
        void executed(Call call, long nanos);
    }

    public CommandTable table() {
        return table;
    }

    public Permissions permissions() {
        return permissions;
    }

    public Monitors monitors() {
        return monitors;
    }

    /** A session begins, anew or by RESET: it is the default user, and has to log in where that one has a password. */
    public void resetLogin(Session session) {
        boolean loggedIn = !permissions.users().needsLogin();
        session.resetUser(
                permissions.users().defaultUser(), loggedIn, loop.engine().wallMillis());
    }

    /**
     * Several commands may follow, one after the other: the moment when one has ended is that when the next begins. Reading
     * the clock takes a twentieth of what a pipelined SET does.
     */
    public void beginBurst() {
        clock = System.nanoTime();
    }

    /** Executes a command, after {@link #beginBurst}: its reply is in the session's buffer afterwards, or the session is blocked. */
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
        session.begins(loop.engine().wallMillis());
        Command command = resolve(session);
        if (command == null) {
            session.transaction().markFaulty();
            return;
        }
        String refusal = refusal(session, command);
        if (refusal == null) {
            refusal = refusalOfMode(session, command);
        }
        if (refusal != null) {
            reject(session, command, refusal);
        } else if (isPaused(session, command)) {
            session.postpone(request.copy());
        } else if (session.transaction().isOpen() && !command.isAtOnceInMulti()) {
            session.transaction().queue(command, request, command.mayWrite(call));
            session.reply().queued();
        } else if (runsScripts(session, command) && !loop.isLate()) {
            session.postponeToEndOfTurn(request.copy());
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

    /** Whether CLIENT PAUSE postpones the command. What a script says is asked while writes are paused only. */
    private boolean isPaused(Session session, Command command) {
        boolean executesWrites = command.isExec() && session.transaction().mayWrite();
        return gates.isPaused(true) && (gates.isPaused(false) || executesWrites || command.mayWrite(call));
    }

    private static boolean runsScripts(Session session, Command command) {
        return command.runsScript() || command.isExec() && session.transaction().runsScripts();
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
            Command sub = subcommand(command, call);
            if (sub == null) {
                call.error(Errors.unknownSubcommand(call.arg(1), command));
                return null;
            }
            command = sub;
        }
        session.resolved(command);
        if (!command.accepts(call.count()) || command.handler() == null) {
            reject(session, command, Errors.arity(command.fullName()));
            return null;
        }
        return command;
    }

    private static Command subcommand(Command container, Call of) {
        return container.subcommand(of.arg(1).toString().toLowerCase(Locale.ROOT));
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
        if (!session.isAuthenticated()
                && !command.isWithoutAuth()
                && permissions.users().needsLogin()) {
            return Errors.NO_AUTH;
        }
        if (session.transaction().isOpen() && command.has(Flag.NO_MULTI)) {
            return Errors.NOT_IN_MULTI;
        }
        if (!session.user().isUnrestricted()) {
            Denial denial = denial(session, command);
            if (denial != null) {
                return denial.error(command.fullName());
            }
        }
        // EXEC is what is queued. And what is queued takes memory, whatever it is.
        Transaction transaction = session.transaction();
        boolean executes = command.isExec();
        boolean needsMemory = command.needsMemory() || executes && transaction.needsMemory();
        boolean goesOnQueueing = transaction.isOpen() && !command.isEndOfMulti();
        if ((needsMemory || goesOnQueueing) && gates.isOutOfMemory()) {
            return Errors.OUT_OF_MEMORY;
        }
        boolean writes = command.writes() || executes && transaction.writes();
        String refusal = writes ? gates.refusalOfWrites(needsMemory) : null;
        return refusal == null && !command.has(Flag.ALLOW_BUSY) ? gates.refusalWhileBusy() : refusal;
    }

    /** Whether the session's user may give the command that the call is prepared for; null when it may. */
    private Denial denial(Session session, Command command) {
        Denial denial = permissions.denial(session.user(), command, call.count(), call::arg);
        if (denial != null) {
            permissions.logDenial(call, command, denial, Permissions.context(call), call::arg);
        }
        return denial;
    }

    /** What a client may not do that has said SUBSCRIBE, in RESP2, or MONITOR. */
    private static String refusalOfMode(Session session, Command command) {
        if (session.isSubscribedMode() && !command.isAllowedWhenSubscribed()) {
            return Errors.notWhenSubscribed(command.fullName());
        }
        if (session.isMonitor() && (command.mayWrite() || command.has(Flag.READONLY))) {
            return Errors.NOT_FOR_MONITORS;
        }
        return null;
    }

    private void transact(Session session, Command command) {
        if (loop.isBusy()) {
            // Another command's transaction is open; what may be executed now needs none.
            command.handler().run(call);
            executed++;
            command.stats().called(0);
            return;
        }
        int mark = session.connection().mark();
        tracking.executing(session.tracking());
        long start = clock;
        try {
            session.dependOn(loop.transact(this));
        } catch (RuntimeException e) {
            if (!Errors.isRefusal(e)) {
                LOG.error("Command {} failed; nothing of it was done", command.fullName(), e);
            }
            session.connection().rewind(mark);
            call.error(Errors.ofFailure(e));
        } catch (OutOfMemoryError e) {
            // One array was too large to be had (a string of hundreds of megabytes, the table of an LCS).
            LOG.error("Command {} needs more memory than there is; nothing of it was done", command.fullName());
            session.connection().rewind(mark);
            call.error(Errors.NOT_ENOUGH_MEMORY);
        }
        clock = System.nanoTime();
        ended(command, clock - start);
        tracking.executing(null);
        call.trim();
    }

    private void ended(Command command, long nanos) {
        executed++;
        command.stats().called(nanos);
        if (call.hasFailed()) {
            command.stats().failedCall();
        }
        rememberReads(command);
        monitors.after(call, call == inner);
        try {
            listener.executed(call, nanos);
        } catch (RuntimeException | OutOfMemoryError e) {
            // It was executed, whatever goes wrong with who is told.
            LOG.error("What {} took has not been noted everywhere", command.fullName(), e);
        }
    }

    /** For the client's cache. Of a script count the commands that it runs. */
    private void rememberReads(Command command) {
        if (tracking.remembersReads() && command.has(Flag.READONLY) && command.group() != Group.SCRIPTING) {
            keyPositions.clear();
            for (KeySpec spec : command.keySpecs()) {
                if (!spec.flags().contains(KeyFlag.NOT_KEY)) {
                    spec.positions(call.count(), call::arg, keyPositions);
                }
            }
            for (int position : keyPositions) {
                tracking.remember(call.arg(position));
            }
        }
    }

    /** The body of the transaction: runs the command that was prepared. */
    @Override
    public void run(Tx tx) {
        call.tx(tx);
        monitors.beforeScript(call);
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
            // Again: the rules may have changed since it was queued.
            Denial denial = session.user().isUnrestricted() ? null : denial(session, queued.command());
            if (denial == null) {
                long start = System.nanoTime();
                monitors.beforeScript(call);
                queued.command().handler().run(call);
                ended(queued.command(), System.nanoTime() - start);
            } else if (queued.command().isGuardOfExec()) {
                call.abortExec(denial.errorInExec());
            } else {
                call.error(denial.errorInExec());
            }
            if (tx.isAborted()) {
                break;
            }
        }
        call.prepare(session, exec, execRequest, true);
    }

    /**
     * Runs a command inside the transaction of the present call, for another session: how a script calls commands. The reply
     * is in that session's buffer afterwards.
     *
     * @return null, or the text with which it was refused; then there is no reply
     * @throws RuntimeException when the command failed half-way: nothing of the transaction may happen
     */
    public String runInside(Session session, Request request, Guard guard) {
        Call outer = call;
        Command command = lookUp(session, request);
        String refusal = guard.refusal(command, inner.count());
        if (refusal != null) {
            if (command != null) {
                command.stats().rejectedCall();
            }
            countError(refusal);
            return refusal;
        }
        inner.prepare(session, command, request, false);
        inner.tx(outer.tx());
        call = inner;
        try {
            long start = System.nanoTime();
            command.handler().run(inner);
            ended(command, System.nanoTime() - start);
        } finally {
            call = outer;
            inner.trim();
        }
        return null;
    }

    /** The command that these words mean; null when there is none. */
    public Command lookUp(Session session, Request request) {
        inner.prepare(session, null, request, false);
        Command command = table.find(inner.arg(0));
        return command != null && command.isContainer() && inner.count() > 1 ? subcommand(command, inner) : command;
    }

    /**
     * Whether the user of the present call may give the command that was just looked up for a script; null when it may.
     *
     * @param logged whether a denial goes to ACL LOG
     */
    public Denial denialInside(Command command, boolean logged) {
        Denial denial = permissions.denial(call.session().user(), command, inner.count(), inner::arg);
        if (denial != null && logged) {
            permissions.logDenial(call, command, denial, AclLog.Context.LUA, inner::arg);
        }
        return denial;
    }

    /** Whether memory is used up: commands that need more are refused. */
    public boolean isOutOfMemory() {
        return gates.isOutOfMemory();
    }

    /** An error text when writes are refused, those that need more room or all, else null. */
    public String refusalOfWrites(boolean growing) {
        return gates.refusalOfWrites(growing);
    }

    /**
     * Lets the commands of other clients be read and refused, or executed where they need no transaction, in the middle of
     * the present call.
     */
    public void readMeanwhile() {
        Call running = call;
        call = new Call(loop, this);
        try {
            loop.readMeanwhile();
        } finally {
            call = running;
        }
    }

    void countError(String text) {
        errors.count(text);
    }

    /** Commands executed since the start. */
    public long executed() {
        return executed;
    }

    public ErrorCounts errors() {
        return errors;
    }

    /** CONFIG RESETSTAT. */
    public void resetStats() {
        executed = 0;
        errors.reset();
        for (Command command : table.all()) {
            command.stats().reset();
            command.subcommands().forEach(sub -> sub.stats().reset());
        }
    }
}
