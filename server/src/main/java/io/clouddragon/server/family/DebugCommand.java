package io.clouddragon.server.family;

import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.config.ProtectedAction;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * DEBUG, as far as it does no harm: SLEEP stops the event loop, and so the server, for as long as it is told; JMAP tells
 * what the Java heap is full of. {@code enable-debug-command} says who may use it.
 */
final class DebugCommand {
    private static final String FORBIDDEN =
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to"
                    + " \"local\", you can run it from a local connection, otherwise you need to set this option in the"
                    + " configuration file, and then restart the server.";

    /** At the beginning of a word; whatever follows it is not read. */
    private static final Pattern NUMBER =
            Pattern.compile("\\s*([+-]?(?:0[xX](?:\\p{XDigit}+\\.?\\p{XDigit}*|\\.\\p{XDigit}+)"
                    + "(?:[pP][+-]?\\d+)?|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?))");

    /** Lines of the class histogram that are shown: the classes that take most. */
    private static final int HISTOGRAM_LINES = 60;

    private final ServerContext context;

    DebugCommand(ServerContext context) {
        this.context = context;
    }

    void declare(CommandTable table) {
        table.command("DEBUG", this::debug)
                .group(Group.SERVER)
                .summary("A container for debugging commands")
                .since("1.0.0")
                .complexity("Depends on subcommand.")
                .flags(Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE)
                .arity(-2);
    }

    private void debug(Call call) {
        if (!isAllowed(call)) {
            call.error(FORBIDDEN);
        } else if (call.isWord(1, "HELP") && call.count() == 2) {
            Help.reply(call, "DEBUG", HELP);
        } else if (call.isWord(1, "SLEEP") && call.count() == 3) {
            sleep(call);
        } else if (call.isWord(1, "JMAP") && call.count() == 2) {
            call.reply().verbatim("txt", classHistogram().getBytes(StandardCharsets.UTF_8));
        } else {
            call.error(Errors.subcommandSyntax(call));
        }
    }

    private boolean isAllowed(Call call) {
        ProtectedAction allowed = context.settings().enableDebugCommand();
        String peer = call.session().connection().peerAddress();
        boolean isLocal = peer.startsWith("127.") || peer.startsWith("[::1]:");
        return allowed == ProtectedAction.YES || allowed == ProtectedAction.LOCAL && isLocal;
    }

    private static void sleep(Call call) {
        // What is no number is 0, as for C's strtod, which Redis asks.
        Matcher number = NUMBER.matcher(call.arg(2).toString());
        byte[] text = number.lookingAt() ? number.group(1).getBytes(StandardCharsets.US_ASCII) : new byte[0];
        double seconds = RedisDoubles.parseLoosely(text, 0, text.length);
        try {
            Thread.sleep((long) (Math.max(0, seconds) * 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        call.reply().ok();
    }

    private static String classHistogram() {
        try {
            Object text = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            StringBuilder most = new StringBuilder();
            text.toString()
                    .lines()
                    .limit(HISTOGRAM_LINES)
                    .forEach(line -> most.append(line).append('\n'));
            return most.toString();
        } catch (JMException e) {
            return "This JVM does not tell: " + e.getMessage() + "\n";
        }
    }

    private static final String[] HELP = {
        "JMAP",
        "    Return how many objects of which classes the Java heap holds.",
        "SLEEP <seconds>",
        "    Stop the server for <seconds>. Decimals allowed.",
    };
}
