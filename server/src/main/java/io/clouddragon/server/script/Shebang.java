package io.clouddragon.server.script;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * The first line of a script that says what it does: {@code #!lua flags=no-writes,allow-oom}.
 *
 * @param length bytes of that line without its end; 0 for none
 * @param flags null for none
 */
record Shebang(int length, Set<ScriptFlag> flags) {
    private static final Shebang NONE = new Shebang(0, null);
    private static final String OPTION = "flags=";

    static boolean isIn(Bytes text) {
        return text.length() >= 2 && text.at(0) == '#' && text.at(1) == '!';
    }

    /** The first line without its end; null when it has none. */
    static String line(Bytes text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) == '\n') {
                return new String(text.array(), text.offset(), i, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    static Shebang ofScript(Bytes text) throws ScriptError {
        if (!isIn(text)) {
            return NONE;
        }
        String line = line(text);
        if (line == null) {
            throw new ScriptError("ERR Invalid script shebang");
        }
        String[] parts = line.trim().split("\\s+");
        if (!parts[0].equals("#!lua")) {
            throw new ScriptError("ERR Unexpected engine in script shebang: " + parts[0]);
        }
        Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].startsWith(OPTION)) {
                throw new ScriptError("ERR Unknown lua shebang option: " + parts[i]);
            }
            String words = parts[i].substring(OPTION.length());
            for (String word : words.isEmpty() ? new String[0] : words.split(",", -1)) {
                ScriptFlag flag = ScriptFlag.of(word);
                if (flag == null) {
                    throw new ScriptError("ERR Unexpected flag in script shebang: " + word);
                }
                flags.add(flag);
            }
        }
        return new Shebang(line.length(), flags);
    }
}
