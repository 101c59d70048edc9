package io.clouddragon.server.script;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A library that is being loaded: redis.register_function adds to it. */
final class Registration {
    private final Library library;

    Registration(Library library) {
        this.library = library;
    }

    /** Takes the arguments from the stack; returns null, or an error text. */
    String register(LuaStack stack) {
        int arguments = stack.top();
        if (arguments == 1) {
            return named(stack);
        }
        if (arguments != 2) {
            return "wrong number of arguments to redis.register_function";
        }
        if (!stack.isText(1)) {
            return "first argument to redis.register_function must be a string";
        }
        if (stack.type(2) != LuaStack.FUNCTION) {
            return "second argument to redis.register_function must be a function";
        }
        stack.pushCopy(2);
        return add(stack, text(stack, 1), null, EnumSet.noneOf(ScriptFlag.class));
    }

    private static String text(LuaStack stack, int index) {
        stack.pushCopy(index);
        String text = new String(stack.bytes(-1), StandardCharsets.ISO_8859_1);
        stack.pop(1);
        return text;
    }

    private String named(LuaStack stack) {
        if (stack.type(1) != LuaStack.TABLE) {
            return "calling redis.register_function with a single argument is only applicable to Lua table (representing"
                    + " named arguments).";
        }
        String problem = checkNames(stack);
        if (problem != null) {
            return problem;
        }
        String name = field(stack, "function_name");
        String description = field(stack, "description");
        if (name == null) {
            return "redis.register_function must get a function name argument";
        }
        Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
        if (push(stack, "flags")) {
            if (!readFlags(stack, flags)) {
                return "unknown flag given";
            }
            stack.pop(1);
        }
        if (!push(stack, "callback")) {
            return "redis.register_function must get a callback argument";
        }
        return add(stack, name, description, flags);
    }

    /** Looks at all named arguments in the table's order, as Redis does. */
    private static String checkNames(LuaStack stack) {
        stack.pushNil();
        while (stack.next(1)) {
            if (stack.type(-2) != LuaStack.STRING && stack.type(-2) != LuaStack.NUMBER) {
                return "named argument key given to redis.register_function is not a string";
            }
            String name = text(stack, -2).toLowerCase(Locale.ROOT);
            String problem = switch (name) {
                case "function_name", "description" ->
                    stack.isText(-1) ? null : name + " argument given to redis.register_function must be a string";
                case "callback" ->
                    stack.type(-1) == LuaStack.FUNCTION
                            ? null
                            : "callback argument given to redis.register_function must be a function";
                case "flags" ->
                    stack.type(-1) == LuaStack.TABLE
                            ? null
                            : "flags argument to redis.register_function must be a table representing function"
                                    + " flags";
                default -> "unknown argument given to redis.register_function";
            };
            if (problem != null) {
                return problem;
            }
            stack.pop(1);
        }
        return null;
    }

    /** Pushes the argument of that name, in whatever letter case it was given. */
    private static boolean push(LuaStack stack, String name) {
        stack.pushNil();
        while (stack.next(1)) {
            if (text(stack, -2).equalsIgnoreCase(name)) {
                return true;
            }
            stack.pop(1);
        }
        return false;
    }

    private static String field(LuaStack stack, String name) {
        if (!push(stack, name)) {
            return null;
        }
        String text = text(stack, -1);
        stack.pop(2);
        return text;
    }

    private static boolean readFlags(LuaStack stack, Set<ScriptFlag> into) {
        for (int i = 1; ; i++) {
            stack.element(-1, i);
            if (stack.type(-1) == LuaStack.NIL) {
                stack.pop(1);
                return true;
            }
            ScriptFlag flag = stack.isText(-1) ? ScriptFlag.of(text(stack, -1).toLowerCase(Locale.ROOT)) : null;
            stack.pop(1);
            if (flag == null) {
                return false;
            }
            into.add(flag);
        }
    }

    /** The function is on top. */
    private String add(LuaStack stack, String name, String description, Set<ScriptFlag> flags) {
        if (!LibraryHeader.isValidName(name)) {
            return LibraryHeader.BAD_NAME.substring("ERR ".length());
        }
        if (library.functions().containsKey(name)) {
            return "Function already exists in the library";
        }
        library.functions().put(name, new Library.Function(new Script(name, stack.keep(), flags), description));
        return null;
    }
}
