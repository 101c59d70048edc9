package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/**
 * Strings as bits: single ones, counts, positions and operations over whole strings. Integers of any width inside a string are
 * {@link BitFieldCommands}. A bit that keeps its value is no change: the key keeps its version.
 */
public final class BitmapCommands {
    private static final byte[] NO_BYTES = {};
    private static final String NOT_AN_OFFSET = "ERR bit offset is not an integer or out of range";
    private static final String NOT_A_BIT = "ERR bit is not an integer or out of range";

    private final Settings settings;
    private final byte[] oneByte = new byte[1];

    BitmapCommands(ServerContext context) {
        this.settings = context.settings();
    }

    void declare(CommandTable table) {
        table.command("SETBIT", this::setbit)
                .group(Group.BITMAP)
                .summary("Sets or clears the bit at offset in the string value stored at key")
                .since("2.2.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE), integer("offset"), integer("value"));
        table.command("GETBIT", this::getbit)
                .group(Group.BITMAP)
                .summary("Returns the bit value at offset in the string value stored at key")
                .since("2.2.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), integer("offset"));
        table.command("BITOP", BitmapCommands::bitop)
                .group(Group.BITMAP)
                .summary("Perform bitwise operations between strings")
                .since("2.6.0")
                .complexity("O(N)")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        string("operation"),
                        key("destkey", KeyFlag.OW, KeyFlag.UPDATE),
                        key("key", KeyFlag.RO, KeyFlag.ACCESS).many());
        declareRanges(table);
    }

    private static void declareRanges(CommandTable table) {
        Argument unit =
                oneOf("index_unit", word("BYTE"), word("BIT")).since("7.0.0").maybe();
        table.command("BITCOUNT", BitmapCommands::bitcount)
                .group(Group.BITMAP)
                .summary("Count set bits in a string")
                .since("2.6.0")
                .complexity("O(N)")
                .flags(Flag.READONLY)
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        block("index", integer("start"), integer("end"), unit).maybe());
        table.command("BITPOS", BitmapCommands::bitpos)
                .group(Group.BITMAP)
                .summary("Find first bit set or clear in a string")
                .since("2.8.7")
                .complexity("O(N)")
                .flags(Flag.READONLY)
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        integer("bit"),
                        block(
                                        "index",
                                        integer("start"),
                                        block("end_index", integer("end"), unit).maybe())
                                .maybe());
    }

    // ---- single bits

    private void setbit(Call call) {
        long bit = offset(call, 2, maxBytes(settings));
        if (bit == Bits.NONE || !call.integer(3, NOT_A_BIT)) {
            return;
        }
        if (call.number() < 0 || call.number() > 1) {
            call.error(NOT_A_BIT);
            return;
        }
        boolean value = call.number() == 1;
        if (!bytes(call, call.stringToChange(1))) {
            return;
        }
        Bytes bytes = call.value();
        boolean old = Bits.isSet(bytes, bit);
        int at = (int) (bit >>> 3);
        if (old != value || at >= bytes.length()) {
            oneByte[0] = Bits.with(bytes, bit, value);
            call.tx().splice(call.db(), call.arg(1), at, call.otherValue().set(oneByte, 0, 1));
            call.notify(KeyspaceEvent.STRING, "setbit", call.arg(1));
        }
        call.reply().integer(old ? 1 : 0);
    }

    private void getbit(Call call) {
        long bit = offset(call, 2, maxBytes(settings));
        if (bit != Bits.NONE && bytes(call, call.string(1))) {
            call.reply().integer(Bits.isSet(call.value(), bit) ? 1 : 0);
        }
    }

    /** No string grows beyond this, because no client could be sent it. */
    static long maxBytes(Settings settings) {
        return Math.min(settings.protoMaxBulkBytes(), DecoderLimits.MAX_BYTES);
    }

    /** Reads word {@code i} as the number of a bit; NONE when it is none: the error has been written. */
    private static long offset(Call call, int i, long maxBytes) {
        return offset(call, call.arg(i), 1, maxBytes);
    }

    /** As {@link #offset}, for a number of units of so many bits. */
    static long offset(Call call, Bytes word, int unitBits, long maxBytes) {
        if (Decimal.isLong(word)) {
            long units = Decimal.toLong(word);
            if (units >= 0 && units < maxBytes << 3 && units * unitBits < maxBytes << 3) {
                return units * unitBits;
            }
        }
        call.error(NOT_AN_OFFSET);
        return Bits.NONE;
    }

    /** Points {@link Call#value} at the bytes of the string found, none for no key; false for another type. */
    static boolean bytes(Call call, Call.Found found) {
        if (found == Call.Found.VALUE) {
            call.entry().value(call.value());
        } else {
            call.value().set(NO_BYTES, 0, 0);
        }
        return found != Call.Found.WRONG_TYPE;
    }

    // ---- ranges

    private static void bitcount(Call call) {
        switch (call.string(1)) {
            case VALUE -> bitcount(call, call.entry().value(call.value()));
            // Before its other words are looked at.
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void bitcount(Call call, Bytes bytes) {
        if (call.count() == 3 || call.count() > 5) {
            call.syntaxError();
            return;
        }
        // Both ends are looked at before the unit; BITPOS does it the other way round.
        if (call.count() > 3) {
            if (!call.integer(2)) {
                return;
            }
            long start = call.number();
            if (!call.integer(3)) {
                return;
            }
            long end = call.number();
            if (start < 0 && end < 0 && start > end) {
                call.reply().integer(0);
                return;
            }
        }
        BitRange range = BitRange.read(call, 2, bytes.length());
        if (range != null) {
            call.reply().integer(range.isEmpty() ? 0 : Bits.count(bytes, range.first(), range.last()));
        }
    }

    private static void bitpos(Call call) {
        if (!call.integer(2)) {
            return;
        }
        if (call.number() < 0 || call.number() > 1) {
            call.error("ERR The bit argument must be 1 or 0.");
            return;
        }
        boolean value = call.number() == 1;
        switch (call.string(1)) {
            case VALUE -> bitpos(call, value, call.entry().value(call.value()));
            // Zeros without end, before its other words are looked at.
            case NOTHING -> call.reply().integer(value ? Bits.NONE : 0);
            case WRONG_TYPE -> {}
        }
    }

    private static void bitpos(Call call, boolean value, Bytes bytes) {
        BitRange range = BitRange.read(call, 3, bytes.length());
        if (range == null) {
            return;
        }
        long found = range.isEmpty() ? Bits.NONE : Bits.find(bytes, value, range.first(), range.last());
        boolean zerosFollow = !value && call.count() < 5 && !range.isEmpty();
        call.reply().integer(found == Bits.NONE && zerosFollow ? range.last() + 1 : found);
    }

    // ---- whole strings

    private static void bitop(Call call) {
        Bits.Operation operation = null;
        for (Bits.Operation each : Bits.Operation.values()) {
            if (call.isWord(1, each.name())) {
                operation = each;
            }
        }
        if (operation == null) {
            call.syntaxError();
        } else if (operation == Bits.Operation.NOT && call.count() != 4) {
            call.error("ERR BITOP NOT must be called with a single source key.");
        } else {
            bitop(call, operation);
        }
    }

    private static void bitop(Call call, Bits.Operation operation) {
        Bytes[] strings = new Bytes[call.count() - 3];
        int longest = 0;
        for (int i = 0; i < strings.length; i++) {
            // A view each: a number's text lies in its view.
            Entry entry = new Entry();
            strings[i] = new Bytes();
            if (call.tx().get(call.db(), call.arg(i + 3), entry)) {
                if (entry.type() != Kind.Type.STRING) {
                    call.error(Errors.WRONG_TYPE);
                    return;
                }
                entry.value(strings[i]);
                longest = Math.max(longest, strings[i].length());
            }
        }
        if (longest > 0) {
            byte[] result = Bits.combine(operation, strings);
            call.tx().put(call.db(), call.arg(2), Kind.EDITED, result, 0, longest, Entry.NO_DEADLINE);
            call.notify(KeyspaceEvent.STRING, "set", call.arg(2));
        } else if (call.tx().delete(call.db(), call.arg(2))) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(2));
        }
        call.reply().integer(longest);
    }
}
