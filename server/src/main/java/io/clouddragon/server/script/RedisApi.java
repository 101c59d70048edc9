package io.clouddragon.server.script;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code redis} that scripts find. */
final class RedisApi {
    /** What scripts write with redis.log appears under this name. */
    private static final Logger LOG = LoggerFactory.getLogger("script");

    private static final int LOG_DEBUG = 0;
    private static final int LOG_VERBOSE = 1;
    private static final int LOG_NOTICE = 2;
    private static final int LOG_WARNING = 3;
    private static final int REPL_ALL = 3;

    private final ScriptRunner runner;
    private final ReplyToLua replies;
    private final String version;

    /** @param replies converts for the interpreter that this is for */
    RedisApi(ScriptRunner runner, ReplyToLua replies, String version) {
        this.runner = runner;
        this.replies = replies;
        this.version = version;
    }

    /** What EVAL's scripts find. */
    Map<String, Object> ofScripts() {
        Map<String, Object> api = ofFunctions();
        api.put("breakpoint", (LuaFunction) stack -> {
            stack.push(false);
            return 1;
        });
        api.put("debug", (LuaFunction) stack -> 0);
        api.put("replicate_commands", (LuaFunction) stack -> {
            stack.push(true);
            return 1;
        });
        return api;
    }

    /** What functions find. */
    Map<String, Object> ofFunctions() {
        Map<String, Object> api = logging();
        api.put("call", (LuaFunction) stack -> runner.callCommand(stack, replies, true));
        api.put("pcall", (LuaFunction) stack -> runner.callCommand(stack, replies, false));
        api.put("setresp", (LuaFunction) this::setResp);
        api.put("sha1hex", (LuaFunction) RedisApi::sha1Hex);
        api.put("error_reply", (LuaFunction) RedisApi::errorReply);
        api.put("status_reply", (LuaFunction) RedisApi::statusReply);
        api.put("set_repl", (LuaFunction) this::setRepl);
        api.put("REPL_NONE", 0);
        api.put("REPL_AOF", 1);
        api.put("REPL_SLAVE", 2);
        api.put("REPL_REPLICA", 2);
        api.put("REPL_ALL", REPL_ALL);
        api.put("acl_check_cmd", (LuaFunction) runner::mayCall);
        return api;
    }

    /** What a library finds while it is being loaded. */
    Map<String, Object> whileLoading() {
        Map<String, Object> api = logging();
        api.put("register_function", (LuaFunction) runner::register);
        return api;
    }

    private Map<String, Object> logging() {
        Map<String, Object> api = new LinkedHashMap<>();
        api.put("log", (LuaFunction) RedisApi::log);
        api.put("LOG_DEBUG", LOG_DEBUG);
        api.put("LOG_VERBOSE", LOG_VERBOSE);
        api.put("LOG_NOTICE", LOG_NOTICE);
        api.put("LOG_WARNING", LOG_WARNING);
        api.put("REDIS_VERSION", version);
        api.put("REDIS_VERSION_NUM", versionNumber());
        return api;
    }

    /** A byte for each part: 7.0.15 is 0x07000F. */
    private int versionNumber() {
        int number = 0;
        for (String part : version.split("\\.")) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    private static int raise(LuaStack stack, String text) {
        ReplyToLua.pushError(stack, "ERR " + text, false);
        return LuaFunction.RAISE;
    }

    private static int sha1Hex(LuaStack stack) {
        if (stack.top() != 1) {
            return raise(stack, "wrong number of arguments");
        }
        stack.push(Sha1.hex(stack.isText(1) ? stack.bytes(1) : new byte[0]));
        return 1;
    }

    private static int errorReply(LuaStack stack) {
        if (stack.top() != 1 || stack.type(1) != LuaStack.STRING) {
            ReplyToLua.pushError(stack, "ERR wrong number or type of arguments", false);
            return 1;
        }
        String text = new String(stack.bytes(1), StandardCharsets.ISO_8859_1);
        ReplyToLua.pushError(stack, withoutLineEnds(text.startsWith("-") ? text.substring(1) : text), false);
        return 1;
    }

    /** Without line ends before and behind it. No regular expression: that takes the square of the length of a row of them. */
    private static String withoutLineEnds(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isLineEnd(text.charAt(from))) {
            from++;
        }
        while (from < to && isLineEnd(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isLineEnd(char c) {
        return c == '\r' || c == '\n';
    }

    private static int statusReply(LuaStack stack) {
        if (stack.top() != 1 || stack.type(1) != LuaStack.STRING) {
            ReplyToLua.pushError(stack, "ERR wrong number or type of arguments", false);
            return 1;
        }
        stack.newTable(0, 1);
        stack.pushCopy(1);
        stack.setField(-2, "ok");
        return 1;
    }

    private int setResp(LuaStack stack) {
        if (!runner.isRunning()) {
            return raise(stack, "redis.setresp can only be called inside a script invocation");
        }
        if (stack.top() != 1) {
            return raise(stack, "redis.setresp() requires one argument.");
        }
        int version3 = (int) stack.number(1);
        if (version3 != 2 && version3 != 3) {
            return raise(stack, "RESP version must be 2 or 3.");
        }
        runner.protocol(version3);
        return 0;
    }

    /** Everything is logged always: it is one record, not commands. */
    private int setRepl(LuaStack stack) {
        if (!runner.isRunning()) {
            return raise(stack, "redis.set_repl can only be called inside a script invocation");
        }
        if (stack.top() != 1) {
            return raise(stack, "redis.set_repl() requires two arguments.");
        }
        if (((int) stack.number(1) & ~REPL_ALL) != 0) {
            return raise(stack, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return 0;
    }

    private static int log(LuaStack stack) {
        int arguments = stack.top();
        if (arguments < 2) {
            return raise(stack, "redis.log() requires two arguments or more.");
        }
        if (!stack.isNumeric(1)) {
            return raise(stack, "First argument must be a number (log level).");
        }
        int level = (int) stack.number(1);
        if (level < LOG_DEBUG || level > LOG_WARNING) {
            return raise(stack, "Invalid debug level.");
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 2; i <= arguments; i++) {
            if (stack.isText(i)) {
                if (i > 2) {
                    text.write(' ');
                }
                text.writeBytes(stack.bytes(i));
            }
        }
        String line = text.toString(StandardCharsets.UTF_8);
        switch (level) {
            case LOG_DEBUG -> LOG.trace("{}", line);
            case LOG_VERBOSE -> LOG.debug("{}", line);
            case LOG_NOTICE -> LOG.info("{}", line);
            default -> LOG.warn("{}", line);
        }
        return 0;
    }
}
