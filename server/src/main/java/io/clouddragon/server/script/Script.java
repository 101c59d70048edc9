package io.clouddragon.server.script;

import java.util.Set;

/**
 * Code that is compiled and can be run.
 *
 * @param name as errors tell it: the SHA-1 of the text, or the function's name
 * @param code where the interpreter keeps it
 * @param flags null for a script without a first line that tells any: then no rule holds but those of the commands it calls
 */
record Script(String name, int code, Set<ScriptFlag> flags) {
    boolean has(ScriptFlag flag) {
        return flags != null && flags.contains(flag);
    }

    /** Whether it says what it does, so that it can be refused before it starts. */
    boolean isDeclared() {
        return flags != null;
    }
}
