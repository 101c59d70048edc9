package io.clouddragon.server.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The words of one line of a configuration file, with Redis' quoting rules (sdssplitargs and sdscatrepr): in double
 * quotes {@code \n \r \t \b \a \xHH} and a backslash before any other character; in single quotes only {@code \'}. A closing
 * quote must be followed by a blank or the end.
 */
public final class ConfigLine {
    private final byte[] line;
    private int at;

    private ConfigLine(String line) {
        this.line = line.getBytes(StandardCharsets.UTF_8);
    }

    /** @return the words, or null when a quote is not closed or something follows it directly */
    public static List<String> split(String line) {
        return new ConfigLine(line).split();
    }

    /** The word as a line may give it: as it is when that is unambiguous, else in double quotes. */
    public static String quoted(String word) {
        if (!word.isEmpty() && word.chars().allMatch(ConfigLine::isPlain)) {
            return word;
        }
        StringBuilder quoted = new StringBuilder("\"");
        word.codePoints().forEach(c -> {
            switch (c) {
                case '\\', '"' -> quoted.append('\\').append((char) c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append("\\x" + HexFormat.of().toHexDigits((byte) c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c != '"' && c != '\'' && c != '\\' && c != '#';
    }

    private List<String> split() {
        List<String> words = new ArrayList<>();
        while (true) {
            while (at < line.length && isBlank(line[at])) {
                at++;
            }
            if (at == line.length) {
                return words;
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            if (!readWord(word)) {
                return null;
            }
            words.add(word.toString(StandardCharsets.UTF_8));
        }
    }

    private boolean readWord(ByteArrayOutputStream word) {
        while (at < line.length && !isBlank(line[at])) {
            byte b = line[at++];
            if (b == '"' || b == '\'') {
                return (b == '"' ? readDoubleQuoted(word) : readSingleQuoted(word))
                        && (at == line.length || isBlank(line[at]));
            }
            word.write(b);
        }
        return true;
    }

    private boolean readDoubleQuoted(ByteArrayOutputStream word) {
        while (at < line.length) {
            byte b = line[at++];
            if (b == '"') {
                return true;
            }
            if (b == '\\'
                    && at + 2 < line.length
                    && line[at] == 'x'
                    && hex(line[at + 1]) >= 0
                    && hex(line[at + 2]) >= 0) {
                word.write(hex(line[at + 1]) << 4 | hex(line[at + 2]));
                at += 3;
            } else if (b == '\\' && at < line.length) {
                word.write(unescaped(line[at++]));
            } else {
                word.write(b);
            }
        }
        return false;
    }

    private boolean readSingleQuoted(ByteArrayOutputStream word) {
        while (at < line.length) {
            byte b = line[at++];
            if (b == '\'') {
                return true;
            }
            if (b == '\\' && at < line.length && line[at] == '\'') {
                b = line[at++];
            }
            word.write(b);
        }
        return false;
    }

    private static int unescaped(byte b) {
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private static int hex(byte b) {
        return Character.digit(b, 16);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }
}
