package io.clouddragon.resp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits a line typed by a human into arguments, by the quoting rules of {@code sdssplitargs} (Redis sds.c):
 *
 * <ul>
 *   <li>arguments are separated by white space;
 *   <li>in "double quotes" {@code \xHH} is a byte, {@code \n \r \t \b \a} are what they are in C, and a backslash before
 *       anything else is dropped;
 *   <li>in 'single quotes' only {@code \'} is special;
 *   <li>a quote may open in the middle of a word, but a closing quote must be followed by white space or the line's end.
 * </ul>
 *
 * The arguments are written over the line itself, which is safe because none is longer than its source.
 */
public final class InlineArguments {
    private static final int NO_QUOTE = 0;

    private InlineArguments() {}

    /** The arguments of a line that holds no NUL; null if quotes are not balanced. The line's bytes are undefined afterwards. */
    public static List<byte[]> split(byte[] line) {
        ArgumentIndex found = new ArgumentIndex();
        if (!split(line, 0, line.length, 0, found)) {
            return null;
        }
        List<byte[]> arguments = new ArrayList<>(found.count());
        for (int i = 0; i < found.count(); i++) {
            int offset = found.pairs()[2 * i];
            arguments.add(Arrays.copyOfRange(line, offset, offset + found.pairs()[2 * i + 1]));
        }
        return arguments;
    }

    /**
     * Adds the arguments of the line {@code [from, to)}, which holds no NUL, to the index.
     *
     * @param base what the offsets in the index count from
     * @return false if quotes are not balanced; the line's bytes are then undefined
     */
    static boolean split(byte[] line, int from, int to, int base, ArgumentIndex arguments) {
        int read = from;
        int write = from;
        while (true) {
            while (read < to && isSpace(line[read])) {
                read++;
            }
            if (read == to) {
                return true;
            }
            int begin = write;
            int quote = NO_QUOTE;
            while (read < to && (quote != NO_QUOTE || !endsWord(line[read]))) {
                byte b = line[read++];
                if (quote == NO_QUOTE) {
                    if (b == '"' || b == '\'') {
                        quote = b;
                    } else {
                        line[write++] = b;
                    }
                } else if (b == quote) {
                    if (read < to && !isSpace(line[read])) {
                        return false;
                    }
                    quote = NO_QUOTE;
                    break;
                } else if (b != '\\' || read == to) {
                    line[write++] = b;
                } else if (quote == '\'') {
                    boolean escaped = line[read] == '\'';
                    line[write++] = escaped ? line[read++] : b;
                } else if (isHexEscape(line, read, to)) {
                    line[write++] =
                            (byte) (Character.digit(line[read + 1], 16) << 4 | Character.digit(line[read + 2], 16));
                    read += 3;
                } else {
                    line[write++] = unescaped(line[read++]);
                }
            }
            if (quote != NO_QUOTE) {
                return false;
            }
            arguments.add(begin - base, write - begin);
        }
    }

    /** As C's isspace: also \v and \f, which are skipped between words but do not end one. */
    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    private static boolean endsWord(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isHexEscape(byte[] line, int at, int to) {
        return at + 2 < to
                && line[at] == 'x'
                && Character.digit(line[at + 1], 16) >= 0
                && Character.digit(line[at + 2], 16) >= 0;
    }

    private static byte unescaped(byte b) {
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }
}
