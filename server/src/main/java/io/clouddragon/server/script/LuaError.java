package io.clouddragon.server.script;

/** Unwinds a function that Lua called, to raise an error there; the message gets the calling code's place in front, as a rule. */
final class LuaError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean placed;

    LuaError(String message) {
        this(message, true);
    }

    private LuaError(String message, boolean placed) {
        super(message, null, false, false);
        this.placed = placed;
    }

    /** An error of Lua itself, which tells no place when it comes out of a function that is not Lua's. */
    static LuaError withoutPlace(String message) {
        return new LuaError(message, false);
    }

    /** The error that has been pushed. */
    static LuaError onTop() {
        return new LuaError(null, false);
    }

    boolean isOnTop() {
        return getMessage() == null;
    }

    /** Whether it is to tell the place. */
    boolean isPlaced() {
        return placed;
    }

    /** What is wrong with an argument, as luaL_argerror words it. */
    static LuaError ofArgument(int argument, String function, String problem) {
        return new LuaError("bad argument #" + argument + " to '" + function + "' (" + problem + ")");
    }
}
