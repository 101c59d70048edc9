package io.clouddragon.server.script;

import java.util.LinkedHashMap;
import java.util.Map;

/** The libraries that Redis adds to Lua's own. */
final class Libraries {
    private Libraries() {}

    static Map<String, Object> of(Interpreter interpreter) {
        Map<String, Object> libraries = new LinkedHashMap<>();
        libraries.put("bit", BitLibrary.functions());
        libraries.put("struct", new StructLibrary(interpreter).functions());
        libraries.put("cjson", new JsonLibrary(interpreter).functions());
        libraries.put("cmsgpack", new MessagePackLibrary(interpreter).functions());
        return libraries;
    }
}
