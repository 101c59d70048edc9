package io.clouddragon.server.script;

import io.clouddragon.resp.InlineArguments;
import io.clouddragon.resp.RawText;
import io.clouddragon.storage.bytes.Bytes;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
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

    /** Bytes of the first line without its end; -1 when it has none. A NUL ends a text for Redis. */
    static int lineLength(Bytes text) {
        for (int i = 0; i < text.length() && text.at(i) != 0; i++) {
            if (text.at(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** The words of the first line, which may be quoted; null when the quotes are not balanced. */
    static List<String> words(Bytes text, int lineLength) {
        List<byte[]> words =
                InlineArguments.split(Arrays.copyOfRange(text.array(), text.offset(), text.offset() + lineLength));
        return words == null ? null : words.stream().map(RawText::of).toList();
    }

    static Shebang ofScript(Bytes text) throws ScriptError {
        if (!isIn(text)) {
            return NONE;
        }
        int length = lineLength(text);
        if (length < 0) {
            throw new ScriptError("ERR Invalid script shebang");
        }
        List<String> words = words(text, length);
        if (words == null) {
            throw new ScriptError("ERR Invalid engine in script shebang");
        }
        if (!words.get(0).equals("#!lua")) {
            throw new ScriptError("ERR Unexpected engine in script shebang: " + words.get(0));
        }
        Set<ScriptFlag> flags = EnumSet.noneOf(ScriptFlag.class);
        for (String word : words.subList(1, words.size())) {
            if (!word.startsWith(OPTION)) {
                throw new ScriptError("ERR Unknown lua shebang option: " + word);
            }
            addFlags(word.substring(OPTION.length()), flags);
        }
        return new Shebang(length, flags);
    }

    private static void addFlags(String list, Set<ScriptFlag> flags) throws ScriptError {
        for (String word : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            ScriptFlag flag = ScriptFlag.of(word);
            if (flag == null) {
                throw new ScriptError("ERR Unexpected flag in script shebang: " + word);
            }
            flags.add(flag);
        }
    }
}
