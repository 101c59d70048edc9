package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.command;

import java.util.List;

/**
 * Request streams and what they mean. {@link RequestDecoderTest} holds our decoder to the table, whole and cut at every
 * byte; {@link RealRedisTest} holds the table to the real server.
 */
final class GoldenStreams {
    private GoldenStreams() {}

    /**
     * @param stream the bytes, as Latin-1
     * @param commands the commands that it holds; in this table each is an ECHO of one argument, so that a server's answer
     *     shows what it understood
     * @param error the text after "Protocol error: ", or null
     */
    record Row(String label, String stream, List<String> commands, String error) {
        @Override
        public String toString() {
            return label;
        }
    }

    static List<Row> all() {
        return List.of(
                good("one command", command("ECHO", "hi"), "hi"),
                good("two commands", command("ECHO", "a") + command("ECHO", "b"), "a", "b"),
                good("an empty argument", command("ECHO", ""), ""),
                good("binary arguments", command("ECHO", "\r\n\0\u00ff$1*"), "\r\n\0\u00ff$1*"),
                good("an unfinished count", "*1\r"),
                good("an unfinished length", "*2\r\n$4\r\nECHO\r\n$1"),
                good("an unfinished bulk", "*2\r\n$4\r\nECHO\r\n$10\r\nabc"),
                good("a bulk without its line end", "*2\r\n$4\r\nECHO\r\n$3\r\nabc\r"),
                good("count 0 is skipped", "*0\r\n" + command("ECHO", "a"), "a"),
                good("count -1 is skipped", "*-1\r\n*-7\r\n" + command("ECHO", "a"), "a"),
                good("line ends are not looked at", "*2\rx$4\rxECHOyy$1\r?azz" + command("ECHO", "b"), "a", "b"),
                good("a NUL in a count stops everything", "*2\0\r\n" + command("ECHO", "a")),
                good("a NUL in a length stops everything", "*2\r\n$4\0\r\nECHO\r\n$1\r\na\r\n"),
                bad("count missing", "*\r\n", "invalid multibulk length"),
                bad("count not a number", "*x\r\n", "invalid multibulk length"),
                bad("count with plus", "*+1\r\n", "invalid multibulk length"),
                bad("count -0", "*-0\r\n", "invalid multibulk length"),
                bad("count with leading zero", "*01\r\n", "invalid multibulk length"),
                bad("count with space", "* 1\r\n", "invalid multibulk length"),
                bad("count with bare LF", "*1\n$4\r\nPING\r\n", "invalid multibulk length"),
                bad("count beyond an int", "*2147483648\r\n", "invalid multibulk length"),
                bad("count beyond a long", "*9223372036854775808\r\n", "invalid multibulk length"),
                bad("error after a command", command("ECHO", "a") + "*x\r\n", "invalid multibulk length", "a"),
                bad("length mark missing", "*1\r\nECHO\r\n", "expected '$', got 'E'"),
                bad("length line empty", "*1\r\n\r\nx", "expected '$', got '\r'"),
                bad("length mark a colon", "*2\r\n$4\r\nECHO\r\n:1\r\n", "expected '$', got ':'"),
                bad("length missing", "*1\r\n$\r\n", "invalid bulk length"),
                bad("length negative", "*1\r\n$-1\r\n", "invalid bulk length"),
                bad("length not a number", "*1\r\n$1x\r\n", "invalid bulk length"),
                bad("length beyond 512 MiB", "*1\r\n$536870913\r\n", "invalid bulk length"),
                good("length of 512 MiB", "*1\r\n$536870912\r\n"),
                bad("count line too long", "*" + "1".repeat(70_000), "too big mbulk count string"),
                bad("length line too long", "*1\r\n$" + "1".repeat(70_000), "too big bulk count string"),
                bad("inline too long", "ECHO " + "x".repeat(70_000), "too big inline request"),
                bad("a NUL in an inline line", "EC\0HO a\n" + "x\n".repeat(35_000), "too big inline request"),
                good("a NUL in an inline line stops everything", "EC\0HO a\r\nECHO b\r\n"),
                good("inline, CRLF", "ECHO hi\r\n", "hi"),
                good("inline, LF", "ECHO hi\n", "hi"),
                good("inline, unfinished", "ECHO hi"),
                good("inline, empty lines", "\r\n\n  \t\r\n\r\r\nECHO a\n", "a"),
                good("inline, then array", "ECHO a\r\n" + command("ECHO", "b"), "a", "b"),
                good("inline, white space", " \t ECHO \t a \r\n", "a"),
                good("inline, vertical tab within a word", "ECHO a\u000bb\n", "a\u000bb"),
                good("inline, vertical tab between words", "ECHO \u000b\fa\n", "a"),
                good("inline, CR within a line", "ECHO\ra\n", "a"),
                good("inline, double quotes", "ECHO \"a b\"\n", "a b"),
                good("inline, single quotes", "ECHO 'a \" b'\n", "a \" b"),
                good("inline, empty quotes", "ECHO \"\"\nECHO ''\n", "", ""),
                good("inline, C escapes", "ECHO \"\\n\\r\\t\\b\\a\\\\\\\"\\q\"\n", "\n\r\t\b\u0007\\\"q"),
                good("inline, hex escapes", "ECHO \"\\x00\\xfF\\x41\"\n", "\0\u00ffA"),
                good("inline, broken hex escapes", "ECHO \"\\x4\\xg1\\x\"\n", "x4xg1x"),
                good("inline, escapes mean nothing unquoted", "ECHO \\x41\\n\n", "\\x41\\n"),
                good("inline, single quotes escape themselves only", "ECHO '\\'\\n\\\\x'\n", "'\\n\\\\x"),
                good("inline, a quote in the middle of a word", "ECHO a\"b c\"\nECHO a'b c'\n", "ab c", "ab c"),
                bad("inline, no closing double quote", "ECHO \"a\n", "unbalanced quotes in request"),
                bad("inline, no closing single quote", "ECHO 'a\n", "unbalanced quotes in request"),
                bad("inline, escaped closing quote", "ECHO \"a\\\"\n", "unbalanced quotes in request"),
                bad("inline, backslash at the end", "ECHO \"a\\\n", "unbalanced quotes in request"),
                bad("inline, text after double quote", "ECHO \"a\"b\n", "unbalanced quotes in request"),
                bad("inline, text after single quote", "ECHO 'a'b\n", "unbalanced quotes in request"),
                bad("inline, quotes side by side", "ECHO \"a\"'b'\n", "unbalanced quotes in request"),
                good("inline, vertical tab after quote", "ECHO \"a\"\u000b\n", "a"));
    }

    /** Streams of a client that has not authenticated and must. */
    static List<Row> unauthenticated() {
        return List.of(
                bad("11 arguments", "*11\r\n$4\r\nECHO\r\n", "unauthenticated multibulk length"),
                good("10 arguments", "*10\r\n$4\r\nECHO\r\n"),
                bad("16385 bytes", "*2\r\n$4\r\nECHO\r\n$16385\r\n", "unauthenticated bulk length"),
                good("16384 bytes", "*2\r\n$4\r\nECHO\r\n$16384\r\n"),
                bad("more than any client may", "*1\r\n$536870913\r\n", "invalid bulk length"));
    }

    private static Row good(String label, String stream, String... echoes) {
        return new Row(label, stream, List.of(echoes), null);
    }

    private static Row bad(String label, String stream, String error, String... echoes) {
        return new Row(label, stream, List.of(echoes), error);
    }
}
