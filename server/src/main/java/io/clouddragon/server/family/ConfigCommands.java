package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.RawText;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.config.ConfigCommand;
import io.clouddragon.server.config.Setting;
import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** CONFIG, in RESP: what it does is {@link ConfigCommand}'s. */
final class ConfigCommands {
    private final ConfigCommand config;
    private final ServerContext context;

    ConfigCommands(ServerContext context) {
        this.config = new ConfigCommand(context.settings());
        this.context = context;
    }

    void declare(CommandTable table) {
        Flag[] flags = {Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        Command container = table.container("CONFIG")
                .group(Group.SERVER)
                .summary("A container for server configuration commands")
                .since("2.0.0")
                .complexity("Depends on subcommand.");
        container
                .subcommand("GET", this::get)
                .summary("Get the values of configuration parameters")
                .since("2.0.0")
                .complexity("O(N) when N is the number of configuration parameters provided")
                .flags(flags)
                .args(block("parameter", string("parameter")).many());
        container
                .subcommand("SET", this::set)
                .summary("Set configuration parameters to the given values")
                .since("2.0.0")
                .complexity("O(N) when N is the number of configuration parameters provided")
                .flags(flags)
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .args(block("parameter_value", string("parameter"), string("value"))
                        .many());
        container
                .subcommand("RESETSTAT", this::resetStat)
                .summary("Reset the stats returned by INFO")
                .since("2.0.0")
                .complexity("O(1)")
                .flags(flags);
        container
                .subcommand("REWRITE", call -> okOrError(call, config.rewrite()))
                .summary("Rewrite the configuration file with the in memory configuration")
                .since("2.8.0")
                .complexity("O(1)")
                .flags(flags);
        Help.declare(container, "5.0.0", HELP);
    }

    private void get(Call call) {
        List<Map.Entry<String, String>> found = config.get(words(call));
        call.reply().map(found.size());
        for (Map.Entry<String, String> setting : found) {
            call.reply().bulk(setting.getKey());
            call.reply().bulk(setting.getValue());
        }
    }

    private void set(Call call) {
        List<String> words = words(call);
        for (int i = 0; i + 1 < words.size(); i += 2) {
            if (Setting.isSecret(words.get(i))) {
                call.redact(i + 3);
            }
        }
        okOrError(call, config.set(words));
    }

    private void resetStat(Call call) {
        context.executor().resetStats();
        context.sessions().resetStats();
        context.loop().engine().stats().reset();
        call.reply().ok();
    }

    private static void okOrError(Call call, String error) {
        if (error == null) {
            call.reply().ok();
        } else {
            call.error(error);
        }
    }

    private static List<String> words(Call call) {
        List<String> words = new ArrayList<>();
        for (int i = 2; i < call.count(); i++) {
            // What is no name of a setting is told as it came.
            Bytes word = call.arg(i);
            words.add(i % 2 == 0 ? RawText.of(word.array(), word.offset(), word.length()) : word.toString());
        }
        return words;
    }

    private static final String[] HELP = {
        "GET <pattern>",
        "    Return parameters matching the glob-like <pattern> and their values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset statistics reported by the INFO command.",
        "REWRITE",
        "    Rewrite the configuration file.",
    };
}
