package io.clouddragon.compat.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The text forms of redis-cli: command lines with its quoting rules ({@code sdssplitargs}), strings in its escapes
 * ({@code sdscatrepr}) and replies as it shows them on a terminal ({@code cliFormatReplyTTY}). Text holds one character per byte
 * for bytes above 127.
 */
public final class RedisCli {
    private static final String ESCAPED = "\\\"\n\r\t\u0007\b";
    private static final String ESCAPES = "\\\"nrtab";

    private RedisCli() {}

    /** The arguments of a command line; quotes that do not balance are an {@link IllegalArgumentException}. */
    public static byte[][] split(String line) {
        return new Splitter(line).split().toArray(byte[][]::new);
    }

    /** Bytes in double quotes, everything unprintable escaped. */
    public static String quote(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (byte b : bytes) {
            int escape = ESCAPED.indexOf((char) b);
            if (escape >= 0) {
                text.append('\\').append(ESCAPES.charAt(escape));
            } else if (b >= 32 && b < 127) {
                text.append((char) b);
            } else {
                text.append(String.format("\\x%02x", b));
            }
        }
        return text.append('"').toString();
    }

    /** A command line that {@link #split} turns into these arguments. */
    public static String join(byte[]... arguments) {
        List<String> words = new ArrayList<>();
        for (byte[] argument : arguments) {
            String text = new String(argument, StandardCharsets.ISO_8859_1);
            words.add(text.matches("[!-~&&[^\"'\\\\]]+") ? text : quote(argument));
        }
        return String.join(" ", words);
    }

    /** A reply as text, several lines for nested ones, no line end at the end. */
    public static String render(RespValue value) {
        StringBuilder text = new StringBuilder();
        render(value, "", text);
        return text.toString();
    }

    private static void render(RespValue value, String indent, StringBuilder text) {
        if (value.isNull()) {
            text.append("(nil)");
        } else if (value.isAggregate()) {
            renderItems(value, indent, text);
        } else {
            text.append(
                    switch (value.marker()) {
                        case '-', '!' -> "(error) " + value.text();
                        case ':' -> "(integer) " + value.text();
                        case ',' -> "(double) " + value.text();
                        case '#' -> value.text().equals("t") ? "(true)" : "(false)";
                        case '$' -> quote(value.bytes());
                        case '=' -> quote(value.text().substring(4).getBytes(StandardCharsets.ISO_8859_1));
                        default -> value.text();
                    });
        }
    }

    private static void renderItems(RespValue value, String indent, StringBuilder text) {
        boolean map = value.marker() == '%' || value.marker() == '|';
        int step = map ? 2 : 1;
        int count = value.items().size() / step;
        if (count == 0) {
            text.append(
                    switch (value.marker()) {
                        case '%' -> "(empty hash)";
                        case '~' -> "(empty set)";
                        case '>' -> "(empty push)";
                        default -> "(empty array)";
                    });
        }
        int width = Integer.toString(count).length();
        String inner = indent + " ".repeat(width + 2);
        char separator = map ? '#' : value.marker() == '~' ? '~' : ')';
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : "\n" + indent);
            text.append(String.format("%" + width + "d%c ", i + 1, separator));
            render(value.item(i * step), inner, text);
            if (map) {
                StringBuilder content = new StringBuilder();
                render(value.item(i * step + 1), inner, content);
                boolean severalLines = content.indexOf("\n") >= 0;
                text.append(" => ").append(severalLines ? "\n" + inner : "").append(content);
            }
        }
    }

    /** One pass over a line, as {@code sdssplitargs} does it. */
    private static final class Splitter {
        private final String line;
        private int at;

        Splitter(String line) {
            this.line = line;
        }

        List<byte[]> split() {
            List<byte[]> words = new ArrayList<>();
            while (true) {
                while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
                    at++;
                }
                if (at == line.length()) {
                    return words;
                }
                words.add(word());
            }
        }

        private byte[] word() {
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
                char c = line.charAt(at++);
                if (c == '"' || c == '\'') {
                    quoted(c, word);
                } else {
                    put(word, c);
                }
            }
            return word.toByteArray();
        }

        private void quoted(char quote, ByteArrayOutputStream word) {
            while (at < line.length() && line.charAt(at) != quote) {
                char c = line.charAt(at++);
                if (c != '\\') {
                    put(word, c);
                } else if (quote == '"') {
                    escape(word);
                } else {
                    put(word, at < line.length() && line.charAt(at) == '\'' ? line.charAt(at++) : c);
                }
            }
            at++;
            if (at > line.length() || (at < line.length() && !Character.isWhitespace(line.charAt(at)))) {
                throw new IllegalArgumentException("unbalanced quotes: " + line);
            }
        }

        private void escape(ByteArrayOutputStream word) {
            if (at == line.length()) {
                return; // the quote is not closed, which the caller finds out
            }
            char c = line.charAt(at++);
            if (c == 'x' && line.substring(at).matches("(?s)[0-9a-fA-F]{2}.*")) {
                word.write(Integer.parseInt(line, at, at + 2, 16));
                at += 2;
                return;
            }
            int escape = ESCAPES.indexOf(c);
            put(word, escape < 0 ? c : ESCAPED.charAt(escape));
        }

        private static void put(ByteArrayOutputStream word, char c) {
            word.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        }
    }
}
