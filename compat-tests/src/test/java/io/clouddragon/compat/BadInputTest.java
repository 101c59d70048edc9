package io.clouddragon.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RawExchange;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.ServerExtension;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Input that no client should send: the answer is that of redis-server to the byte, and the server goes on. */
class BadInputTest {
    /** What follows an incomplete frame is silence; nothing that the table expects takes as long. */
    private static final Duration SILENCE = Duration.ofMillis(250);

    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis();

    @RegisterExtension
    static final ServerExtension subject = ServerExtension.target();

    static Stream<Named<String>> inputs() {
        return Stream.of(wrongCommands(), notUtf8(), numbers(), frames(), inline(), unusual())
                .flatMap(rows -> rows);
    }

    private static Stream<Named<String>> wrongCommands() {
        return Stream.of(
                row("unknown command", "*1\r\n$4\r\nNOPE\r\n"),
                row("unknown command with arguments", "*3\r\n$4\r\nnope\r\n$1\r\na\r\n$2\r\nbc\r\n"),
                row("unknown command, long name", "*1\r\n$300\r\n" + "x".repeat(300) + "\r\n"),
                row("unknown command, many long arguments", many("nope", 40, "y".repeat(50))),
                row("unknown command with line ends in it", "*2\r\n$6\r\nNO\r\nPE\r\n$4\r\na\r\nb\r\n"),
                row("unknown command with zero bytes", "*2\r\n$3\r\nN\0O\r\n$3\r\na\0b\r\n"),
                row("empty command name", "*1\r\n$0\r\n\r\n"),
                row("no arguments where one is needed", "*1\r\n$3\r\nGET\r\n"),
                row("too many arguments", "*3\r\n$3\r\nGET\r\n$1\r\na\r\n$1\r\nb\r\n"),
                row("odd MSET", "*4\r\n$4\r\nMSET\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"),
                row("unknown subcommand", "*2\r\n$6\r\nCLIENT\r\n$4\r\nNOPE\r\n"),
                row("container without subcommand", "*1\r\n$6\r\nCLIENT\r\n"),
                row("wrong arity of a subcommand", "*2\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n"),
                row("unknown option", "*4\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n$4\r\nNOPE\r\n"),
                row("option without its value", "*4\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n$2\r\nEX\r\n"),
                row("EXEC alone", "*1\r\n$4\r\nEXEC\r\n"),
                row("an error inside MULTI", "MULTI\r\nNOPE\r\nSET a 1\r\nEXEC\r\nGET a\r\n"),
                row("nested MULTI", "MULTI\r\nMULTI\r\nWATCH a\r\nEXEC\r\n"),
                row("QUIT, and something after it", "QUIT\r\nPING\r\n"),
                row("HELLO with a wrong version", "HELLO 4\r\nHELLO x\r\nHELLO 3 AUTH a\r\nHELLO 3 SETNAME\r\n"));
    }

    private static Stream<Named<String>> notUtf8() {
        return Stream.of(
                row("unknown commands that are not UTF-8", "\"\\xff\\xfe\" \"a\\xc3\"\r\nLATENCY \"\\xff\\xfe\"\r\n"),
                row(
                        "options that are not UTF-8",
                        "CONFIG SET \"\\xff\" 1\r\nFUNCTION LIST \"\\xff\"\r\nHELLO 3 \"\\xff\"\r\nEXPIRE k 1 \"\\xff\"\r\n"
                                + "CLIENT LIST TYPE \"\\xff\"\r\nLATENCY GRAPH \"\\xff\"\r\n"),
                row(
                        "users and rules that are not UTF-8",
                        "ACL DRYRUN \"\\xff\" get\r\nACL DRYRUN default \"\\xff\"\r\nACL SETUSER u \"%~\\xff\"\r\n"
                                + "ACL SETUSER u \"(\\xff\"\r\nACL CAT \"\\xff\"\r\nCLIENT KILL USER \"\\xff\"\r\n"),
                row(
                        "scripts that are not UTF-8",
                        "EVAL \"x\\xff=1\" 0\r\nEVAL \"error('\\xff')\" 0\r\n"
                                + "FUNCTION LOAD \"#!lua name=a\\nx\\xff=1\"\r\n"
                                + "FUNCTION LOAD \"#!lua name=a\\nlocal t={} t['\\xff'].x=1\"\r\n"),
                row(
                        "first lines of scripts that are not UTF-8",
                        "FUNCTION LOAD \"#!\\xff name=a\\n\"\r\nFUNCTION LOAD \"#!lua \\xff=a\\n\"\r\nEVAL \"#!\\xff\\n\" 0\r\n"
                                + "EVAL \"#!lua \\xff\\n\" 0\r\nEVAL \"#!lua flags=\\xff\\n\" 0\r\n"),
                row("half a letter", "LATENCY " + "x".repeat(127) + "\"\\xc3\\xa9\"\r\n"));
    }

    private static Stream<Named<String>> numbers() {
        return Stream.of(
                row("overflow up", "SET n 9223372036854775807\r\nINCR n\r\nGET n\r\n"),
                row("overflow down", "SET n -9223372036854775808\r\nDECR n\r\nDECRBY n 1\r\nGET n\r\n"),
                row("DECRBY of the least number", "DECRBY n -9223372036854775808\r\n"),
                row("a cursor of very many digits", many("SCAN", 1, "1".repeat(2_000_000))),
                row("a cursor of very many zeros", many("SCAN", 1, "0".repeat(2_000_000))),
                row("increment beyond 64 bits", "INCRBY n 9223372036854775808\r\n"),
                row("not a number", "SET s abc\r\nINCR s\r\nINCRBYFLOAT s 1\r\nINCRBY n 1.0\r\n"),
                row(
                        "spaces and signs in numbers",
                        "SET s \" 1\"\r\nINCR s\r\nINCRBY n +1\r\nINCRBY n \"\"\r\nINCRBY n -0\r\n"),
                row(
                        "not a float",
                        "INCRBYFLOAT n nan\r\nINCRBYFLOAT n inf\r\nINCRBYFLOAT n 0x10\r\nINCRBYFLOAT n 1e400\r\n"),
                row(
                        "deadlines out of range",
                        "SET k v EX 0\r\nSET k v PX -1\r\nSET k v EX 9223372036854775807\r\nSETEX k 0 v\r\n"),
                row(
                        "deadlines out of range of EXPIRE",
                        "SET k v\r\nEXPIRE k 9223372036854775807\r\nPEXPIRE k x\r\nTTL k\r\n"),
                row("offsets out of range", "SETRANGE k -1 x\r\nSETRANGE k 536870912 x\r\nSETRANGE k 4294967296 x\r\n"),
                row("too few arguments of MOVE and SWAPDB", "SWAPDB 0\r\nMOVE k\r\n"));
    }

    private static Stream<Named<String>> frames() {
        return Stream.of(
                row("multibulk length is no number", "*x\r\n"),
                row("multibulk length empty", "*\r\nPING\r\n"),
                row("multibulk length beyond an int", "*2147483648\r\n"),
                row("multibulk length beyond a long", "*99999999999999999999\r\n"),
                row("multibulk length zero", "*0\r\n"),
                row("multibulk length negative", "*-1\r\n*-10\r\n"),
                row("bulk length is no number", "*1\r\n$x\r\n"),
                row("bulk length negative", "*1\r\n$-1\r\n"),
                row("bulk length beyond the limit", "*1\r\n$536870913\r\n"),
                row("bulk length beyond a long", "*1\r\n$99999999999999999999\r\n"),
                row("a large bulk announced and never sent", "*2\r\n$3\r\nGET\r\n$536870912\r\nabc"),
                row("a large command announced and never sent", "*1000000\r\n$3\r\nGET\r\n"),
                row("no dollar where a bulk is due", "*1\r\n:1\r\n"),
                row("a letter where a bulk is due", "*2\r\n$4\r\nECHO\r\nhello\r\n"),
                row("an error in the second command", "*1\r\n$4\r\nPING\r\n*1\r\n!\r\n"),
                row("a bulk without its line end", "*1\r\n$4\r\nPINGxx"),
                row("line feeds alone", "*1\n$4\nPING\n"),
                row("a length with a sign", "*+1\r\n$4\r\nPING\r\n"),
                row("a length with leading zeros", "*01\r\n$4\r\nPING\r\n"),
                row("a length with a space", "* 1\r\n$4\r\nPING\r\n"),
                row("a multibulk line without end", "*" + "1".repeat(70_000)),
                row("a bulk line without end", "*1\r\n$" + "1".repeat(70_000)));
    }

    private static Stream<Named<String>> inline() {
        return Stream.of(
                row("an open double quote", "SET a \"b\r\n"),
                row("an open single quote", "SET a 'b\r\n"),
                row("text behind a closing quote", "SET a \"b\"c\r\n"),
                row("escapes", "SET a \"\\x41\\n\\t\\\\\\\"\\z\\xg1\"\r\nGET a\r\n"),
                row("single quotes keep backslashes", "SET a 'b\\n\\'c'\r\nGET a\r\n"),
                row("a quote inside a word", "SET a b\"c d\"\r\nGET a\r\n"),
                row("empty lines", "\r\n\r\n   \r\nPING\r\n"),
                row("line feed only", "PING\nPING\n"),
                row("tabs and many spaces", "  ECHO \t  hello   \r\n"),
                row("empty quotes", "SET a \"\"\r\nGET a\r\nGET \"\"\r\n"),
                row("a zero byte in the line", "ECHO a\0b\r\n"),
                row("high bytes in the line", "ECHO \u00ff\u00fe\r\n"),
                row("a line beyond 64 KiB without end", "ECHO " + "x".repeat(70_000)),
                row("HTTP POST", "POST / HTTP/1.1\r\nHost: a\r\n\r\nFLUSHALL\r\n"),
                row("HTTP Host", "GET / HTTP/1.1\r\nHost: a\r\n\r\nFLUSHALL\r\n"),
                row("SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
                row("TLS hello", "\u0016\u0003\u0001\0\u00a5\u0001\0\0\r\n"));
    }

    private static Stream<Named<String>> unusual() {
        return Stream.of(
                row(
                        "binary key",
                        "*3\r\n$3\r\nSET\r\n$4\r\n\0\r\n\u00ff\r\n$3\r\n\0\0\0\r\n*2\r\n$3\r\nGET\r\n$4\r\n\0\r\n\u00ff\r\n"),
                row(
                        "binary key in KEYS",
                        "*3\r\n$3\r\nSET\r\n$2\r\n*[\r\n$1\r\nv\r\nKEYS *\r\nKEYS \"\\\\*\\\\[\"\r\n"),
                row("empty key and value", "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$0\r\n\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n"),
                row(
                        "CR and LF in a message",
                        "*2\r\n$6\r\nCONFIG\r\n$6\r\nNO\r\nPE\r\n*2\r\n$6\r\nclient\r\n$4\r\na\nb\n\r\n"),
                row("CLIENT REPLY SKIP", "CLIENT REPLY SKIP\r\nPING\r\nPING\r\n"),
                row("RESET after CLIENT REPLY SKIP", "CLIENT REPLY SKIP\r\nRESET\r\nPING\r\n"),
                row("RESET after CLIENT REPLY OFF", "CLIENT REPLY OFF\r\nRESET\r\nPING\r\n"),
                row("CLIENT REPLY OFF and ON", "CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nPING\r\n"),
                row("mixed inline and multibulk", "PING\r\n*1\r\n$4\r\nPING\r\nECHO x\r\n"),
                row("a thousand commands at once", "*1\r\n$4\r\nPING\r\n".repeat(1000)),
                row("a command of ten thousand arguments", many("EXISTS", 10_000, "k")),
                row("RESP3 nulls", "HELLO 3 SETNAME\r\nGET nosuch\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void answersAsRedisAndGoesOn(String input) {
        String expected = exchange(redis, input);
        assertThat(exchange(subject, input)).isEqualTo(expected);
        try (RespConnection next = subject.connect()) {
            assertThat(next.send("PING").toString()).isEqualTo("PONG");
        }
    }

    private static String exchange(ServerExtension server, String input) {
        try (RespConnection connection = server.connect()) {
            connection.send("FLUSHALL");
        }
        return RawExchange.of(server.port(), input, SILENCE);
    }

    private static Named<String> row(String label, String input) {
        return Named.of(label, input);
    }

    private static String many(String command, int count, String argument) {
        String bulk = "$" + argument.length() + "\r\n" + argument + "\r\n";
        return "*" + (count + 1) + "\r\n$" + command.length() + "\r\n" + command + "\r\n" + bulk.repeat(count);
    }
}
