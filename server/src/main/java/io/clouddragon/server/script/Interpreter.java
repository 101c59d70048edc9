package io.clouddragon.server.script;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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

    /** Stands for Lua's null pointer among the fields of a table. */
    static final Object NULL = new Object();

    private static final String SANDBOX = "sandbox.lua";
    private static final int KILOBYTE = 1024;
    /** First byte of what Lua itself has compiled. */
    private static final byte COMPILED_CODE = 27;

    private final Lua51 lua = new Lua51();
    private final LuaStack stack = new LuaStack(lua);
    private final int globals;
    private final int scriptGlobals;
    private final int errorHandler;
    private final int restoreHook;
    private final int limit;
    private final int visible;
    private final int headroom;
    private final int hook;
    private final int keysName;
    private final int argumentsName;
    private long limitBytes;

    private final ReplyToLua toLua = new ReplyToLua(stack);
    private final LuaToReply toReply = new LuaToReply(stack);
    /** In the order in which they came: luajava looks for one that it is to forget from the oldest on. */
    private final Set<Lua> coroutines = new LinkedHashSet<>();

    /** @param api the fields of the table {@code redis}: functions, numbers and texts */
    Interpreter(ScriptRunner runner, Function<ReplyToLua, Map<String, Object>> api) {
        this(runner, api, null);
    }

    /** @param whileLoading the fields of {@code redis}, the only global, while a library is being loaded */
    Interpreter(
            ScriptRunner runner,
            Function<ReplyToLua, Map<String, Object>> api,
            Function<ReplyToLua, Map<String, Object>> whileLoading) {
        lua.openLibraries();
        if (stack.load(resource(SANDBOX), "=sandbox") != 0) {
            throw new IllegalStateException(stack.text(-1));
        }
        pushHost(runner, api.apply(toLua), whileLoading == null ? Map.of() : whileLoading.apply(toLua));
        stack.pushCopy(-1);
        // Kept from the collector: it would finalize functions of ours together with what last used them.
        stack.keep();
        if (stack.call(1, 8, 0) != 0) {
            throw new IllegalStateException(stack.text(-1));
        }
        hook = stack.keep();
        headroom = stack.keep();
        visible = stack.keep();
        limit = stack.keep();
        restoreHook = stack.keep();
        errorHandler = stack.keep();
        scriptGlobals = stack.keep();
        globals = stack.keep();
        keysName = stack.keep("KEYS");
        argumentsName = stack.keep("ARGV");
    }

    static byte[] resource(String name) {
        try (InputStream in = Interpreter.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the program is incomplete: " + name, e);
        }
    }

    private void pushHost(ScriptRunner runner, Map<String, Object> redis, Map<String, Object> redisWhileLoading) {
        RandomNumbers random = new RandomNumbers();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("interrupt", (LuaFunction) runner::interrupt);
        fields.put("random", (LuaFunction) random::random);
        fields.put("randomseed", (LuaFunction) random::seed);
        fields.put("redis", redis);
        fields.put("loading", redisWhileLoading);
        fields.put("libraries", Libraries.of(this));
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
        } else if (value == NULL) {
            stack.pushNull();
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

    /**
     * Compiles a script and pushes it, or an error text; 0 for success. Code that is compiled already is not taken: it
     * could do anything to the interpreter, and to the server's memory.
     */
    int load(byte[] code, String name) {
        int failed = stack.load(asText(code), name);
        if (failed == 0) {
            stack.pushKept(scriptGlobals);
            stack.setGlobals();
        }
        return failed;
    }

    /** Behind a blank, compiled code is read as the text that it is not. */
    private static byte[] asText(byte[] code) {
        if (code.length == 0 || code[0] != COMPILED_CODE) {
            return code;
        }
        byte[] text = new byte[code.length + 1];
        text[0] = ' ';
        System.arraycopy(code, 0, text, 1, code.length);
        return text;
    }

    /** What scripts see as their globals, to be changed by us. */
    void pushGlobals() {
        stack.pushKept(globals);
    }

    void pushKeysName() {
        stack.pushKept(keysName);
    }

    void pushArgumentsName() {
        stack.pushKept(argumentsName);
    }

    void pushErrorHandler() {
        stack.pushKept(errorHandler);
    }

    /** After code was ended by an interrupt: it no longer is. */
    void restoreHook() {
        stack.pushKept(restoreHook);
        stack.call(0, 0, 0);
    }

    /**
     * Now and then in a function of ours that may take long, what is done after so many instructions of Lua: others are answered.
     *
     * @throws LuaError when the script is to end
     */
    void interrupt() {
        if (stack.hasRoom(1)) {
            stack.pushKept(hook);
            if (stack.call(0, 0, 0) != 0) {
                throw LuaError.onTop();
            }
        }
    }

    /** Code that runs from now on may use so many bytes. */
    void limit(long bytes) {
        if (bytes != limitBytes) {
            limitBytes = bytes;
            stack.pushKept(limit);
            stack.push((double) bytes / KILOBYTE);
            stack.call(1, 0, 0);
        }
    }

    /** What {@link #limit} has set. */
    long limitBytes() {
        return limitBytes;
    }

    /** Whether what code sees as its globals is what a library may use while it is loaded. */
    void loading(boolean yes) {
        stack.pushKept(visible);
        stack.push(yes);
        stack.call(1, 0, 0);
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
        return (long) stack.kilobytes() * KILOBYTE;
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
            if (caller != lua) {
                coroutines.add(caller);
            }
            long before = stack.enter(caller.getPointer());
            try {
                // What we push may let Lua collect garbage, and that calls a function. Should the call stack have no
                // room for it, the error must come here, under a pcall, and not pass over Java's frames.
                stack.pushKept(headroom);
                if (stack.call(0, 0, 0) != 0) {
                    return LuaFunction.RAISE;
                }
                return function.call(stack);
            } catch (LuaError e) {
                if (e.isOnTop()) {
                    return LuaFunction.RAISE;
                }
                return e.isPlaced() ? stack.error(e.getMessage()) : stack.errorWithoutPlace(e.getMessage());
            } catch (StackOverflowError e) {
                // What the script nests too deeply for a library that goes down into it.
                stack.push("stack overflow");
                return LuaFunction.RAISE;
            } catch (RuntimeException | OutOfMemoryError e) {
                stack.push("internal error, see the server's log");
                LOG.error("A function called by a script failed", e);
                return LuaFunction.RAISE;
            } finally {
                stack.leave(before);
            }
        }
    }
}
