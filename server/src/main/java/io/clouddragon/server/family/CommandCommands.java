package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyReference;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** COMMAND: the command table as clients see it. redis-cli has its help and completion from here. */
final class CommandCommands {
    private final CommandTable table;

    CommandCommands(CommandTable table) {
        this.table = table;
    }

    void declare() {
        Flag[] flags = {Flag.LOADING, Flag.STALE};
        Command command = table.command("COMMAND", this::all)
                .group(Group.SERVER)
                .summary("Get array of Redis command details")
                .since("2.8.13")
                .complexity("O(N) where N is the total number of Redis commands")
                .flags(flags)
                .categories("connection")
                .tips("nondeterministic_output_order")
                .arity(-1);
        command.subcommand("COUNT", call -> call.reply().integer(table.all().size()))
                .summary("Get total number of Redis commands")
                .complexity("O(1)")
                .flags(flags)
                .categories("connection");
        command.subcommand("DOCS", this::docs)
                .summary("Get array of specific Redis command documentation")
                .since("7.0.0")
                .complexity("O(N) where N is the number of commands to look up")
                .flags(flags)
                .categories("connection")
                .tips("nondeterministic_output_order")
                .args(string("command-name").maybe().many());
        command.subcommand("GETKEYS", call -> getKeys(call, false))
                .summary("Extract keys given a full Redis command")
                .complexity("O(N) where N is the number of arguments to the command")
                .flags(flags)
                .categories("connection")
                .arity(-4);
        command.subcommand("GETKEYSANDFLAGS", call -> getKeys(call, true))
                .summary("Extract keys and access flags given a full Redis command")
                .since("7.0.0")
                .complexity("O(N) where N is the number of arguments to the command")
                .flags(flags)
                .categories("connection")
                .arity(-4);
        command.subcommand("INFO", this::info)
                .summary("Get array of specific Redis command details, or all when no argument is given.")
                .complexity("O(N) where N is the number of commands to look up")
                .flags(flags)
                .categories("connection")
                .tips("nondeterministic_output_order")
                .args(string("command-name").maybe().many());
        command.subcommand("LIST", this::list)
                .summary("Get an array of Redis command names")
                .since("7.0.0")
                .complexity("O(N) where N is the total number of Redis commands")
                .flags(flags)
                .categories("connection")
                .tips("nondeterministic_output_order")
                .args(oneOf(
                                "filterby",
                                string("module-name").after("MODULE"),
                                string("category").after("ACLCAT"),
                                pattern("pattern").after("PATTERN"))
                        .after("FILTERBY")
                        .maybe());
        Help.declare(command, "5.0.0", HELP);
        command.subcommand("help").categories("connection");
    }

    private void all(Call call) {
        Collection<Command> all = table.all();
        call.reply().array(all.size());
        CommandDescription description = new CommandDescription(call.reply());
        all.forEach(description::info);
    }

    private void info(Call call) {
        if (call.count() == 2) {
            all(call);
            return;
        }
        Descriptions descriptions = new Descriptions(call.reply(), new CommandDescription(call.reply())::info);
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            Command command = table.byName(call.arg(i).toString());
            if (command == null) {
                call.reply().nullBulk();
            } else {
                descriptions.write(command);
            }
        }
    }

    /** Makes each command's description once: a request has room for a million names. */
    private record Descriptions(ReplyWriter reply, Consumer<Command> description, Map<Command, int[]> written) {
        Descriptions(ReplyWriter reply, Consumer<Command> description) {
            this(reply, description, new HashMap<>());
        }

        void write(Command command) {
            int[] place = written.get(command);
            if (place == null) {
                int from = reply.position();
                description.accept(command);
                written.put(command, new int[] {from, reply.position()});
            } else {
                reply.repeat(place[0], place[1]);
            }
        }
    }

    private void docs(Call call) {
        List<Command> wanted = new ArrayList<>();
        if (call.count() == 2) {
            wanted.addAll(table.all());
        }
        for (int i = 2; i < call.count(); i++) {
            Command command = table.byName(call.arg(i).toString());
            if (command != null) {
                wanted.add(command);
            }
        }
        Descriptions descriptions = new Descriptions(call.reply(), new CommandDescription(call.reply())::docs);
        call.reply().map(wanted.size());
        for (Command command : wanted) {
            call.reply().bulk(command.fullName());
            descriptions.write(command);
        }
    }

    // ---- LIST

    private void list(Call call) {
        Predicate<Command> filter = command -> true;
        if (call.count() == 5 && call.isWord(2, "FILTERBY")) {
            filter = filter(call);
        } else if (call.count() != 2) {
            filter = null;
        }
        if (filter == null) {
            call.syntaxError();
            return;
        }
        List<String> names = new ArrayList<>();
        for (Command command : table.all()) {
            addIf(filter, command, names);
            for (Command subcommand : command.subcommands()) {
                addIf(filter, subcommand, names);
            }
        }
        call.reply().array(names.size());
        names.forEach(call.reply()::bulk);
    }

    private static void addIf(Predicate<Command> filter, Command command, List<String> names) {
        if (filter.test(command)) {
            names.add(command.fullName());
        }
    }

    /** Null when there is no such filter. */
    private static Predicate<Command> filter(Call call) {
        Bytes wanted = call.arg(4);
        if (call.isWord(3, "ACLCAT")) {
            String category = wanted.toString().toLowerCase(Locale.ROOT);
            return command -> command.categories().contains(category);
        }
        if (call.isWord(3, "PATTERN")) {
            return command -> Glob.matches(wanted, Bytes.of(command.fullName()), true);
        }
        // There are no modules, so none has commands.
        return call.isWord(3, "MODULE") ? command -> false : null;
    }

    // ---- GETKEYS

    private void getKeys(Call call, boolean withFlags) {
        Command command = commandGiven(call);
        int words = call.count() - 2;
        if (command == null) {
            call.error("ERR Invalid command specified");
        } else if (command.keySpecs().isEmpty()) {
            call.error("ERR The command has no key arguments");
        } else if (!command.accepts(words)) {
            call.error("ERR Invalid number of arguments specified for command");
        } else {
            replyKeys(call, command, words, withFlags);
        }
    }

    private Command commandGiven(Call call) {
        Command command = table.find(call.arg(2));
        if (command != null && command.isContainer() && call.count() > 3) {
            return command.subcommand(call.arg(3).toString().toLowerCase(Locale.ROOT));
        }
        return command;
    }

    private static void replyKeys(Call call, Command command, int words, boolean withFlags) {
        IntFunction<Bytes> word = i -> call.arg(i + 2);
        List<KeyReference> keys = command.keys(words, word);
        if (keys.isEmpty() && !command.has(Flag.NO_MANDATORY_KEYS)) {
            call.error("ERR Invalid arguments specified for command");
            return;
        }
        CommandDescription description = new CommandDescription(call.reply());
        call.reply().array(keys.size());
        for (KeyReference key : keys) {
            if (withFlags) {
                call.reply().array(2);
            }
            call.replyBytes(word.apply(key.position()));
            if (withFlags) {
                description.keyFlags(key.flags());
            }
        }
    }

    private static final String[] HELP = {
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "    If no command names are given, documentation details for all",
        "    commands are returned.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "GETKEYSANDFLAGS <full-command>",
        "    Return the keys and the access flags from a full Redis command.",
    };
}
