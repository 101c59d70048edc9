package io.clouddragon.server.script;

import io.clouddragon.storage.bytes.Bytes;
import java.util.Locale;

/**
 * The first line of a library: {@code #!lua name=mylib}.
 *
 * @param length its bytes, without its end
 */
record LibraryHeader(String name, int length) {
    private static final String NAME = "name=";

    static final String BAD_NAME =
            "ERR Library names can only contain letters, numbers, or underscores(_) and must be at"
                    + " least one character long";

    static LibraryHeader of(Bytes code) throws ScriptError {
        if (!Shebang.isIn(code)) {
            throw new ScriptError("ERR Missing library metadata");
        }
        String line = Shebang.line(code);
        if (line == null) {
            throw new ScriptError("ERR Invalid library metadata");
        }
        String[] parts = line.trim().split("\\s+");
        String name = null;
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].toLowerCase(Locale.ROOT).startsWith(NAME)) {
                throw new ScriptError("ERR Invalid metadata value given: " + parts[i]);
            }
            if (name != null) {
                throw new ScriptError("ERR Invalid metadata value, name argument was given multiple times");
            }
            name = parts[i].substring(NAME.length());
        }
        if (name == null) {
            throw new ScriptError("ERR Library name was not given");
        }
        if (!isValidName(name)) {
            throw new ScriptError(BAD_NAME);
        }
        String engine = parts[0].substring(2);
        if (!engine.equalsIgnoreCase(Library.ENGINE)) {
            throw new ScriptError("ERR Engine '" + engine + "' not found");
        }
        return new LibraryHeader(name, line.length());
    }

    /** Of a library or a function. */
    static boolean isValidName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '_'));
    }
}
