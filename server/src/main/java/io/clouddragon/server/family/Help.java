package io.clouddragon.server.family;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.Flag;
import java.util.Locale;

/** The HELP subcommand of containers: status lines, between the head and the foot that all of them have. */
final class Help {
    private Help() {}

    /** Declares it. */
    static void declare(Command container, String since, String... lines) {
        container
                .subcommand("HELP", call -> reply(call, container.name(), lines))
                .summary("Show helpful text about the different subcommands")
                .since(since)
                .complexity("O(1)")
                .flags(Flag.LOADING, Flag.STALE);
    }

    static void reply(Call call, String command, String... lines) {
        call.reply().array(lines.length + 3);
        call.reply()
                .simpleString(
                        command.toUpperCase(Locale.ROOT) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (String line : lines) {
            call.reply().simpleString(line);
        }
        call.reply().simpleString("HELP");
        call.reply().simpleString("    Prints this help.");
    }
}
