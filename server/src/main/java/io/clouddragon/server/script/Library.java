package io.clouddragon.server.script;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A library of functions, as FUNCTION LOAD takes it.
 *
 * @param code the whole text, first line included
 * @param functions by name, in the order in which it registers them
 */
public record Library(String name, byte[] code, Map<String, Function> functions) {
    /** The engine that there is. */
    public static final String ENGINE = "LUA";

    Library(String name, byte[] code) {
        this(name, code, new LinkedHashMap<>());
    }

    /**
     * A function of it.
     *
     * @param description null for none
     */
    public record Function(Script script, String description) {
        public Set<ScriptFlag> flags() {
            return script.flags();
        }
    }
}
