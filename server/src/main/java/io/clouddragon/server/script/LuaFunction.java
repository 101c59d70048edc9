package io.clouddragon.server.script;

/** A function that Lua code can call. */
@FunctionalInterface
interface LuaFunction {
    /** What {@link #call} returns after it has pushed an error: it is raised in Lua. */
    int RAISE = -1;

    /**
     * Finds its arguments on the stack, the first at index 1, and leaves its results on top.
     *
     * @return number of results, or {@link #RAISE}
     */
    int call(LuaStack stack);
}
