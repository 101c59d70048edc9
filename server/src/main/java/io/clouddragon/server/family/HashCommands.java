package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.Integers;
import io.clouddragon.resp.LongDouble;
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
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.charset.StandardCharsets;

/** Hashes: fields with values, under one key. Fields of a small hash come in the order in which they were first set. */
public final class HashCommands {
    /** A number's text. */
    private final byte[] digits = new byte[Integers.MAX_LENGTH];

    void declare(CommandTable table) {
        declareWrites(table);
        declareReads(table);
        declareWalks(table);
    }

    private void declareWrites(CommandTable table) {
        Argument pairs = block("field_value", string("field"), string("value")).many();
        write(table, "HSET", HashCommands::hset, KeyFlag.RW, KeyFlag.UPDATE)
                .summary("Set the string value of a hash field")
                .complexity(
                        "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called"
                                + " with multiple field/value pairs.")
                .args(pairs);
        write(table, "HMSET", HashCommands::hmset, KeyFlag.RW, KeyFlag.UPDATE)
                .summary("Set multiple hash fields to multiple values")
                .complexity("O(N) where N is the number of fields being set.")
                .deprecated("4.0.0", "`HSET` with multiple field-value pairs")
                .args(pairs);
        write(table, "HSETNX", HashCommands::hsetnx, KeyFlag.RW, KeyFlag.INSERT)
                .summary("Set the value of a hash field, only if the field does not exist")
                .args(string("field"), string("value"));
        write(table, "HINCRBY", this::hincrby, KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE)
                .summary("Increment the integer value of a hash field by the given number")
                .args(string("field"), integer("increment"));
        write(table, "HINCRBYFLOAT", HashCommands::hincrbyfloat, KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE)
                .summary("Increment the float value of a hash field by the given amount")
                .since("2.6.0")
                .args(string("field"), number("increment"));
        table.command("HDEL", HashCommands::hdel)
                .group(Group.HASH)
                .summary("Delete one or more hash fields")
                .since("2.0.0")
                .complexity("O(N) where N is the number of fields to be removed.")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.DELETE), string("field").many());
    }

    private static Command write(CommandTable table, String name, Handler handler, KeyFlag... use) {
        return table.command(name, handler)
                .group(Group.HASH)
                .since("2.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", use));
    }

    private static void declareReads(CommandTable table) {
        read(table, "HGET", HashCommands::hget, KeyFlag.RO, KeyFlag.ACCESS)
                .summary("Get the value of a hash field")
                .args(string("field"));
        read(table, "HMGET", HashCommands::hmget, KeyFlag.RO, KeyFlag.ACCESS)
                .summary("Get the values of all the given hash fields")
                .complexity("O(N) where N is the number of fields being requested.")
                .args(string("field").many());
        read(table, "HLEN", HashCommands::hlen, KeyFlag.RO).summary("Get the number of fields in a hash");
        read(table, "HSTRLEN", HashCommands::hstrlen, KeyFlag.RO)
                .summary("Get the length of the value of a hash field")
                .since("3.2.0")
                .args(string("field"));
        read(table, "HEXISTS", HashCommands::hexists, KeyFlag.RO)
                .summary("Determine if a hash field exists")
                .args(string("field"));
    }

    private static Command read(CommandTable table, String name, Handler handler, KeyFlag... use) {
        return table.command(name, handler)
                .group(Group.HASH)
                .since("2.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", use));
    }

    private static void declareWalks(CommandTable table) {
        walk(table, "HGETALL", call -> replyAll(call, true, true), "nondeterministic_output_order")
                .summary("Get all the fields and values in a hash");
        walk(table, "HKEYS", call -> replyAll(call, true, false), "nondeterministic_output_order")
                .summary("Get all the fields in a hash");
        walk(table, "HVALS", call -> replyAll(call, false, true), "nondeterministic_output_order")
                .summary("Get all the values in a hash");
        walk(table, "HRANDFIELD", HashCommands::hrandfield, "nondeterministic_output")
                .summary("Get one or multiple random fields from a hash")
                .since("6.2.0")
                .complexity("O(N) where N is the number of fields returned")
                .args(block("options", integer("count"), word("WITHVALUES").maybe())
                        .maybe());
        walk(table, "HSCAN", HashCommands::hscan, "nondeterministic_output")
                .summary("Incrementally iterate hash fields and associated values")
                .since("2.8.0")
                .complexity(
                        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to"
                                + " return back to 0. N is the number of elements inside the collection..")
                .args(
                        integer("cursor"),
                        pattern("pattern").after("MATCH").maybe(),
                        integer("count").after("COUNT").maybe());
    }

    private static Command walk(CommandTable table, String name, Handler handler, String tip) {
        return table.command(name, handler)
                .group(Group.HASH)
                .since("2.0.0")
                .complexity("O(N) where N is the size of the hash.")
                .flags(Flag.READONLY)
                .tips(tip)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS));
    }

    // ---- setting

    private static void hset(Call call) {
        long created = setFields(call);
        if (created >= 0) {
            call.reply().integer(created);
        }
    }

    private static void hmset(Call call) {
        if (setFields(call) >= 0) {
            call.reply().ok();
        }
    }

    /** How many fields are new; negative when nothing was set: the error has been written. */
    private static long setFields(Call call) {
        if (call.count() % 2 == 1) {
            call.error(Errors.arity(call.command().fullName()));
            return -1;
        }
        if (call.valueToChange(1, Kind.Type.HASH) == Call.Found.WRONG_TYPE) {
            return -1;
        }
        long created = 0;
        for (int i = 2; i < call.count(); i += 2) {
            created += put(call, call.arg(i), call.arg(i + 1)) ? 1 : 0;
        }
        call.notify(KeyspaceEvent.HASH, "hset", call.arg(1));
        return created;
    }

    private static boolean put(Call call, Bytes field, Bytes value) {
        return call.tx().keyed().putField(call.db(), call.arg(1), field, value);
    }

    private static void hsetnx(Call call) {
        Call.Found found = call.valueToChange(1, Kind.Type.HASH);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        boolean isNew = found == Call.Found.NOTHING || !call.keyed().find(call.arg(2));
        if (isNew) {
            put(call, call.arg(2), call.arg(3));
            call.notify(KeyspaceEvent.HASH, "hset", call.arg(1));
        }
        call.reply().integer(isNew ? 1 : 0);
    }

    private static void hdel(Call call) {
        switch (call.valueToChange(1, Kind.Type.HASH)) {
            case VALUE -> hdelFromHash(call);
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void hdelFromHash(Call call) {
        long left = call.entry().elements();
        long removed = 0;
        for (int i = 2; i < call.count() && removed < left; i++) {
            removed += call.tx().keyed().remove(call.db(), call.arg(1), call.arg(i)) ? 1 : 0;
        }
        if (removed > 0) {
            call.notify(KeyspaceEvent.HASH, "hdel", call.arg(1));
        }
        if (removed == left) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        }
        call.reply().integer(removed);
    }

    // ---- counting

    private void hincrby(Call call) {
        if (!call.integer(3)) {
            return;
        }
        long increment = call.number();
        Call.Found found = call.valueToChange(1, Kind.Type.HASH);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        long current = 0;
        KeyedView hash = found == Call.Found.VALUE ? call.keyed() : null;
        if (hash != null && hash.find(call.arg(2))) {
            Bytes value = hash.payload(call.value());
            if (!Decimal.isLong(value)) {
                call.error("ERR hash value is not an integer");
                return;
            }
            current = Decimal.toLong(value);
        }
        long sum = current + increment;
        if (((current ^ sum) & (increment ^ sum)) < 0) {
            call.error(Errors.OVERFLOW);
            return;
        }
        put(call, call.arg(2), call.value().set(digits, 0, Integers.write(sum, digits, 0)));
        call.notify(KeyspaceEvent.HASH, "hincrby", call.arg(1));
        call.reply().integer(sum);
    }

    /** In the 80 bits of a {@code long double}, as {@code INCRBYFLOAT}; but an infinite increment is refused at once. */
    private static void hincrbyfloat(Call call) {
        LongDouble increment = CounterCommands.parse(call.arg(3));
        if (increment == null) {
            call.error(CounterCommands.isInfinity(call.arg(3)) ? "ERR value is NaN or Infinity" : Errors.NOT_A_FLOAT);
            return;
        }
        Call.Found found = call.valueToChange(1, Kind.Type.HASH);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        LongDouble current = LongDouble.ZERO;
        KeyedView hash = found == Call.Found.VALUE ? call.keyed() : null;
        if (hash != null && hash.find(call.arg(2))) {
            Bytes value = hash.payload(call.value());
            current = CounterCommands.parse(value);
            if (current == null && !CounterCommands.isInfinity(value)) {
                call.error("ERR hash value is not a float");
                return;
            }
        }
        LongDouble sum = current == null ? null : current.plus(increment);
        if (sum == null) {
            call.error(Errors.NOT_FINITE);
            return;
        }
        byte[] text = sum.toString().getBytes(StandardCharsets.US_ASCII);
        put(call, call.arg(2), call.value().set(text, 0, text.length));
        call.notify(KeyspaceEvent.HASH, "hincrbyfloat", call.arg(1));
        call.reply().bulk(text);
    }

    // ---- reading fields

    private static void hget(Call call) {
        Call.Found found = call.value(1, Kind.Type.HASH);
        if (found != Call.Found.WRONG_TYPE) {
            replyField(call, found == Call.Found.VALUE ? call.keyed() : null, call.arg(2));
        }
    }

    private static void hmget(Call call) {
        Call.Found found = call.value(1, Kind.Type.HASH);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        KeyedView hash = found == Call.Found.VALUE ? call.keyed() : null;
        call.reply().array(call.count() - 2);
        for (int i = 2; i < call.count(); i++) {
            replyField(call, hash, call.arg(i));
        }
    }

    /** The value of a field of a hash, which may be null. */
    private static void replyField(Call call, KeyedView hash, Bytes field) {
        if (hash != null && hash.find(field)) {
            call.replyBytes(hash.payload(call.value()));
        } else {
            call.reply().nullBulk();
        }
    }

    private static void hlen(Call call) {
        Call.Found found = call.value(1, Kind.Type.HASH);
        if (found != Call.Found.WRONG_TYPE) {
            call.reply().integer(found == Call.Found.VALUE ? call.entry().elements() : 0);
        }
    }

    private static void hstrlen(Call call) {
        Call.Found found = call.value(1, Kind.Type.HASH);
        if (found != Call.Found.WRONG_TYPE) {
            KeyedView hash = found == Call.Found.VALUE ? call.keyed() : null;
            boolean exists = hash != null && hash.find(call.arg(2));
            call.reply().integer(exists ? hash.payload(call.value()).length() : 0);
        }
    }

    private static void hexists(Call call) {
        Call.Found found = call.value(1, Kind.Type.HASH);
        if (found != Call.Found.WRONG_TYPE) {
            call.reply().integer(found == Call.Found.VALUE && call.keyed().find(call.arg(2)) ? 1 : 0);
        }
    }

    // ---- reading all, or some

    private static void replyAll(Call call, boolean fields, boolean values) {
        Call.Found found = call.value(1, Kind.Type.HASH);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        int size = found == Call.Found.VALUE ? (int) call.entry().elements() : 0;
        if (fields && values) {
            call.reply().map(size);
        } else {
            call.reply().array(size);
        }
        if (size > 0) {
            KeyedView hash = call.keyed();
            while (hash.next()) {
                if (fields) {
                    call.replyBytes(hash.name(call.value()));
                }
                if (values) {
                    call.replyBytes(hash.payload(call.value()));
                }
            }
        }
    }

    private static void hrandfield(Call call) {
        if (call.count() == 2) {
            RandomPicks.replyOne(call, Kind.Type.HASH);
            return;
        }
        if (!RandomPicks.readCount(call, 2)) {
            return;
        }
        long count = call.number();
        boolean withValues = call.count() == 4 && call.isWord(3, "WITHVALUES");
        if (call.count() > 4 || call.count() == 4 && !withValues) {
            call.syntaxError();
        } else if (withValues && Math.abs(count) > Long.MAX_VALUE / 2) {
            call.error(Errors.OUT_OF_RANGE);
        } else {
            RandomPicks.reply(call, Kind.Type.HASH, count, withValues ? HashCommands::replyPair : null);
        }
    }

    private static void replyPair(Call call, KeyedView field) {
        call.replyBytes(field.name(call.value()));
        call.replyBytes(field.payload(call.value()));
    }

    private static void hscan(Call call) {
        ElementScan.run(call, Kind.Type.HASH, 2, HashCommands::replyPair);
    }
}
