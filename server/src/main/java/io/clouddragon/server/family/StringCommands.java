package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.engine.Outcome;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/** Strings and counters. */
public final class StringCommands {
    private StringCommands() {}

    public static void declare(CommandTable table) {
        table.command("GET", StringCommands::get)
                .group(Group.STRING)
                .summary("Returns the string value of a key.")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS));
        table.command("SET", StringCommands::set)
                .group(Group.STRING)
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE, KeyFlag.VARIABLE_FLAGS), string("value"));
        table.command("INCR", StringCommands::incr)
                .group(Group.STRING)
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE));
        table.command("INCRBY", StringCommands::incrBy)
                .group(Group.STRING)
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE), integer("increment"));
    }

    private static void get(Call call) {
        switch (call.string(1)) {
            case STRING -> call.replyValue();
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    private static void set(Call call) {
        call.tx().put(call.db(), call.arg(1), Kind.RAW, call.arg(2), Entry.NO_DEADLINE);
        call.reply().ok();
    }

    private static void incr(Call call) {
        add(call, 1);
    }

    private static void incrBy(Call call) {
        if (call.integer(2)) {
            add(call, call.number());
        }
    }

    private static void add(Call call, long delta) {
        Outcome outcome = call.tx().add(call.db(), call.arg(1), delta);
        switch (outcome) {
            case OK -> call.reply().integer(call.tx().number());
            case WRONG_TYPE -> call.error(Errors.WRONG_TYPE);
            case NOT_AN_INTEGER -> call.error(Errors.NOT_AN_INTEGER);
            case OVERFLOW -> call.error(Errors.OVERFLOW);
        }
    }
}
