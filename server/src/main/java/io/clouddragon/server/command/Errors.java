package io.clouddragon.server.command;

import io.clouddragon.resp.RawText;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.NotEnoughMemoryException;
import io.clouddragon.storage.engine.WritesRefusedException;
import io.clouddragon.storage.log.LogFailedException;
import java.util.Locale;

/** Error texts that more than one command uses, worded as Redis 7.0 words them. */
public final class Errors {
    public static final String SYNTAX = "ERR syntax error";
    public static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    public static final String NOT_A_FLOAT = "ERR value is not a valid float";
    public static final String NOT_FINITE = "ERR increment would produce NaN or Infinity";
    public static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
    public static final String OVERFLOW = "ERR increment or decrement would overflow";
    public static final String NO_SUCH_KEY = "ERR no such key";
    public static final String OUT_OF_RANGE = "ERR value is out of range";
    public static final String NOT_POSITIVE = "ERR value is out of range, must be positive";
    public static final String SAME_OBJECT = "ERR source and destination objects are the same";
    public static final String DB_OUT_OF_RANGE = "ERR DB index is out of range";
    public static final String TIMEOUT_NOT_FLOAT = "ERR timeout is not a float or out of range";
    public static final String TIMEOUT_NOT_INTEGER = "ERR timeout is not an integer or out of range";
    public static final String TIMEOUT_NEGATIVE = "ERR timeout is negative";
    public static final String STRING_TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    public static final String NO_AUTH = "NOAUTH Authentication required.";
    public static final String OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";
    public static final String NOT_ENOUGH_MEMORY = "OOM The command needs more memory than the server has.";
    public static final String DISK_FULL =
            "MISCONF The disk is nearly full: writes are refused until there is room again. Reads go on; deletes,"
                    + " unlocks and extensions, too, down to the last reserve.";
    public static final String NOT_IN_MULTI = "ERR Command not allowed inside a transaction";
    static final String NOT_FOR_MONITORS = "ERR Replica can't interact with the keyspace";
    public static final String EXEC_ABORTED = "EXECABORT Transaction discarded because of previous errors.";

    /** As many bytes of a client's word are shown as Redis shows. */
    static final int SHOWN_BYTES = 128;

    private Errors() {}

    /** A client's word as an error tells it: its beginning, up to the first NUL; see {@link RawText}. */
    public static String shown(Bytes word) {
        return shown(word, SHOWN_BYTES);
    }

    /** Likewise, at most so many bytes of it. */
    public static String shown(Bytes word, int mostBytes) {
        int length = 0;
        while (length < Math.min(word.length(), mostBytes) && word.at(length) != 0) {
            length++;
        }
        return RawText.of(word.array(), word.offset(), length);
    }

    /** For an EXEC that was refused itself. */
    static String execRejected(String refusal) {
        String reason = refusal.startsWith("ERR ") ? refusal.substring(4) : refusal;
        return "EXECABORT Transaction discarded because of: " + reason;
    }

    /** Whether the engine refused the transaction, as opposed to a mistake of ours. */
    static boolean isRefusal(RuntimeException failure) {
        return failure instanceof WritesRefusedException || failure instanceof LogFailedException;
    }

    /** What the client is told when its transaction threw. */
    static String ofFailure(RuntimeException failure) {
        if (failure instanceof NotEnoughMemoryException) {
            return NOT_ENOUGH_MEMORY;
        }
        return isRefusal(failure)
                ? "MISCONF " + failure.getMessage()
                : "ERR internal error, see the server's log: " + failure;
    }

    /** A subcommand that was found but not called as it should be. */
    public static String subcommandSyntax(Call call) {
        Command command = call.command().parent() == null
                ? call.command()
                : call.command().parent();
        return "ERR unknown subcommand or wrong number of arguments for '" + shown(call.arg(1)) + "'. Try "
                + command.name().toUpperCase(Locale.ROOT) + " HELP.";
    }

    public static String unknownSubcommand(Bytes word, Command container) {
        return "ERR unknown subcommand '" + shown(word) + "'. Try "
                + container.name().toUpperCase(Locale.ROOT) + " HELP.";
    }

    public static String arity(String fullName) {
        return "ERR wrong number of arguments for '" + fullName + "' command";
    }

    /** For a RESP2 client that is subscribed to something. */
    static String notWhenSubscribed(String fullName) {
        return "ERR Can't execute '" + fullName
                + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
    }

    public static String invalidExpire(String fullName) {
        return "ERR invalid expire time in '" + fullName + "' command";
    }
}
