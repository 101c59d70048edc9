package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.unixTime;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Entry;
import java.util.EnumSet;
import java.util.Set;

/** Deadlines of keys: setting, asking, removing. A deadline in the past deletes the key at once, as in Redis. */
public final class ExpiryCommands {
    /** The reply of TTL and its like for a key that does not exist. */
    private static final long NO_KEY = -2;
    /** The reply for a key without a deadline. */
    private static final long NO_TTL = -1;

    private static final Set<Condition> NO_CONDITION = Set.of();

    /** When EXPIRE sets the deadline; "none" counts as infinitely late. */
    private enum Condition {
        /** The key has none. */
        NX,
        /** The key has one. */
        XX,
        /** The new one is later. */
        GT,
        /** The new one is earlier. */
        LT;

        private static final Condition[] ALL = values();

        boolean isMet(Entry entry, long newDeadline) {
            return switch (this) {
                case NX -> !entry.hasDeadline();
                case XX -> entry.hasDeadline();
                case GT -> newDeadline > entry.deadline();
                case LT -> newDeadline < entry.deadline();
            };
        }
    }

    private ExpiryCommands() {}

    public static void declare(CommandTable table) {
        setter(table, "EXPIRE", ExpireTime.SECONDS, integer("seconds"))
                .summary("Set a key's time to live in seconds")
                .since("1.0.0");
        setter(table, "PEXPIRE", ExpireTime.MILLIS, integer("milliseconds"))
                .summary("Set a key's time to live in milliseconds")
                .since("2.6.0");
        setter(table, "EXPIREAT", ExpireTime.AT_SECONDS, unixTime("unix-time-seconds"))
                .summary("Set the expiration for a key as a UNIX timestamp")
                .since("1.2.0");
        setter(table, "PEXPIREAT", ExpireTime.AT_MILLIS, unixTime("unix-time-milliseconds"))
                .summary("Set the expiration for a key as a UNIX timestamp specified in milliseconds")
                .since("2.6.0");
        getter(table, "TTL", ExpireTime.SECONDS)
                .summary("Get the time to live for a key in seconds")
                .since("1.0.0")
                .tips("nondeterministic_output");
        getter(table, "PTTL", ExpireTime.MILLIS)
                .summary("Get the time to live for a key in milliseconds")
                .since("2.6.0")
                .tips("nondeterministic_output");
        getter(table, "EXPIRETIME", ExpireTime.AT_SECONDS)
                .summary("Get the expiration Unix timestamp for a key")
                .since("7.0.0");
        getter(table, "PEXPIRETIME", ExpireTime.AT_MILLIS)
                .summary("Get the expiration Unix timestamp for a key in milliseconds")
                .since("7.0.0");
        table.command("PERSIST", ExpiryCommands::persist)
                .group(Group.GENERIC)
                .summary("Remove the expiration from a key")
                .since("2.2.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.UPDATE));
    }

    private static Command setter(CommandTable table, String name, ExpireTime unit, Argument time) {
        return table.command(name, call -> expire(call, unit))
                .group(Group.GENERIC)
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.UPDATE),
                        time,
                        oneOf("condition", word("NX"), word("XX"), word("GT"), word("LT"))
                                .since("7.0.0")
                                .maybe());
    }

    private static Command getter(CommandTable table, String name, ExpireTime unit) {
        return table.command(name, call -> ttl(call, unit))
                .group(Group.GENERIC)
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS));
    }

    private static void expire(Call call, ExpireTime unit) {
        Set<Condition> conditions = conditions(call);
        if (conditions == null) {
            return;
        }
        long deadline = unit.any(call, 2);
        if (deadline == ExpireTime.INVALID) {
            return;
        }
        boolean sets = call.tx().peek(call.db(), call.arg(1), call.entry());
        for (Condition condition : conditions) {
            sets = sets && condition.isMet(call.entry(), deadline);
        }
        if (sets && deadline <= call.now()) {
            call.tx().delete(call.db(), call.arg(1));
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        } else if (sets) {
            call.tx().deadline(call.db(), call.arg(1), deadline);
            call.notify(KeyspaceEvent.GENERIC, "expire", call.arg(1));
        }
        call.reply().integer(sets ? 1 : 0);
    }

    /** All of which must be met. Null when they are wrong: the error has been written. */
    private static Set<Condition> conditions(Call call) {
        if (call.count() == 3) {
            return NO_CONDITION;
        }
        Set<Condition> conditions = EnumSet.noneOf(Condition.class);
        for (int i = 3; i < call.count(); i++) {
            Condition condition = condition(call, i);
            if (condition == null) {
                call.error("ERR Unsupported option " + Errors.shown(call.arg(i)));
                return null;
            }
            conditions.add(condition);
        }
        if (conditions.contains(Condition.NX) && conditions.size() > 1) {
            call.error("ERR NX and XX, GT or LT options at the same time are not compatible");
            return null;
        }
        if (conditions.contains(Condition.GT) && conditions.contains(Condition.LT)) {
            call.error("ERR GT and LT options at the same time are not compatible");
            return null;
        }
        return conditions;
    }

    private static Condition condition(Call call, int i) {
        for (Condition condition : Condition.ALL) {
            if (call.isWord(i, condition.name())) {
                return condition;
            }
        }
        return null;
    }

    private static void ttl(Call call, ExpireTime unit) {
        Entry entry = call.entry();
        if (!call.tx().glance(call.db(), call.arg(1), entry)) {
            call.reply().integer(NO_KEY);
        } else if (!entry.hasDeadline()) {
            call.reply().integer(NO_TTL);
        } else {
            call.reply().integer(unit.shown(call, entry.deadline()));
        }
    }

    private static void persist(Call call) {
        Entry entry = call.entry();
        boolean removes = call.tx().peek(call.db(), call.arg(1), entry) && entry.hasDeadline();
        if (removes) {
            call.tx().deadline(call.db(), call.arg(1), Entry.NO_DEADLINE);
            call.notify(KeyspaceEvent.GENERIC, "persist", call.arg(1));
        }
        call.reply().integer(removes ? 1 : 0);
    }
}
