package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.word;
import static io.clouddragon.server.family.ListCommands.list;

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
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind.Type;
import io.clouddragon.storage.keyspace.ListView;
import java.util.Set;

/**
 * Taking from the first of several lists that has something (LMPOP) and moving from list to list (LMOVE, RPOPLPUSH), and the
 * same with waiting for it (BLPOP, BRPOP, BLMPOP, BLMOVE, BRPOPLPUSH). How an element is taken is a {@link Taker}: the same
 * object serves at once or later.
 */
public final class ListPopCommands {
    private static final Set<KeyFlag> TAKEN = Set.of(KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE);

    private ListPopCommands() {}

    /** Takes from a list that is not empty: changes it and writes the reply. */
    @FunctionalInterface
    private interface Taker {
        void take(Tx tx, Database db, Bytes key, ListView list, ReplyWriter reply);
    }

    static void declare(CommandTable table) {
        declareMoves(table);
        declareBlockingMoves(table);
        declarePops(table);
    }

    // ---- declarations

    private static void declareMoves(CommandTable table) {
        list(table, "LMOVE", ListPopCommands::lmove)
                .summary("Pop an element from a list, push it to another list and return it")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(source(), destination(), end("wherefrom"), end("whereto"));
        list(table, "RPOPLPUSH", call -> move(call, ListEnd.RIGHT, ListEnd.LEFT))
                .summary("Remove the last element in a list, prepend it to another list and return it")
                .since("1.2.0")
                .complexity("O(1)")
                .deprecated("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(source(), destination());
    }

    private static void declareBlockingMoves(CommandTable table) {
        list(table, "BLMOVE", ListPopCommands::blmove)
                .summary("Pop an element from a list, push it to another list and return it; or block until one is"
                        + " available")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.NOSCRIPT, Flag.BLOCKING)
                .args(source(), destination(), end("wherefrom"), end("whereto"), number("timeout"));
        list(table, "BRPOPLPUSH", call -> moveOrWait(call, ListEnd.RIGHT, ListEnd.LEFT, 3))
                .summary("Pop an element from a list, push it to another list and return it; or block until one is"
                        + " available")
                .since("2.2.0")
                .complexity("O(1)")
                .deprecated("6.2.0", "`BLMOVE` with the `RIGHT` and `LEFT` arguments")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.NOSCRIPT, Flag.BLOCKING)
                .args(source(), destination(), number("timeout"));
    }

    private static void declarePops(CommandTable table) {
        list(table, "LMPOP", ListPopCommands::lmpop)
                .summary("Pop elements from a list")
                .since("7.0.0")
                .complexity("O(N+M) where N is the number of provided keys and M is the number of elements returned.")
                .flags(Flag.WRITE)
                .args(
                        integer("numkeys"),
                        keys(),
                        end("where"),
                        integer("count").after("COUNT").maybe())
                .keys(new KeySpec(TAKEN, 1, 0, 1, true));
        list(table, "BLMPOP", ListPopCommands::blmpop)
                .summary("Pop elements from a list, or block until one is available")
                .since("7.0.0")
                .complexity("O(N+M) where N is the number of provided keys and M is the number of elements returned.")
                .flags(Flag.WRITE, Flag.BLOCKING)
                .args(
                        number("timeout"),
                        integer("numkeys"),
                        keys(),
                        end("where"),
                        integer("count").after("COUNT").maybe())
                .keys(new KeySpec(TAKEN, 2, 0, 1, true));
        list(table, "BLPOP", call -> popOrWait(call, ListEnd.LEFT))
                .summary("Remove and get the first element in a list, or block until one is available")
                .since("2.0.0")
                .complexity("O(N) where N is the number of provided keys.")
                .flags(Flag.WRITE, Flag.NOSCRIPT, Flag.BLOCKING)
                .args(keys(), number("timeout"));
        list(table, "BRPOP", call -> popOrWait(call, ListEnd.RIGHT))
                .summary("Remove and get the last element in a list, or block until one is available")
                .since("2.0.0")
                .complexity("O(N) where N is the number of provided keys.")
                .flags(Flag.WRITE, Flag.NOSCRIPT, Flag.BLOCKING)
                .args(keys(), number("timeout"));
    }

    private static Argument source() {
        return key("source", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE);
    }

    private static Argument destination() {
        return key("destination", KeyFlag.RW, KeyFlag.INSERT);
    }

    private static Argument keys() {
        return key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE).many();
    }

    private static Argument end(String name) {
        return oneOf(name, word("LEFT"), word("RIGHT"));
    }

    // ---- moving

    private static void lmove(Call call) {
        ListEnd from = end(call, 3);
        ListEnd to = from == null ? null : end(call, 4);
        if (to != null) {
            move(call, from, to);
        }
    }

    private static void blmove(Call call) {
        ListEnd from = end(call, 3);
        ListEnd to = from == null ? null : end(call, 4);
        if (to != null) {
            moveOrWait(call, from, to, 5);
        }
    }

    /** The end that word {@code i} names; null when the error has been written. */
    private static ListEnd end(Call call, int i) {
        ListEnd end = ListEnd.of(call.arg(i));
        if (end == null) {
            call.syntaxError();
        }
        return end;
    }

    private static void move(Call call, ListEnd from, ListEnd to) {
        switch (call.valueToChange(1, Type.LIST)) {
            case VALUE -> moveFound(call, from, to);
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    private static void moveOrWait(Call call, ListEnd from, ListEnd to, int timeout) {
        if (!call.timeoutSeconds(timeout)) {
            return;
        }
        switch (call.valueToChange(1, Type.LIST)) {
            case VALUE -> moveFound(call, from, to);
            case NOTHING -> {
                if (call.mayBlock()) {
                    wait(call, move(from, to, call.arg(2).owned()), call.arg(1).owned());
                } else {
                    call.reply().nullBulk();
                }
            }
            case WRONG_TYPE -> {}
        }
    }

    private static void moveFound(Call call, ListEnd from, ListEnd to) {
        if (call.tx().peek(call.db(), call.arg(2), call.otherEntry())
                && call.otherEntry().type() != Type.LIST) {
            call.error(Errors.WRONG_TYPE);
        } else {
            from.move(call.tx(), call.db(), call.arg(1), call.list(), call.arg(2), to, call.reply());
        }
    }

    private static Taker move(ListEnd from, ListEnd to, Bytes target) {
        return (tx, db, key, list, reply) -> {
            Entry entry = new Entry();
            if (tx.peek(db, target, entry) && entry.type() != Type.LIST) {
                reply.error(Errors.WRONG_TYPE);
            } else {
                from.move(tx, db, key, list, target, to, reply);
            }
        };
    }

    // ---- the first of several

    private static void lmpop(Call call) {
        Taker taker = counted(call, 1);
        if (taker != null && !takeFirst(call, taker, 2, keysFrom(call, 1))) {
            call.reply().nullArray();
        }
    }

    private static void blmpop(Call call) {
        Taker taker = counted(call, 2);
        if (taker != null) {
            takeOrWait(call, taker, 3, keysFrom(call, 2), 1);
        }
    }

    private static void popOrWait(Call call, ListEnd end) {
        Taker taker = (tx, db, key, list, reply) -> {
            reply.array(2);
            reply.bulk(key.array(), key.offset(), key.length());
            end.pop(tx, db, key, list, new Bytes(), reply);
        };
        takeOrWait(call, taker, 1, call.count() - 2, call.count() - 1);
    }

    /** The number of keys, which {@link #counted} has checked. */
    private static int keysFrom(Call call, int numkeys) {
        call.integer(numkeys);
        return (int) call.number();
    }

    /** Reads the words of LMPOP from the number of keys on; null when the error has been written. */
    private static Taker counted(Call call, int numkeys) {
        if (!call.integer(numkeys, 1, "ERR numkeys should be greater than 0")) {
            return null;
        }
        long where = numkeys + call.number() + 1;
        if (call.number() >= call.count() || where >= call.count()) {
            call.syntaxError();
            return null;
        }
        ListEnd end = end(call, (int) where);
        if (end == null) {
            return null;
        }
        int at = (int) where + 1;
        long most = 1;
        if (at + 1 < call.count() && call.isWord(at, "COUNT")) {
            if (!call.integer(at + 1, 1, "ERR count should be greater than 0")) {
                return null;
            }
            most = call.number();
            at += 2;
        }
        if (at < call.count()) {
            call.syntaxError();
            return null;
        }
        return many(end, most);
    }

    private static Taker many(ListEnd end, long most) {
        return (tx, db, key, list, reply) -> {
            reply.array(2);
            reply.bulk(key.array(), key.offset(), key.length());
            end.popMany(tx, db, key, list, most, new Bytes(), reply);
        };
    }

    /** Takes from the first key that has a list; false when there is none, and nothing has been written. */
    private static boolean takeFirst(Call call, Taker taker, int firstKey, int keys) {
        for (int i = firstKey; i < firstKey + keys; i++) {
            Call.Found found = call.valueToChange(i, Type.LIST);
            if (found == Call.Found.VALUE) {
                taker.take(call.tx(), call.db(), call.arg(i), call.list(), call.reply());
            }
            if (found != Call.Found.NOTHING) {
                return true;
            }
        }
        return false;
    }

    private static void takeOrWait(Call call, Taker taker, int firstKey, int keys, int timeout) {
        if (!call.timeoutSeconds(timeout) || takeFirst(call, taker, firstKey, keys)) {
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
        wait(call, taker, waitedFor);
    }

    // ---- waiting

    /** Waits as long as {@link Call#timeoutSeconds} has read. */
    private static void wait(Call call, Taker taker, Bytes... keys) {
        call.block(new WaitingForElement(call, taker, keys), Waiter.Kind.POP, call.number(), keys);
    }

    /** Waits for one of some keys to become a list. */
    private static final class WaitingForElement extends WaitingToPop {
        private final Taker taker;
        private final ListView list = new ListView();

        WaitingForElement(Call call, Taker taker, Bytes[] keys) {
            super(call, Type.LIST, keys);
            this.taker = taker;
        }

        @Override
        protected void take(Tx tx, Database db, Bytes key, Entry entry, ReplyWriter reply) {
            taker.take(tx, db, key, list.open(entry), reply);
        }
    }
}
