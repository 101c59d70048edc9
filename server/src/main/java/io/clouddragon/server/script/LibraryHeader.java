package io.clouddragon.server.script;

import io.clouddragon.storage.bytes.Bytes;
import java.util.List;

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
        int length = Shebang.lineLength(code);
        List<String> words = length < 0 ? null : Shebang.words(code, length);
        if (words == null) {
            throw new ScriptError("ERR Invalid library metadata");
        }
        String name = null;
        for (String word : words.subList(1, words.size())) {
            if (!word.regionMatches(true, 0, NAME, 0, NAME.length())) {
                throw new ScriptError("ERR Invalid metadata value given: " + word);
            }
            if (name != null) {
                throw new ScriptError("ERR Invalid metadata value, name argument was given multiple times");
            }
            name = word.substring(NAME.length());
        }
        if (name == null) {
            throw new ScriptError("ERR Library name was not given");
        }
        if (!isValidName(name)) {
            throw new ScriptError(BAD_NAME);
        }
        String engine = words.get(0).substring(2);
        if (!engine.equalsIgnoreCase(Library.ENGINE)) {
            throw new ScriptError("ERR Engine '" + engine + "' not found");
        }
        return new LibraryHeader(name, length);
    }

    /** Of a library or a function. */
    static boolean isValidName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '_'));
    }
}
