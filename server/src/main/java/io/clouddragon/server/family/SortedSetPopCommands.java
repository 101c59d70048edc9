package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.Kind.Type;
import java.util.EnumSet;
import java.util.Set;

/** Taking members from the ends of sorted sets, waiting for some if asked to. */
final class SortedSetPopCommands {
    private static final String POP_COMPLEXITY =
            "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped.";
    private static final String MPOP_COMPLEXITY =
            "O(K) + O(M*log(N)) where K is the number of provided keys, N being the"
                    + " number of elements in the sorted set, and M being the number of elements popped.";

    private SortedSetPopCommands() {}

    static void declare(CommandTable table) {
        declarePop(table, "ZPOPMIN", false, "Remove and return members with the lowest scores in a sorted set");
        declarePop(table, "ZPOPMAX", true, "Remove and return members with the highest scores in a sorted set");
        declareWaitingPop(
                table,
                "BZPOPMIN",
                false,
                "Remove and return the member with the lowest score from one or more sorted sets, or block until one is"
                        + " available");
        declareWaitingPop(
                table,
                "BZPOPMAX",
                true,
                "Remove and return the member with the highest score from one or more sorted sets, or block until one is"
                        + " available");
        declareOfMany(table);
    }

    private static Argument poppedKey() {
        return key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE);
    }

    private static void declarePop(CommandTable table, String name, boolean max, String summary) {
        SortedSetCommands.declare(table, name, call -> pop(call, max))
                .summary(summary)
                .since("5.0.0")
                .complexity(POP_COMPLEXITY)
                .flags(Flag.WRITE, Flag.FAST)
                .args(poppedKey(), integer("count").maybe());
    }

    private static void declareWaitingPop(CommandTable table, String name, boolean max, String summary) {
        SortedSetCommands.declare(table, name, call -> popOrWait(call, max))
                .summary(summary)
                .since("5.0.0")
                .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                .flags(Flag.WRITE, Flag.NOSCRIPT, Flag.BLOCKING, Flag.FAST)
                .args(poppedKey().many(), number("timeout"));
    }

    private static void declareOfMany(CommandTable table) {
        Argument where = oneOf("where", word("MIN"), word("MAX"));
        Argument count = integer("count").after("COUNT").maybe();
        Set<KeyFlag> use = EnumSet.of(KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE);
        SortedSetCommands.declare(table, "ZMPOP", SortedSetPopCommands::zmpop)
                .summary("Remove and return members with scores in a sorted set")
                .since("7.0.0")
                .complexity(MPOP_COMPLEXITY)
                .flags(Flag.WRITE)
                .args(integer("numkeys"), poppedKey().many(), where, count)
                .keys(new KeySpec(use, 1, 0, 1, true));
        SortedSetCommands.declare(table, "BZMPOP", SortedSetPopCommands::bzmpop)
                .summary("Remove and return members with scores in a sorted set or block until one is available")
                .since("7.0.0")
                .complexity(MPOP_COMPLEXITY)
                .flags(Flag.WRITE, Flag.BLOCKING)
                .args(number("timeout"), integer("numkeys"), poppedKey().many(), where, count)
                .keys(new KeySpec(use, 2, 0, 1, true));
    }

    // ---- from one

    private static void pop(Call call, boolean max) {
        if (call.count() > 3) {
            call.syntaxError();
            return;
        }
        boolean counted = call.count() == 3;
        if (counted && !call.integer(2, 0, Errors.NOT_POSITIVE)) {
            return;
        }
        long count = counted ? call.number() : 1;
        switch (call.valueToChange(1, Kind.Type.SORTED_SET)) {
            case VALUE -> {
                Pop pop = new Pop(max, count);
                int popped = pop.count(call.entry());
                boolean nested = counted && call.reply().protocol() == 3;
                call.reply().array(nested ? popped : 2 * popped);
                pop.run(call.tx(), call.db(), call.arg(1), call.entry(), nested, call.reply());
            }
            case NOTHING -> call.reply().array(0);
            case WRONG_TYPE -> {}
        }
    }

    /**
     * What is taken from a sorted set that has been found.
     *
     * @param max from the end with the highest score
     * @param most as many as there are, at most so many
     */
    private record Pop(boolean max, long most) {
        int count(Entry entry) {
            return (int) Math.min(most, entry.elements());
        }

        /**
         * Removes the members and writes each with its score.
         *
         * @param entry shows the key's
         * @param nested each member with its score is an array
         */
        void run(Tx tx, Database db, Bytes key, Entry entry, boolean nested, ReplyWriter reply) {
            KeyedView members = new KeyedView();
            Bytes member = new Bytes();
            int count = count(entry);
            for (int i = 0; i < count; i++) {
                tx.peek(db, key, entry);
                choose(members.open(entry));
                members.name(member);
                if (nested) {
                    reply.array(2);
                }
                reply.bulk(member.array(), member.offset(), member.length());
                reply.doubleValue(members.score());
                tx.keyed().remove(db, key, member);
                if (i == 0) {
                    tx.event(db, KeyspaceEvent.SORTED_SET, max ? "zpopmax" : "zpopmin", key);
                }
            }
            if (count > 0 && !tx.exists(db, key)) {
                tx.event(db, KeyspaceEvent.GENERIC, "del", key);
            }
        }

        private void choose(KeyedView members) {
            if (max) {
                members.seek(members.size());
                members.previous();
            } else {
                members.next();
            }
        }
    }

    // ---- from the first of several

    /** Takes from a sorted set that has been found, and writes the whole reply. */
    @FunctionalInterface
    private interface Taker {
        void take(Tx tx, Database db, Bytes key, Entry entry, ReplyWriter reply);
    }

    private static void popOrWait(Call call, boolean max) {
        Taker taker = (tx, db, key, entry, reply) -> {
            reply.array(3);
            reply.bulk(key.array(), key.offset(), key.length());
            new Pop(max, 1).run(tx, db, key, entry, false, reply);
        };
        takeOrWait(call, taker, 1, call.count() - 2, call.count() - 1);
    }

    private static void zmpop(Call call) {
        Taker taker = readOfMany(call, 1);
        if (taker != null && !takeFirst(call, taker, 2, keys(call, 1))) {
            call.reply().nullArray();
        }
    }

    private static void bzmpop(Call call) {
        Taker taker = readOfMany(call, 2);
        if (taker != null) {
            takeOrWait(call, taker, 3, keys(call, 2), 1);
        }
    }

    /** The number of keys, which {@link #readOfMany} has checked. */
    private static int keys(Call call, int numkeys) {
        call.integer(numkeys);
        return (int) call.number();
    }

    /** Reads the words of ZMPOP from the number of keys on; null when they are wrong: the error has been written. */
    private static Taker readOfMany(Call call, int numkeys) {
        if (!call.integer(numkeys, 1, "ERR numkeys should be greater than 0")) {
            return null;
        }
        int wordsBehind = call.count() - numkeys - 1;
        if (call.number() >= wordsBehind) {
            call.syntaxError();
            return null;
        }
        int at = numkeys + 1 + (int) call.number();
        boolean max = call.isWord(at, "MAX");
        if (!max && !call.isWord(at, "MIN")) {
            call.syntaxError();
            return null;
        }
        at++;
        long count = 1;
        if (at + 1 < call.count() && call.isWord(at, "COUNT")) {
            if (!call.integer(at + 1, 1, "ERR count should be greater than 0")) {
                return null;
            }
            count = call.number();
            at += 2;
        }
        if (at < call.count()) {
            call.syntaxError();
            return null;
        }
        return takerOfMany(new Pop(max, count));
    }

    private static Taker takerOfMany(Pop pop) {
        return (tx, db, key, entry, reply) -> {
            reply.array(2);
            reply.bulk(key.array(), key.offset(), key.length());
            reply.array(pop.count(entry));
            pop.run(tx, db, key, entry, true, reply);
        };
    }

    /** Takes from the first key that has a sorted set; false when there is none, and nothing has been written. */
    private static boolean takeFirst(Call call, Taker taker, int firstKey, int keys) {
        for (int i = firstKey; i < firstKey + keys; i++) {
            Call.Found found = call.valueToChange(i, Kind.Type.SORTED_SET);
            if (found == Call.Found.VALUE) {
                taker.take(call.tx(), call.db(), call.arg(i), call.entry(), call.reply());
            }
            if (found != Call.Found.NOTHING) {
                return true;
            }
        }
        return false;
    }

    private static void takeOrWait(Call call, Taker taker, int firstKey, int keys, int timeout) {
        if (!call.timeoutSeconds(timeout)) {
            return;
        }
        long waitMillis = call.number();
        if (takeFirst(call, taker, firstKey, keys)) {
            return;
        }
        if (!call.mayBlock()) {
            call.reply().nullArray();
            return;
        }
        Bytes[] waitedFor = new Bytes[keys];
        for (int i = 0; i < keys; i++) {
            waitedFor[i] = call.arg(firstKey + i).owned();
        }
        call.block(new WaitingForMember(call, taker, waitedFor), Waiter.Kind.POP, waitMillis, waitedFor);
    }

    /** Waits for one of some keys to become a sorted set. */
    private static final class WaitingForMember extends WaitingToPop {
        private final Taker taker;

        WaitingForMember(Call call, Taker taker, Bytes[] keys) {
            super(call, Type.SORTED_SET, keys);
            this.taker = taker;
        }

        @Override
        protected void take(Tx tx, Database db, Bytes key, Entry entry, ReplyWriter reply) {
            taker.take(tx, db, key, entry, reply);
        }
    }
}
