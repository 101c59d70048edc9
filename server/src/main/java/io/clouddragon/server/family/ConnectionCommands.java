package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;

/** The handshake and a client's own state. */
final class ConnectionCommands {
    private final ServerContext context;

    ConnectionCommands(ServerContext context) {
        this.context = context;
    }

    void declare(CommandTable table) {
        table.command("PING", ConnectionCommands::ping)
                .group(Group.CONNECTION)
                .summary("Returns the server's liveliness response.")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.FAST)
                .args(string("message").maybe());
        table.command("QUIT", this::quit)
                .group(Group.CONNECTION)
                .flags(Flag.NO_AUTH, Flag.FAST)
                .atOnceInMulti();
    }

    private static void ping(Call call) {
        if (call.count() > 1) {
            call.replyBytes(call.arg(1));
        } else {
            call.reply().pong();
        }
    }

    private void quit(Call call) {
        call.reply().ok();
        call.session().connection().closeAfterReplies();
        context.sessions();
    }
}
