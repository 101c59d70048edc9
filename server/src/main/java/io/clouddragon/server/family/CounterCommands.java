package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;

import io.clouddragon.resp.LongDouble;
import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.charset.StandardCharsets;

/**
 * Strings as numbers. A counter begins at 0, keeps its deadline, and is the same counter that the HTTP API's {@code Atomic}
 * counts. The integer commands are hot and allocate nothing but the entry that is stored.
 */
public final class CounterCommands {
    private CounterCommands() {}

    public static void declare(CommandTable table) {
        counter(table, "INCR", call -> add(call, 1)).summary("Increment the integer value of a key by one");
        counter(table, "DECR", call -> add(call, -1)).summary("Decrement the integer value of a key by one");
        counter(table, "INCRBY", CounterCommands::incrBy, integer("increment"))
                .summary("Increment the integer value of a key by the given amount");
        counter(table, "DECRBY", CounterCommands::decrBy, integer("decrement"))
                .summary("Decrement the integer value of a key by the given number");
        counter(table, "INCRBYFLOAT", CounterCommands::incrByFloat, number("increment"))
                .summary("Increment the float value of a key by the given amount")
                .since("2.6.0");
    }

    private static Command counter(CommandTable table, String name, Handler handler, Argument... arguments) {
        return table.command(name, handler)
                .group(Group.STRING)
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE))
                .args(arguments);
    }

    private static void incrBy(Call call) {
        if (call.integer(2)) {
            add(call, call.number());
        }
    }

    private static void decrBy(Call call) {
        if (!call.integer(2)) {
            return;
        }
        if (call.number() == Long.MIN_VALUE) {
            // It has no positive counterpart.
            call.error("ERR decrement would overflow");
        } else {
            add(call, -call.number());
        }
    }

    private static void add(Call call, long delta) {
        switch (call.tx().add(call.db(), call.arg(1), delta)) {
            case OK -> {
                call.notify(KeyspaceEvent.STRING, "incrby", call.arg(1));
                call.reply().integer(call.tx().number());
            }
            case WRONG_TYPE -> call.error(Errors.WRONG_TYPE);
            case NOT_AN_INTEGER -> call.error(Errors.NOT_AN_INTEGER);
            case OVERFLOW -> call.error(Errors.OVERFLOW);
        }
    }

    /** As Redis: in the 80 bits of a {@code long double}; infinity is read, but never a result. */
    private static void incrByFloat(Call call) {
        Call.Found found = call.stringToChange(1);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        boolean exists = found == Call.Found.VALUE;
        Bytes stored = call.value();
        LongDouble current = exists ? parse(call.entry().value(stored)) : LongDouble.ZERO;
        LongDouble increment = parse(call.arg(2));
        if (current == null && !isInfinity(stored) || increment == null && !isInfinity(call.arg(2))) {
            call.error(Errors.NOT_A_FLOAT);
            return;
        }
        LongDouble sum = current == null || increment == null ? null : current.plus(increment);
        if (sum == null) {
            call.error(Errors.NOT_FINITE);
            return;
        }
        byte[] text = sum.toString().getBytes(StandardCharsets.US_ASCII);
        long deadline = exists ? call.entry().deadline() : Entry.NO_DEADLINE;
        call.tx().put(call.db(), call.arg(1), Kind.RAW, text, 0, text.length, deadline);
        call.notify(KeyspaceEvent.STRING, "incrbyfloat", call.arg(1));
        call.reply().bulk(text);
    }

    /** Null for what is no finite number. */
    static LongDouble parse(Bytes text) {
        return LongDouble.parse(text.array(), text.offset(), text.length());
    }

    static boolean isInfinity(Bytes text) {
        return Double.isInfinite(RedisDoubles.parse(text.array(), text.offset(), text.length()));
    }
}
