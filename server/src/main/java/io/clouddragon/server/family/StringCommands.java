package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.unixTime;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Strings as wholes: reading, setting, and the conditional forms of both. Parts of strings are {@link SubstringCommands},
 * numbers {@link CounterCommands}.
 *
 * <p>GET, SET, MGET and MSET are the hot path: they allocate nothing but the entry that is stored.
 */
public final class StringCommands {
    private StringCommands() {}

    public static void declare(CommandTable table) {
        declareReads(table);
        declareSet(table);
        declareSetForms(table);
        declareMany(table);
        declareReadAndChange(table);
        declareConditionalDeletes(table);
    }

    // ---- declarations

    private static void declareReads(CommandTable table) {
        table.command("GET", StringCommands::get)
                .group(Group.STRING)
                .summary("Get the value of a key")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS));
        table.command("MGET", StringCommands::mget)
                .group(Group.STRING)
                .summary("Get the values of all the given keys")
                .since("1.0.0")
                .complexity("O(N) where N is the number of keys to retrieve.")
                .flags(Flag.READONLY, Flag.FAST)
                .tips("request_policy:multi_shard")
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS).many());
    }

    private static void declareSet(CommandTable table) {
        table.command("SET", StringCommands::set)
                .group(Group.STRING)
                .summary("Set the string value of a key")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE, KeyFlag.VARIABLE_FLAGS),
                        string("value"),
                        oneOf(
                                        "condition",
                                        word("NX"),
                                        word("XX"),
                                        string("ifeq-value").after("IFEQ").since("8.4.0"),
                                        string("ifne-value").after("IFNE").since("8.4.0"))
                                .since("2.6.12")
                                .maybe(),
                        word("GET").since("6.2.0").maybe(),
                        oneOf(
                                        "expiration",
                                        integer("seconds").after("EX").since("2.6.12"),
                                        integer("milliseconds").after("PX").since("2.6.12"),
                                        unixTime("unix-time-seconds")
                                                .after("EXAT")
                                                .since("6.2.0"),
                                        unixTime("unix-time-milliseconds")
                                                .after("PXAT")
                                                .since("6.2.0"),
                                        word("KEEPTTL").since("6.0.0"))
                                .maybe())
                .keyUse(StringCommands::keyUseOfSet);
    }

    private static Set<KeyFlag> keyUseOfSet(int words, IntFunction<Bytes> word) {
        for (int i = 3; i < words; i++) {
            if (word.apply(i).isWord("GET")
                    || word.apply(i).isWord("IFEQ")
                    || word.apply(i).isWord("IFNE")) {
                return EnumSet.of(KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE);
            }
        }
        return EnumSet.of(KeyFlag.OW, KeyFlag.UPDATE);
    }

    private static void declareSetForms(CommandTable table) {
        table.command("SETNX", StringCommands::setnx)
                .group(Group.STRING)
                .summary("Set the value of a key, only if the key does not exist")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.OW, KeyFlag.INSERT), string("value"));
        table.command("SETEX", call -> setWithTime(call, ExpireTime.SECONDS))
                .group(Group.STRING)
                .summary("Set the value and expiration of a key")
                .since("2.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("key", KeyFlag.OW, KeyFlag.UPDATE), integer("seconds"), string("value"));
        table.command("PSETEX", call -> setWithTime(call, ExpireTime.MILLIS))
                .group(Group.STRING)
                .summary("Set the value and expiration in milliseconds of a key")
                .since("2.6.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("key", KeyFlag.OW, KeyFlag.UPDATE), integer("milliseconds"), string("value"));
    }

    private static void declareMany(CommandTable table) {
        table.command("MSET", StringCommands::mset)
                .group(Group.STRING)
                .summary("Set multiple keys to multiple values")
                .since("1.0.1")
                .complexity("O(N) where N is the number of keys to set.")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .tips("request_policy:multi_shard", "response_policy:all_succeeded")
                .args(block("key_value", key("key", KeyFlag.OW, KeyFlag.UPDATE), string("value"))
                        .many());
        table.command("MSETNX", StringCommands::msetnx)
                .group(Group.STRING)
                .summary("Set multiple keys to multiple values, only if none of the keys exist")
                .since("1.0.1")
                .complexity("O(N) where N is the number of keys to set.")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .tips("request_policy:multi_shard", "response_policy:agg_min")
                .args(block("key_value", key("key", KeyFlag.OW, KeyFlag.INSERT), string("value"))
                        .many());
    }

    private static void declareReadAndChange(CommandTable table) {
        table.command("GETSET", StringCommands::getset)
                .group(Group.STRING)
                .summary("Set the string value of a key and return its old value")
                .since("1.0.0")
                .deprecated("6.2.0", "`SET` with the `!GET` argument")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE), string("value"));
        table.command("GETDEL", StringCommands::getdel)
                .group(Group.STRING)
                .summary("Get the value of a key and delete the key")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE));
        table.command("GETEX", StringCommands::getex)
                .group(Group.STRING)
                .summary("Get the value of a key and optionally set its expiration")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE),
                        oneOf(
                                        "expiration",
                                        integer("seconds").after("EX"),
                                        integer("milliseconds").after("PX"),
                                        unixTime("unix-time-seconds").after("EXAT"),
                                        unixTime("unix-time-milliseconds").after("PXAT"),
                                        word("PERSIST"))
                                .maybe());
    }

    private static void declareConditionalDeletes(CommandTable table) {
        table.command("DELEX", StringCommands::delex)
                .group(Group.STRING)
                .summary("Conditionally removes the specified key based on value comparison.")
                .since("8.4.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.DELETE, KeyFlag.VARIABLE_FLAGS),
                        oneOf(
                                        "condition",
                                        string("ifeq-value").after("IFEQ"),
                                        string("ifne-value").after("IFNE"))
                                .maybe())
                .keyUse(StringCommands::keyUseOfDelEx);
        // Valkey's name for DELEX key IFEQ value.
        table.command("DELIFEQ", StringCommands::delifeq)
                .group(Group.STRING)
                .summary("Delete key if value matches string.")
                .since("9.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE), string("value"));
    }

    private static Set<KeyFlag> keyUseOfDelEx(int words, IntFunction<Bytes> word) {
        return words == 2
                ? EnumSet.of(KeyFlag.RM, KeyFlag.DELETE)
                : EnumSet.of(KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE);
    }

    // ---- reading

    private static void get(Call call) {
        switch (call.string(1)) {
            case VALUE -> call.replyValue();
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    private static void mget(Call call) {
        call.reply().array(call.count() - 1);
        for (int i = 1; i < call.count(); i++) {
            if (call.tx().get(call.db(), call.arg(i), call.entry())
                    && call.entry().type() == Kind.Type.STRING) {
                call.replyValue();
            } else {
                call.reply().nullBulk();
            }
        }
    }

    // ---- setting

    private static void put(Call call, int key, int value, long deadline) {
        call.tx().put(call.db(), call.arg(key), Kind.RAW, call.arg(value), deadline);
        call.notify(KeyspaceEvent.STRING, "set", call.arg(key));
    }

    private static void putWithTime(Call call, int key, int value, long deadline) {
        put(call, key, value, deadline);
        call.notify(KeyspaceEvent.GENERIC, "expire", call.arg(key));
    }

    private static boolean delete(Call call) {
        boolean deleted = call.tx().delete(call.db(), call.arg(1));
        if (deleted) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        }
        return deleted;
    }

    private static void set(Call call) {
        if (call.count() == 3) {
            put(call, 1, 2, Entry.NO_DEADLINE);
            call.reply().ok();
            return;
        }
        StringOptions options = StringOptions.ofSet(call);
        if (options != null) {
            long deadline = options.deadline(call);
            if (deadline != ExpireTime.INVALID) {
                set(call, options, deadline);
            }
        }
    }

    private static void set(Call call, StringOptions options, long deadline) {
        Entry old = call.entry();
        boolean exists = options.get()
                ? call.tx().get(call.db(), call.arg(1), old)
                : call.tx().peek(call.db(), call.arg(1), old);
        if (exists && options.readsValue() && old.type() != Kind.Type.STRING) {
            call.error(Errors.WRONG_TYPE);
            return;
        }
        boolean isMet = options.isMet(call, exists, old);
        if (options.get()) {
            replyOld(call, exists);
        } else if (isMet) {
            call.reply().ok();
        } else {
            call.reply().nullBulk();
        }
        if (isMet && options.hasTime()) {
            putWithTime(call, 1, 2, deadline);
        } else if (isMet) {
            put(call, 1, 2, options.keepsTtl() && exists ? old.deadline() : deadline);
        }
    }

    private static void replyOld(Call call, boolean exists) {
        if (exists) {
            call.replyValue();
        } else {
            call.reply().nullBulk();
        }
    }

    private static void setnx(Call call) {
        boolean exists = call.tx().exists(call.db(), call.arg(1));
        if (!exists) {
            put(call, 1, 2, Entry.NO_DEADLINE);
        }
        call.reply().integer(exists ? 0 : 1);
    }

    private static void setWithTime(Call call, ExpireTime unit) {
        long deadline = unit.positive(call, 2);
        if (deadline != ExpireTime.INVALID) {
            putWithTime(call, 1, 3, deadline);
            call.reply().ok();
        }
    }

    private static void mset(Call call) {
        if (isPairs(call)) {
            putPairs(call);
            call.reply().ok();
        }
    }

    private static void msetnx(Call call) {
        if (!isPairs(call)) {
            return;
        }
        for (int i = 1; i < call.count(); i += 2) {
            if (call.tx().exists(call.db(), call.arg(i))) {
                call.reply().integer(0);
                return;
            }
        }
        putPairs(call);
        call.reply().integer(1);
    }

    /** Whether every key has its value; else the error has been written. */
    private static boolean isPairs(Call call) {
        if (call.count() % 2 == 0) {
            call.error(Errors.arity(call.command().fullName()));
            return false;
        }
        return true;
    }

    private static void putPairs(Call call) {
        for (int i = 1; i < call.count(); i += 2) {
            put(call, i, i + 1, Entry.NO_DEADLINE);
        }
    }

    // ---- reading and changing

    private static void getset(Call call) {
        Call.Found found = call.string(1);
        if (found != Call.Found.WRONG_TYPE) {
            replyOld(call, found == Call.Found.VALUE);
            put(call, 1, 2, Entry.NO_DEADLINE);
        }
    }

    private static void getdel(Call call) {
        Call.Found found = call.string(1);
        if (found != Call.Found.WRONG_TYPE) {
            replyOld(call, found == Call.Found.VALUE);
            delete(call);
        }
    }

    private static void getex(Call call) {
        StringOptions options = StringOptions.ofGetEx(call);
        if (options == null) {
            return;
        }
        switch (call.string(1)) {
            case VALUE -> getex(call, options);
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    private static void getex(Call call, StringOptions options) {
        long deadline = options.deadline(call);
        if (deadline == ExpireTime.INVALID) {
            return;
        }
        boolean hadDeadline = call.entry().hasDeadline();
        call.replyValue();
        if (options.isTimeAbsolute() && deadline <= call.now()) {
            delete(call);
        } else if (options.hasTime() || options.persists() && hadDeadline) {
            call.tx().deadline(call.db(), call.arg(1), deadline);
            call.notify(KeyspaceEvent.GENERIC, options.hasTime() ? "expire" : "persist", call.arg(1));
        }
    }

    // ---- deleting on a condition

    private static void delex(Call call) {
        if (call.count() != 2 && call.count() != 4) {
            call.error(Errors.arity(call.command().fullName()));
            return;
        }
        Entry entry = call.entry();
        if (!call.tx().peek(call.db(), call.arg(1), entry)) {
            call.reply().integer(0);
        } else if (call.count() == 2) {
            deleteIf(call, true);
        } else if (entry.type() != Kind.Type.STRING) {
            call.error("ERR Key should be of string type if conditions are specified");
        } else if (call.isWord(2, "IFEQ")) {
            deleteIf(call, holds(call, call.arg(3)));
        } else if (call.isWord(2, "IFNE")) {
            deleteIf(call, !holds(call, call.arg(3)));
        } else {
            call.error("ERR Invalid condition. Use IFEQ or IFNE");
        }
    }

    private static void delifeq(Call call) {
        Entry entry = call.entry();
        if (!call.tx().peek(call.db(), call.arg(1), entry)) {
            call.reply().integer(0);
        } else if (entry.type() != Kind.Type.STRING) {
            call.error(Errors.WRONG_TYPE);
        } else {
            deleteIf(call, holds(call, call.arg(2)));
        }
    }

    private static boolean holds(Call call, Bytes value) {
        return call.entry().value(call.value()).equals(value);
    }

    private static void deleteIf(Call call, boolean isMet) {
        call.reply().integer(isMet && delete(call) ? 1 : 0);
    }
}
