package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;

/** Sets: members, each once, in no order. Several sets together are {@link SetAlgebraCommands}. */
public final class SetCommands {
    /** SPOP leaves few when it takes so many for each (SPOP_MOVE_STRATEGY_MUL). */
    private static final int POPPED_PER_LEFT = 5;

    private SetCommands() {}

    public static void declare(CommandTable table) {
        declareWrites(table);
        declareReads(table);
        declareRandom(table);
    }

    private static void declareWrites(CommandTable table) {
        declare(table, "SADD", SetCommands::sadd)
                .summary("Add one or more members to a set")
                .complexity(
                        "O(1) for each element added, so O(N) to add N elements when the command is called with multiple"
                                + " arguments.")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.INSERT), string("member").many());
        declare(table, "SREM", SetCommands::srem)
                .summary("Remove one or more members from a set")
                .complexity("O(N) where N is the number of members to be removed.")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.DELETE), string("member").many());
        declare(table, "SMOVE", SetCommands::smove)
                .summary("Move a member from one set to another")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("source", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE),
                        key("destination", KeyFlag.RW, KeyFlag.INSERT),
                        string("member"));
    }

    private static void declareReads(CommandTable table) {
        declare(table, "SISMEMBER", SetCommands::sismember)
                .summary("Determine if a given value is a member of a set")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO), string("member"));
        declare(table, "SMISMEMBER", SetCommands::smismember)
                .summary("Returns the membership associated with the given elements for a set")
                .since("6.2.0")
                .complexity("O(N) where N is the number of elements being checked for membership")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), string("member").many());
        declare(table, "SCARD", SetCommands::scard)
                .summary("Get the number of members in a set")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO));
        declare(table, "SMEMBERS", SetCommands::smembers)
                .summary("Get all the members in a set")
                .complexity("O(N) where N is the set cardinality.")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output_order")
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS));
        declare(table, "SSCAN", SetCommands::sscan)
                .summary("Incrementally iterate Set elements")
                .since("2.8.0")
                .complexity(
                        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to"
                                + " return back to 0. N is the number of elements inside the collection..")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output")
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        integer("cursor"),
                        pattern("pattern").after("MATCH").maybe(),
                        integer("count").after("COUNT").maybe());
    }

    private static void declareRandom(CommandTable table) {
        declare(table, "SPOP", SetCommands::spop)
                .summary("Remove and return one or multiple random members from a set")
                .complexity("Without the count argument O(1), otherwise O(N) where N is the value of the passed count.")
                .flags(Flag.WRITE, Flag.FAST)
                .tips("nondeterministic_output")
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE),
                        integer("count").since("3.2.0").maybe());
        declare(table, "SRANDMEMBER", SetCommands::srandmember)
                .summary("Get one or multiple random members from a set")
                .complexity(
                        "Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output")
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        integer("count").since("2.6.0").maybe());
    }

    private static Command declare(CommandTable table, String name, Handler handler) {
        return table.command(name, handler).group(Group.SET).since("1.0.0");
    }

    // ---- changing

    private static void sadd(Call call) {
        if (call.valueToChange(1, Kind.Type.SET) == Call.Found.WRONG_TYPE) {
            return;
        }
        long added = 0;
        for (int i = 2; i < call.count(); i++) {
            added += call.tx().keyed().addMember(call.db(), call.arg(1), call.arg(i)) ? 1 : 0;
        }
        if (added > 0) {
            call.notify(KeyspaceEvent.SET, "sadd", call.arg(1));
        }
        call.reply().integer(added);
    }

    private static void srem(Call call) {
        switch (call.valueToChange(1, Kind.Type.SET)) {
            case VALUE -> sremFromSet(call);
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void sremFromSet(Call call) {
        long size = call.entry().elements();
        long removed = 0;
        for (int i = 2; i < call.count() && removed < size; i++) {
            removed += call.tx().keyed().remove(call.db(), call.arg(1), call.arg(i)) ? 1 : 0;
        }
        if (removed > 0) {
            call.notify(KeyspaceEvent.SET, "srem", call.arg(1));
        }
        if (removed == size) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        }
        call.reply().integer(removed);
    }

    private static void smove(Call call) {
        Bytes source = call.arg(1);
        Bytes destination = call.arg(2);
        Entry other = call.otherEntry();
        boolean otherExists = call.tx().peek(call.db(), destination, other);
        Call.Found found = call.valueToChange(1, Kind.Type.SET);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        if (found == Call.Found.NOTHING) {
            call.reply().integer(0);
        } else if (otherExists && other.type() != Kind.Type.SET) {
            call.error(Errors.WRONG_TYPE);
        } else if (!call.keyed().find(call.arg(3))) {
            call.reply().integer(0);
        } else {
            if (!source.equals(destination)) {
                move(call, source, destination, call.arg(3));
            }
            call.reply().integer(1);
        }
    }

    private static void move(Call call, Bytes source, Bytes destination, Bytes member) {
        boolean isLast = call.entry().elements() == 1;
        call.tx().keyed().remove(call.db(), source, member);
        call.notify(KeyspaceEvent.SET, "srem", source);
        if (isLast) {
            call.notify(KeyspaceEvent.GENERIC, "del", source);
        }
        if (call.tx().keyed().addMember(call.db(), destination, member)) {
            call.notify(KeyspaceEvent.SET, "sadd", destination);
        }
    }

    // ---- reading

    private static void sismember(Call call) {
        Call.Found found = call.value(1, Kind.Type.SET);
        if (found != Call.Found.WRONG_TYPE) {
            call.reply().integer(found == Call.Found.VALUE && call.keyed().find(call.arg(2)) ? 1 : 0);
        }
    }

    private static void smismember(Call call) {
        Call.Found found = call.value(1, Kind.Type.SET);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        KeyedView set = found == Call.Found.VALUE ? call.keyed() : null;
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            call.reply().integer(set != null && set.find(call.arg(i)) ? 1 : 0);
        }
    }

    private static void scard(Call call) {
        Call.Found found = call.value(1, Kind.Type.SET);
        if (found != Call.Found.WRONG_TYPE) {
            call.reply().integer(found == Call.Found.VALUE ? call.entry().elements() : 0);
        }
    }

    private static void smembers(Call call) {
        switch (call.value(1, Kind.Type.SET)) {
            case VALUE -> replyAll(call, call.keyed());
            case NOTHING -> call.reply().set(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void replyAll(Call call, KeyedView set) {
        call.reply().set((int) set.size());
        while (set.next()) {
            call.replyBytes(set.name(call.value()));
        }
    }

    private static void sscan(Call call) {
        ElementScan.run(call, Kind.Type.SET, 1, (of, member) -> of.replyBytes(member.name(of.value())));
    }

    // ---- random members

    private static void srandmember(Call call) {
        if (call.count() == 2) {
            RandomPicks.replyOne(call, Kind.Type.SET);
        } else if (call.count() > 3) {
            call.syntaxError();
        } else if (RandomPicks.readCount(call, 2)) {
            RandomPicks.reply(call, Kind.Type.SET, call.number(), null);
        }
    }

    private static void spop(Call call) {
        if (call.count() > 3) {
            call.syntaxError();
        } else if (call.count() == 3) {
            spopMany(call);
        } else {
            switch (call.valueToChange(1, Kind.Type.SET)) {
                case VALUE -> popOne(call);
                case NOTHING -> call.reply().nullBulk();
                case WRONG_TYPE -> {}
            }
        }
    }

    private static void spopMany(Call call) {
        if (!call.integer(2, Errors.NOT_POSITIVE)) {
            return;
        }
        long count = call.number();
        if (count < 0) {
            call.error(Errors.NOT_POSITIVE);
            return;
        }
        switch (call.valueToChange(1, Kind.Type.SET)) {
            case VALUE -> popMany(call, count);
            case NOTHING -> call.reply().set(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void popMany(Call call, long count) {
        if (count == 0) {
            call.reply().set(0);
        } else if (count >= call.entry().elements()) {
            replyAll(call, call.keyed());
            call.tx().delete(call.db(), call.arg(1));
            call.notify(KeyspaceEvent.SET, "spop", call.arg(1));
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        } else {
            long left = call.entry().elements() - count;
            call.reply().set((int) count);
            for (long i = 0; i < count; i++) {
                call.valueToChange(1, Kind.Type.SET);
                pop(call);
            }
            if (left <= count / POPPED_PER_LEFT) {
                renewIntegers(call);
            }
            call.notify(KeyspaceEvent.SET, "spop", call.arg(1));
        }
    }

    /** Redis makes a new set of the few that are left, and a set of integers is an intset then, whatever it was before. */
    private static void renewIntegers(Call call) {
        call.valueToChange(1, Kind.Type.SET);
        if (call.entry().flags() != PackedElements.CONVERTED) {
            return;
        }
        long deadline = call.entry().deadline();
        KeyedView members = call.keyed();
        KeyedBody integers = call.tx().keyed().gather(call.db(), Kind.SET);
        while (members.next()) {
            if (!Decimal.isLong(members.name(call.value()))) {
                return;
            }
            integers.put(members.owned(), Undo.NONE);
        }
        call.tx().keyed().store(call.db(), call.arg(1), Kind.SET, integers, deadline);
    }

    private static void popOne(Call call) {
        boolean isLast = call.entry().elements() == 1;
        pop(call);
        call.notify(KeyspaceEvent.SET, "spop", call.arg(1));
        if (isLast) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        }
    }

    /** Answers a random member of the set that {@link Call#entry} shows, and removes it. */
    private static void pop(Call call) {
        KeyedView set = call.keyed();
        set.random(call.tx().random());
        Bytes member = set.name(call.value());
        call.replyBytes(member);
        call.tx().keyed().remove(call.db(), call.arg(1), member);
    }
}
