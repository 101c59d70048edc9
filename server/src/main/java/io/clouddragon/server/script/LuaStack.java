package io.clouddragon.server.script;

import io.clouddragon.resp.RawText;
import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.storage.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import party.iroiro.luajava.lua51.Lua51;
import party.iroiro.luajava.lua51.Lua51Natives;

/**
 * The stack of a Lua state: the Lua C API, with bytes where luajava has Java strings, since what scripts work with are bytes.
 * A negative index counts from the top.
 *
 * <p>luajava hands strings over as modified UTF-8, which is right for ASCII without NUL and wrong for anything else. Other
 * bytes go into Lua as the constant of a tiny precompiled chunk, which Lua takes as they are.
 *
 * <p>Coroutines have stacks of their own: {@link #enter} points this object at the one that runs. Event loop only.
 */
final class LuaStack {
    static final int NIL = 0;
    static final int BOOLEAN = 1;
    static final int NUMBER = 3;
    static final int STRING = 4;
    static final int TABLE = 5;
    static final int FUNCTION = 6;

    private static final int REGISTRY = -10000;
    private static final int GC_COUNT = 3;

    private static final String MARKER = "the bytes stand here";
    private static final int KEEP_BYTES = 1 << 16;

    private final Lua51Natives natives;
    private final byte[] chunkBefore;
    private final byte[] chunkAfter;
    private ByteBuffer chunk = direct(1024);
    private long state;

    LuaStack(Lua51 lua) {
        natives = (Lua51Natives) lua.getLuaNatives();
        state = lua.getPointer();
        byte[] template = compiledMarker();
        int at = indexOf(template, MARKER.getBytes(StandardCharsets.US_ASCII));
        // The constant is its length with the final NUL, eight bytes, and its bytes with that NUL.
        chunkBefore = Arrays.copyOfRange(template, 0, at - Long.BYTES);
        chunkAfter = Arrays.copyOfRange(template, at + MARKER.length() + 1, template.length);
    }

    private byte[] compiledMarker() {
        if (load("return '" + MARKER + "'", "=bytes") != 0) {
            throw new IllegalStateException("Lua does not compile: " + text(-1));
        }
        ByteBuffer dump = (ByteBuffer) natives.luaJ_dumptobuffer(state);
        pop(1);
        byte[] bytes = new byte[dump.remaining()];
        dump.get(bytes);
        return bytes;
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int i = 0; i <= in.length - what.length; i++) {
            if (Arrays.equals(in, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        throw new IllegalStateException("a compiled chunk without its constant");
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Works on another coroutine's stack from now on; returns which one it was, to {@link #leave} to. */
    long enter(long coroutine) {
        long before = state;
        state = coroutine;
        return before;
    }

    void leave(long before) {
        state = before;
    }

    // ---- looking

    int top() {
        return natives.lua_gettop(state);
    }

    int type(int index) {
        return natives.lua_type(state, index);
    }

    /** The name of a type as error texts have it. */
    String typeName(int index) {
        int type = type(index);
        return type < 0 ? "no value" : natives.lua_typename(state, type);
    }

    /** A string, or a number, which can stand for one. */
    boolean isText(int index) {
        return natives.lua_isstring(state, index) != 0;
    }

    /** A number, or a string that reads as one. */
    boolean isNumeric(int index) {
        return natives.lua_isnumber(state, index) != 0;
    }

    double number(int index) {
        return natives.lua_tonumber(state, index);
    }

    boolean bool(int index) {
        return natives.lua_toboolean(state, index) != 0;
    }

    /** A view of a string's bytes, valid as long as the string is on the stack; a number becomes a string in place. */
    ByteBuffer view(int index) {
        return (ByteBuffer) natives.luaJ_todirectbuffer(state, index);
    }

    byte[] bytes(int index) {
        ByteBuffer view = view(index);
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    /** A string for messages. */
    String text(int index) {
        return RawText.of(bytes(index));
    }

    /** Tells tables apart. */
    long identity(int index) {
        return natives.lua_topointer(state, index);
    }

    // ---- pushing

    void pushNil() {
        natives.lua_pushnil(state);
    }

    /** Pushes the null pointer, which cjson has for null. */
    void pushNull() {
        natives.lua_pushlightuserdata(state, 0);
    }

    void push(boolean value) {
        natives.lua_pushboolean(state, value ? 1 : 0);
    }

    void push(double value) {
        natives.lua_pushnumber(state, value);
    }

    /** A text of ASCII characters. */
    void push(String ascii) {
        natives.lua_pushstring(state, ascii);
    }

    void push(Bytes bytes) {
        push(bytes.array(), bytes.offset(), bytes.length());
    }

    void push(byte[] bytes) {
        push(bytes, 0, bytes.length);
    }

    void push(byte[] array, int offset, int length) {
        if (isAscii(array, offset, length)) {
            natives.lua_pushstring(state, new String(array, offset, length, StandardCharsets.ISO_8859_1));
        } else {
            pushAsConstant(array, offset, length);
        }
    }

    private static boolean isAscii(byte[] array, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (array[i] <= 0) {
                return false;
            }
        }
        return true;
    }

    private void pushAsConstant(byte[] array, int offset, int length) {
        int size = chunkBefore.length + Long.BYTES + length + 1 + chunkAfter.length;
        if (chunk.capacity() < size) {
            chunk = direct(Math.max(size, Math.min(chunk.capacity() * 2, KEEP_BYTES)));
        }
        chunk.clear();
        chunk.put(chunkBefore)
                .putLong(length + 1L)
                .put(array, offset, length)
                .put((byte) 0)
                .put(chunkAfter);
        if (natives.luaJ_loadbuffer(state, chunk, size, "=bytes") != 0 || natives.lua_pcall(state, 0, 1, 0) != 0) {
            throw new IllegalStateException("Lua does not take " + length + " bytes: " + text(-1));
        }
        if (chunk.capacity() > KEEP_BYTES) {
            chunk = direct(KEEP_BYTES);
        }
    }

    void pushCopy(int index) {
        natives.lua_pushvalue(state, index);
    }

    void pop(int count) {
        natives.lua_settop(state, -count - 1);
    }

    void top(int index) {
        natives.lua_settop(state, index);
    }

    /** Moves the top element to that index. */
    void insert(int index) {
        natives.lua_insert(state, index);
    }

    /** False when the stack cannot grow by so many slots. */
    boolean hasRoom(int slots) {
        return natives.lua_checkstack(state, slots) != 0;
    }

    // ---- tables

    void newTable(int elements, int fields) {
        natives.lua_createtable(state, elements, fields);
    }

    /** Pushes table[i], no metamethods. */
    void element(int table, int i) {
        natives.lua_rawgeti(state, table, i);
    }

    /** Pops a value and sets table[i] to it, no metamethods. */
    void setElement(int table, int i) {
        natives.lua_rawseti(state, table, i);
    }

    /** Pops a key and pushes its value, no metamethods. */
    void rawGet(int table) {
        natives.lua_rawget(state, table);
    }

    /** Pops a value, then a key, and sets it, no metamethods. */
    void rawSet(int table) {
        natives.lua_rawset(state, table);
    }

    /** Pushes table.name; metamethods apply. */
    void field(int table, String name) {
        natives.lua_getfield(state, table, name);
    }

    /** Pops a value and sets table.name to it; metamethods apply. */
    void setField(int table, String name) {
        natives.lua_setfield(state, table, name);
    }

    /** Pops a key, pushes the next key and its value; false at the end, when nothing is pushed. */
    boolean next(int table) {
        return natives.lua_next(state, table) != 0;
    }

    /** Kilobytes in use by the whole interpreter. */
    int kilobytes() {
        return natives.lua_gc(state, GC_COUNT, 0);
    }

    // ---- code

    /** Pops a table and makes it the globals of the function now on top. */
    void setGlobals() {
        natives.lua_setfenv(state, -2);
    }

    /** Pushes a compiled text, or an error text; 0 for success. */
    int load(String code, String name) {
        return load(code.getBytes(StandardCharsets.UTF_8), name);
    }

    int load(byte[] code, String name) {
        ByteBuffer buffer = direct(Math.max(1, code.length));
        buffer.put(code).flip();
        return natives.luaJ_loadbuffer(state, buffer, code.length, name);
    }

    /**
     * Calls the function below its arguments; pushes its results or the error.
     *
     * @param handler index of the error handler, which sees the stack as it was at the error; 0 for none
     * @return 0 for success
     */
    int call(int arguments, int results, int handler) {
        return natives.lua_pcall(state, arguments, results, handler);
    }

    /** Pops a value and keeps it until {@link #release}. */
    int keep() {
        return natives.luaL_ref(state, REGISTRY);
    }

    /** Keeps a text that is pushed often: to make one of Java's each time takes longer than most of what scripts do. */
    int keep(String text) {
        push(text);
        return keep();
    }

    void release(int kept) {
        natives.luaL_unref(state, REGISTRY, kept);
    }

    void pushKept(int kept) {
        natives.lua_rawgeti(state, REGISTRY, kept);
    }

    // ---- errors

    /** Raises an error text with the place of the Lua code that called this function, as luaL_error does. */
    int error(String message) {
        natives.luaL_where(state, 1);
        push(RawText.bytes(message));
        natives.lua_concat(state, 2);
        return LuaFunction.RAISE;
    }

    int errorWithoutPlace(String message) {
        push(RawText.bytes(message));
        return LuaFunction.RAISE;
    }

    int argumentError(int argument, String function, String message) {
        return error("bad argument #" + argument + " to '" + function + "' (" + message + ")");
    }

    int typeError(int argument, String function, String expected) {
        return argumentError(argument, function, expected + " expected, got " + typeName(argument));
    }

    /** A number as redis.call sends it and Lua's %.17g writes it. */
    static String digits(double number) {
        // The sign of "not a number" shows, as C shows it.
        boolean isNegativeNan = Double.isNaN(number) && Double.doubleToRawLongBits(number) < 0;
        return isNegativeNan ? "-nan" : RedisDoubles.format(number);
    }
}
