package io.clouddragon.server.script;

import io.clouddragon.resp.Request;
import io.clouddragon.server.acl.Denial;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.WritesRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one script at a time, inside the transaction of the command that asked for it: whatever it does is one record of the
 * log. A script that fails half-way keeps what it did before, as in Redis; one that a mistake of the server's ended, or the
 * server's stop, has done nothing.
 *
 * <p>A script that runs longer than {@code busy-reply-threshold} is interrupted now and then to read the sockets, so that
 * others are told BUSY and somebody may kill it. It can be killed as long as it has called no writing command. Event loop
 * only, but for {@link #stop}.
 */
public final class ScriptRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRunner.class);

    /** A library that takes longer to load is not loaded. */
    private static final int LOAD_MILLIS = 500;

    private static final int KEEP_REQUEST_BYTES = 1 << 16;

    private static final String NOT_BUSY = "NOTBUSY No scripts in execution right now.";
    private static final String BUSY_SCRIPT =
            "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    private static final String BUSY_FUNCTION =
            "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
    private static final String UNKILLABLE = "UNKILLABLE Sorry the script already executed write commands against the"
            + " dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN"
            + " NOSAVE command.";

    private final CommandExecutor executor;
    private final Settings settings;
    private final ScriptConnection connection = new ScriptConnection();
    private final Session session;
    private final Request request = new Request();
    private final CommandExecutor.Guard guard = this::refusal;

    // The run in progress.
    private Script script;
    private Call call;
    private boolean eval;
    private boolean readOnly;
    private boolean outOfMemory;
    private boolean hasWritten;
    private boolean killed;
    private boolean busy;
    private boolean calling;
    private long startNanos;
    private Throwable failure;
    private volatile boolean stopping;
    private Registration registration;
    private boolean loadingTimedOut;

    ScriptRunner(CommandExecutor executor, Sessions sessions, Settings settings) {
        this.executor = executor;
        this.settings = settings;
        this.session = sessions.detached(connection);
    }

    // ---- running

    /**
     * Runs a script with the keys and arguments of the present command and writes its reply.
     *
     * @param byEval its keys and arguments are globals, as EVAL has them; else its parameters, as FCALL has them
     * @param firstKey position among the command's words
     * @param readOnlyCommand whether the command is one that may not write
     */
    void run(
            Interpreter interpreter,
            Script toRun,
            Call of,
            boolean byEval,
            int firstKey,
            int keys,
            boolean readOnlyCommand)
            throws ScriptError {
        admit(toRun, readOnlyCommand);
        begin(toRun, of, byEval, readOnlyCommand);
        interpreter.limit(settings.luaMaxMemoryBytes());
        LuaStack stack = interpreter.stack();
        int top = stack.top();
        try {
            int failed = call(interpreter, stack, firstKey, keys);
            if (failure != null) {
                throw rethrown();
            }
            if (failed == 0) {
                interpreter.reply().write(of, connection.reply().protocol() == 3, settings.luaMaxMemoryBytes());
            } else {
                replyError(stack);
            }
        } finally {
            stack.top(top);
            if (killed || failure != null) {
                interpreter.restoreHook();
            }
            interpreter.forgetCoroutines();
            end();
        }
    }

    // ---- loading a library

    /**
     * Runs the code on top of the stack, which registers functions.
     *
     * @return null, or an error text
     */
    String load(Interpreter interpreter, Registration into) {
        LuaStack stack = interpreter.stack();
        interpreter.limit(settings.luaMaxMemoryBytes());
        interpreter.loading(true);
        registration = into;
        loadingTimedOut = false;
        startNanos = System.nanoTime();
        try {
            if (stack.call(0, 0, 0) == 0) {
                return null;
            }
            String text = stack.isText(-1) ? "ERR " + stack.text(-1) : null;
            if (stack.type(-1) == LuaStack.TABLE) {
                stack.field(-1, "err");
                text = stack.isText(-1) ? stack.text(-1) : null;
                stack.pop(1);
            }
            stack.pop(1);
            return "ERR Error registering functions: " + text;
        } finally {
            registration = null;
            interpreter.loading(false);
            if (loadingTimedOut) {
                interpreter.restoreHook();
            }
        }
    }

    /** redis.register_function. */
    int register(LuaStack stack) {
        String problem = registration == null
                ? "redis.register_function can only be called on FUNCTION LOAD command"
                : registration.register(stack);
        if (problem == null) {
            return 0;
        }
        ReplyToLua.pushError(stack, "ERR " + problem, false);
        return LuaFunction.RAISE;
    }

    private void admit(Script toRun, boolean readOnlyCommand) throws ScriptError {
        outOfMemory = executor.isOutOfMemory();
        if (!toRun.isDeclared()) {
            return;
        }
        if (outOfMemory && !toRun.has(ScriptFlag.ALLOW_OOM) && !toRun.has(ScriptFlag.NO_WRITES)) {
            throw new ScriptError(Errors.OUT_OF_MEMORY);
        }
        if (!toRun.has(ScriptFlag.NO_WRITES)) {
            String refusal = executor.refusalOfWrites(!toRun.has(ScriptFlag.ALLOW_OOM));
            if (refusal != null) {
                throw new ScriptError(refusal);
            }
            if (readOnlyCommand) {
                throw new ScriptError("ERR Can not execute a script with write flag using *_ro command.");
            }
        }
    }

    private void begin(Script toRun, Call of, boolean byEval, boolean readOnlyCommand) {
        script = toRun;
        call = of;
        eval = byEval;
        readOnly = readOnlyCommand || toRun.has(ScriptFlag.NO_WRITES);
        hasWritten = false;
        killed = false;
        busy = false;
        failure = null;
        startNanos = System.nanoTime();
        connection.begin(of.session().connection());
        session.select(of.session().db());
        session.user(of.session().user(), true);
    }

    private void end() {
        script = null;
        call = null;
        connection.clear();
        if (request.capacity() > KEEP_REQUEST_BYTES) {
            request.trim();
        }
        if (busy) {
            LOG.info("The slow script has ended");
        }
        busy = false;
    }

    private int call(Interpreter interpreter, LuaStack stack, int firstKey, int keys) {
        interpreter.pushErrorHandler();
        int handler = stack.top();
        stack.pushKept(script.code());
        int firstArgument = firstKey + keys;
        if (eval) {
            interpreter.pushGlobals();
            interpreter.pushKeysName();
            pushWords(stack, firstKey, firstArgument);
            stack.rawSet(-3);
            interpreter.pushArgumentsName();
            pushWords(stack, firstArgument, call.count());
            stack.rawSet(-3);
            stack.pop(1);
            return stack.call(0, 1, handler);
        }
        pushWords(stack, firstKey, firstArgument);
        pushWords(stack, firstArgument, call.count());
        return stack.call(2, 1, handler);
    }

    private void pushWords(LuaStack stack, int from, int to) {
        stack.newTable(to - from, 0);
        for (int i = from; i < to; i++) {
            stack.push(call.arg(i));
            stack.setElement(-2, i - from + 1);
        }
    }

    private RuntimeException rethrown() {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure;
    }

    /** The error on top, which the handler has made a table, with the place where it happened. */
    private void replyError(LuaStack stack) {
        if (stack.type(-1) != LuaStack.TABLE) {
            String text = stack.isText(-1) ? stack.text(-1) : "execution failure";
            call.error("ERR Error running script " + script.name() + ", "
                    + text.substring(0, Math.min(100, text.length())));
            return;
        }
        String text = field(stack, "err");
        String source = field(stack, "source");
        String line = field(stack, "line");
        if (source != null && line != null) {
            text = text + " script: " + script.name() + ", on " + source + ":" + line + ".";
        }
        stack.field(-1, "ignore_error_stats_update");
        boolean counted = stack.bool(-1);
        stack.pop(1);
        call.error(String.valueOf(text).getBytes(StandardCharsets.ISO_8859_1), !counted);
    }

    /** A character a byte; null when there is no such text. */
    private static String field(LuaStack stack, String name) {
        stack.field(-1, name);
        String text = stack.isText(-1) ? new String(stack.bytes(-1), StandardCharsets.ISO_8859_1) : null;
        stack.pop(1);
        return text;
    }

    // ---- commands that the script calls

    /** redis.call and redis.pcall. */
    int callCommand(LuaStack stack, ReplyToLua replies, boolean raise) {
        if (script == null) {
            ReplyToLua.pushError(stack, "ERR redis.call/pcall can only be called inside a script invocation", false);
            return LuaFunction.RAISE;
        }
        if (!takeWords(stack)) {
            return raise ? LuaFunction.RAISE : 1;
        }
        calling = true;
        try {
            if (failure != null) {
                ReplyToLua.pushError(stack, "ERR the script is being ended", true);
                return LuaFunction.RAISE;
            }
            String refusal = executor.runInside(session, request, guard);
            if (refusal != null) {
                ReplyToLua.pushError(stack, refusal, true);
                return raise ? LuaFunction.RAISE : 1;
            }
            byte[] reply = connection.replyBytes();
            replies.push(reply);
            return raise && reply[0] == '-' ? LuaFunction.RAISE : 1;
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = e;
            ReplyToLua.pushError(stack, "ERR " + e, true);
            return LuaFunction.RAISE;
        } finally {
            calling = false;
            connection.clear();
        }
    }

    /** Moves the arguments from the stack into the request; false when an error was pushed instead. */
    private boolean takeWords(LuaStack stack) {
        int words = stack.top();
        request.reset();
        if (words == 0) {
            ReplyToLua.pushError(stack, "ERR Please specify at least one argument for this redis lib call", false);
            return false;
        }
        for (int i = 1; i <= words; i++) {
            int type = stack.type(i);
            if (type == LuaStack.STRING) {
                request.add(stack.view(i));
            } else if (type == LuaStack.NUMBER) {
                byte[] digits = LuaStack.digits(stack.number(i)).getBytes(StandardCharsets.US_ASCII);
                request.add(digits, 0, digits.length);
            } else {
                stack.top(0);
                ReplyToLua.pushError(stack, "ERR Lua redis lib command arguments must be strings or integers", false);
                return false;
            }
        }
        stack.top(0);
        return true;
    }

    private String refusal(Command command, int words) {
        if (command == null) {
            return "ERR Unknown Redis command called from script";
        }
        if (!command.accepts(words) || command.handler() == null) {
            return "ERR Wrong number of args calling Redis command from script";
        }
        if (command.has(Flag.NOSCRIPT)) {
            return "ERR This Redis command is not allowed from script";
        }
        Denial denial = executor.denialInside(command, true);
        if (denial != null) {
            return denial.errorInScript();
        }
        if (command.writes()) {
            if (readOnly) {
                return "ERR Write commands are not allowed from read-only scripts.";
            }
            String refusal = executor.refusalOfWrites(command.needsMemory());
            if (refusal != null) {
                return refusal;
            }
        }
        if (command.needsMemory() && outOfMemory && !hasWritten && !script.has(ScriptFlag.ALLOW_OOM)) {
            return Errors.OUT_OF_MEMORY;
        }
        hasWritten |= command.writes();
        return null;
    }

    /** redis.acl_check_cmd. */
    int mayCall(LuaStack stack) {
        if (script == null) {
            ReplyToLua.pushError(stack, "ERR redis.acl_check_cmd can only be called inside a script invocation", false);
            return LuaFunction.RAISE;
        }
        if (!takeWords(stack)) {
            return LuaFunction.RAISE;
        }
        Command command = executor.lookUp(session, request);
        if (command == null) {
            ReplyToLua.pushError(stack, "ERR Invalid command passed to redis.acl_check_cmd()", false);
            return LuaFunction.RAISE;
        }
        stack.push(executor.denialInside(command, false) == null);
        return 1;
    }

    /** redis.setresp: the protocol in which replies are converted; false outside a run. */
    boolean protocol(int version) {
        if (script != null) {
            connection.reply().protocol(version);
        }
        return script != null;
    }

    boolean isRunning() {
        return script != null;
    }

    // ---- long scripts

    /** Asked every so many instructions: pushes the error that ends the script, or nil. */
    int interrupt(LuaStack stack) {
        if (registration != null) {
            loadingTimedOut |= runMillis() > LOAD_MILLIS;
            if (loadingTimedOut) {
                ReplyToLua.pushError(stack, "ERR FUNCTION LOAD timeout", false);
            } else {
                stack.pushNil();
            }
        } else if (script == null || calling) {
            stack.pushNil();
        } else if (failure != null || stopping) {
            if (failure == null) {
                failure = new WritesRefusedException(EngineLoop.STOPPING);
            }
            ReplyToLua.pushError(stack, "ERR the script is being ended", true);
        } else {
            answerOthers();
            if (killed) {
                ReplyToLua.pushError(stack, "ERR Script killed by user with SCRIPT KILL...", false);
            } else {
                stack.pushNil();
            }
        }
        return 1;
    }

    private void answerOthers() {
        long limit = settings.busyReplyThresholdMillis();
        if (!busy) {
            if (limit == 0 || runMillis() < limit) {
                return;
            }
            busy = true;
            LOG.warn(
                    "Slow script: still running after {} ms. {} ends it.",
                    runMillis(),
                    eval ? "SCRIPT KILL" : "FUNCTION KILL");
        }
        executor.readMeanwhile();
    }

    /** Milliseconds since the script began. */
    public long runMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    /** What other clients are told now; null when no script keeps the server busy. */
    public String refusalWhileBusy() {
        return busy ? eval ? BUSY_SCRIPT : BUSY_FUNCTION : null;
    }

    /** SCRIPT KILL and FUNCTION KILL; returns null or an error text. */
    public String kill(boolean ofEval) {
        if (script == null) {
            return NOT_BUSY;
        }
        if (hasWritten) {
            return UNKILLABLE;
        }
        if (ofEval != eval) {
            return refusalWhileBusy();
        }
        if (!killed) {
            LOG.warn("Script {} is killed", script.name());
        }
        killed = true;
        return null;
    }

    /** The server stops: a script that runs is taken back. Any thread. */
    public void stop() {
        stopping = true;
    }

    /** Whether EVAL, as opposed to FCALL, runs now. */
    public boolean isEval() {
        return script != null && eval;
    }

    /** Name of the script that runs; null for none. */
    public String running() {
        return script == null ? null : script.name();
    }

    /** The words of the command that runs it. */
    public Call runningCall() {
        return call;
    }
}
