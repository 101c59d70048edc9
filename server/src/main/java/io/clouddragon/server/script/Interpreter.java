package io.clouddragon.server.script;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import party.iroiro.luajava.JFunction;
import party.iroiro.luajava.Lua;
import party.iroiro.luajava.lua51.Lua51;

/**
 * A Lua 5.1 interpreter set up as Redis sets up its own: {@code sandbox.lua} describes what code in it finds. It lives until
 * {@link #close}; scripts are compiled into it once and called often. Event loop only.
 */
final class Interpreter {
    private static final Logger LOG = LoggerFactory.getLogger(Interpreter.class);

    private static final String SANDBOX = "sandbox.lua";
    private static final int KILOBYTE = 1024;

    private final Lua51 lua = new Lua51();
    private final LuaStack stack = new LuaStack(lua);
    private final int globals;
    private final int scriptGlobals;
    private final int errorHandler;
    private final int restoreHook;
    private final int standIn;
    private final int memory;

    private final ReplyToLua toLua = new ReplyToLua(stack);
    private final LuaToReply toReply = new LuaToReply(stack);
    private final List<Lua> coroutines = new ArrayList<>();

    /** @param api the fields of the table {@code redis}: functions, numbers and texts */
    Interpreter(ScriptRunner runner, Function<ReplyToLua, Map<String, Object>> api) {
        lua.openLibraries();
        if (stack.load(resource(SANDBOX), "=sandbox") != 0) {
            throw new IllegalStateException(stack.text(-1));
        }
        pushHost(runner, api.apply(toLua));
        if (stack.call(1, 6, 0) != 0) {
            throw new IllegalStateException(stack.text(-1));
        }
        memory = stack.keep();
        standIn = stack.keep();
        restoreHook = stack.keep();
        errorHandler = stack.keep();
        scriptGlobals = stack.keep();
        globals = stack.keep();
    }

    static byte[] resource(String name) {
        try (InputStream in = Interpreter.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the program is incomplete: " + name, e);
        }
    }

    private void pushHost(ScriptRunner runner, Map<String, Object> redis) {
        RandomNumbers random = new RandomNumbers();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("interrupt", (LuaFunction) runner::interrupt);
        fields.put("limit", (LuaFunction) s -> {
            s.push((double) runner.memoryLimit() / KILOBYTE);
            return 1;
        });
        fields.put("random", (LuaFunction) random::random);
        fields.put("randomseed", (LuaFunction) random::seed);
        fields.put("redis", redis);
        fields.put("libraries", Map.of());
        pushTable(fields);
    }

    /** Pushes a table of functions, numbers, texts and tables of the same. */
    void pushTable(Map<String, ?> fields) {
        stack.newTable(0, fields.size());
        fields.forEach((name, value) -> {
            push(value);
            stack.setField(-2, name);
        });
    }

    private void push(Object value) {
        if (value instanceof LuaFunction function) {
            lua.push(new Callback(function));
        } else if (value instanceof Number number) {
            stack.push(number.doubleValue());
        } else if (value instanceof String text) {
            stack.push(text);
        } else if (value instanceof Map<?, ?> table) {
            pushTable(cast(table));
        } else {
            throw new IllegalArgumentException("not for Lua: " + value);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> cast(Map<?, ?> table) {
        return (Map<String, ?>) table;
    }

    /** Writes what a script returned. */
    LuaToReply reply() {
        return toReply;
    }

    LuaStack stack() {
        return stack;
    }

    /** Pushes a compiled script, or an error text; 0 for success. */
    int load(byte[] code, String name) {
        int failed = stack.load(code, name);
        if (failed == 0) {
            stack.pushKept(scriptGlobals);
            stack.setGlobals();
        }
        return failed;
    }

    /** What scripts see as their globals, to be changed by us. */
    void pushGlobals() {
        stack.pushKept(globals);
    }

    void pushErrorHandler() {
        stack.pushKept(errorHandler);
    }

    /** After code was ended by an interrupt: it no longer is. */
    void restoreHook() {
        stack.pushKept(restoreHook);
        stack.call(0, 0, 0);
    }

    /** Replaces the table on top by one that shows the same and cannot be changed. */
    void protect() {
        stack.pushKept(standIn);
        stack.insert(-2);
        stack.call(1, 1, 0);
    }

    /** luajava keeps every coroutine that called a function of ours until it is told that it may go. */
    void forgetCoroutines() {
        if (!coroutines.isEmpty()) {
            coroutines.forEach(Lua::close);
            coroutines.clear();
        }
    }

    /** Bytes in use. */
    long memoryBytes() {
        stack.pushKept(memory);
        stack.call(0, 1, 0);
        double kilobytes = stack.number(-1);
        stack.pop(1);
        return (long) (kilobytes * KILOBYTE);
    }

    void close() {
        lua.close();
    }

    /** Lets Lua call a function of ours, on the stack of the coroutine that calls. Nothing thrown reaches Lua's C code. */
    private final class Callback implements JFunction {
        private final LuaFunction function;

        Callback(LuaFunction function) {
            this.function = function;
        }

        @Override
        public int __call(Lua caller) {
            if (caller != lua && !coroutines.contains(caller)) {
                coroutines.add(caller);
            }
            long before = stack.enter(caller.getPointer());
            try {
                return function.call(stack);
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                stack.push("internal error, see the server's log");
                LOG.error("A function called by a script failed", e);
                return LuaFunction.RAISE;
            } finally {
                stack.leave(before);
            }
        }
    }
}
