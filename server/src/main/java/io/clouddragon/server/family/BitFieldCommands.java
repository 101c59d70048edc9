package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.engine.KeyspaceEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/** BITFIELD and BITFIELD_RO: integers of 1 to 64 bits anywhere in a string. */
final class BitFieldCommands {
    private static final String BAD_TYPE =
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";

    private final Settings settings;
    private final byte[] fieldBytes = new byte[Bits.MAX_FIELD_BYTES];

    BitFieldCommands(ServerContext context) {
        this.settings = context.settings();
    }

    void declare(CommandTable table) {
        Argument get =
                block("encoding_offset", string("encoding"), integer("offset")).after("GET");
        Argument overflow = oneOf("wrap_sat_fail", word("WRAP"), word("SAT"), word("FAIL"))
                .after("OVERFLOW")
                .maybe();
        Argument set = block("encoding_offset_value", string("encoding"), integer("offset"), integer("value"))
                .after("SET");
        Argument incrby = block(
                        "encoding_offset_increment", string("encoding"), integer("offset"), integer("increment"))
                .after("INCRBY");
        table.command("BITFIELD", call -> bitfield(call, false))
                .group(Group.BITMAP)
                .summary("Perform arbitrary bitfield integer operations on strings")
                .since("3.2.0")
                .complexity("O(1) for each subcommand specified")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE, KeyFlag.VARIABLE_FLAGS),
                        oneOf("operation", get, block("write", overflow, oneOf("write_operation", set, incrby)))
                                .maybe()
                                .many())
                .keyUse(BitFieldCommands::keyUse);
        table.command("BITFIELD_RO", call -> bitfield(call, true))
                .group(Group.BITMAP)
                .summary("Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD")
                .since("6.0.0")
                .complexity("O(1) for each subcommand specified")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), get.maybe().manyTokens());
    }

    /** A call of nothing but GET (and OVERFLOW) does not change the key; words that are wrong might. */
    private static Set<KeyFlag> keyUse(int words, IntFunction<Bytes> word) {
        int i = 2;
        while (i < words) {
            if (word.apply(i).isWord("GET") && i + 2 < words) {
                i += 3;
            } else if (word.apply(i).isWord("OVERFLOW") && i + 1 < words) {
                i += 2;
            } else {
                return EnumSet.of(KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE);
            }
        }
        return EnumSet.of(KeyFlag.RO, KeyFlag.ACCESS);
    }

    /** What a subcommand does with its field. */
    private enum Action {
        GET,
        SET,
        INCRBY
    }

    /** What becomes of a number that does not fit into its field. */
    private enum Overflow {
        /** Its low bits are stored. */
        WRAP,
        /** The nearest number that fits is stored. */
        SAT,
        /** Nothing is stored, and the answer is null. */
        FAIL
    }

    /**
     * A subcommand.
     *
     * @param bit where the field begins
     * @param operand the number to set or to add
     */
    private record Step(Action action, long bit, int width, boolean signed, long operand, Overflow overflow) {
        long lastBit() {
            return bit + width - 1;
        }

        long max() {
            return signed ? (1L << width - 1) - 1 : -1L >>> Long.SIZE - width;
        }

        long min() {
            return signed ? -max() - 1 : 0;
        }

        /** The number to be stored; where it is too large, its low 64 bits. */
        private long wanted(long old) {
            return action == Action.SET ? operand : old + operand;
        }

        /** 1 when {@link #wanted} is too large for the field, -1 when it is too small, 0 when it fits. */
        private int excess(long old) {
            if (action == Action.INCRBY) {
                return excessOfSum(old, operand);
            }
            // Without a sign a negative operand is a very large one.
            return signed ? excessOfSum(operand, 0) : Long.compareUnsigned(operand, max()) > 0 ? 1 : 0;
        }

        /** SET of a number so low that its distance from the maximum takes more than 64 bits counts as too large in Redis. */
        private int excessOfSum(long a, long b) {
            if (width == Long.SIZE) {
                boolean overflows = ((a ^ a + b) & (b ^ a + b)) < 0;
                return overflows ? Long.signum(b) : 0;
            }
            if (b > max() - a) {
                return 1;
            }
            return b < min() - a ? -1 : 0;
        }

        boolean fails(long old) {
            return overflow == Overflow.FAIL && excess(old) != 0;
        }

        /** What the field holds afterwards. */
        long stored(long old) {
            if (overflow == Overflow.SAT && excess(old) != 0) {
                return excess(old) > 0 ? max() : min();
            }
            int unused = Long.SIZE - width;
            long low = wanted(old) << unused;
            return signed ? low >> unused : low >>> unused;
        }
    }

    private void bitfield(Call call, boolean readOnly) {
        List<Step> steps = new ArrayList<>();
        if (!read(call, steps)) {
            return;
        }
        long lastWritten = Bits.NONE;
        for (Step step : steps) {
            if (step.action != Action.GET) {
                lastWritten = Math.max(lastWritten, step.lastBit());
            }
        }
        if (lastWritten != Bits.NONE && readOnly) {
            call.error("ERR BITFIELD_RO only supports the GET subcommand");
            return;
        }
        boolean writes = lastWritten != Bits.NONE;
        if (BitmapCommands.bytes(call, writes ? call.stringToChange(1) : call.string(1))) {
            boolean hasGrown = writes && grow(call, (int) (lastWritten >>> 3) + 1);
            run(call, steps, hasGrown);
        }
    }

    /** Makes room for all fields first, also for those that are not written after all; false when there was enough. */
    private boolean grow(Call call, int length) {
        if (call.value().length() >= length) {
            return false;
        }
        fieldBytes[0] = 0;
        splice(call, length - 1, 1);
        return true;
    }

    private void run(Call call, List<Step> steps, boolean hasGrown) {
        boolean hasChanged = false;
        call.reply().array(steps.size());
        for (Step step : steps) {
            long old = Bits.field(call.value(), step.bit, step.width, step.signed);
            if (step.action == Action.GET) {
                call.reply().integer(old);
            } else if (step.fails(old)) {
                call.reply().nullBulk();
            } else {
                long stored = step.stored(old);
                call.reply().integer(step.action == Action.SET ? old : stored);
                hasChanged |= hasGrown || stored != old;
                store(call, step, old, stored);
            }
        }
        if (hasChanged) {
            call.notify(KeyspaceEvent.STRING, "setbit", call.arg(1));
        }
    }

    private void store(Call call, Step step, long old, long stored) {
        if (stored != old) {
            int length = Bits.withField(call.value(), step.bit, step.width, stored, fieldBytes);
            splice(call, (int) (step.bit >>> 3), length);
        }
    }

    /** Lays the first bytes of the scratch over the string, and looks at the string anew. */
    private void splice(Call call, int at, int length) {
        call.tx().splice(call.db(), call.arg(1), at, call.otherValue().set(fieldBytes, 0, length));
        call.tx().peek(call.db(), call.arg(1), call.entry());
        call.entry().value(call.value());
    }

    // ---- reading the subcommands

    /** False when they are wrong: the error has been written. */
    private boolean read(Call call, List<Step> steps) {
        Overflow overflow = Overflow.WRAP;
        int i = 2;
        while (i < call.count()) {
            if (call.isWord(i, "OVERFLOW") && i + 1 < call.count()) {
                overflow = overflow(call, i + 1);
                i += 2;
                if (overflow == null) {
                    return false;
                }
                continue;
            }
            Action action = action(call, i);
            if (action == null) {
                call.syntaxError();
                return false;
            }
            Step step = step(call, i, action, overflow);
            if (step == null) {
                return false;
            }
            steps.add(step);
            i += words(action);
        }
        return true;
    }

    private static Overflow overflow(Call call, int i) {
        for (Overflow overflow : Overflow.values()) {
            if (call.isWord(i, overflow.name())) {
                return overflow;
            }
        }
        call.error("ERR Invalid OVERFLOW type specified");
        return null;
    }

    /** Null when the word is none, or too few words follow. */
    private static Action action(Call call, int i) {
        for (Action action : Action.values()) {
            if (call.isWord(i, action.name()) && i + words(action) <= call.count()) {
                return action;
            }
        }
        return null;
    }

    private static int words(Action action) {
        return action == Action.GET ? 3 : 4;
    }

    /** Null when its words are wrong: the error has been written. */
    private Step step(Call call, int i, Action action, Overflow overflow) {
        Bytes type = call.arg(i + 1);
        boolean signed = type.length() > 0 && type.at(0) == 'i';
        int width = width(type, signed);
        if (width == 0) {
            call.error(BAD_TYPE);
            return null;
        }
        long bit = bit(call, call.arg(i + 2), width);
        if (bit == Bits.NONE || action != Action.GET && !call.integer(i + 3)) {
            return null;
        }
        long operand = action == Action.GET ? 0 : call.number();
        return new Step(action, bit, width, signed, operand, overflow);
    }

    /** Bits of a type such as {@code u8}; 0 when it is none. */
    private static int width(Bytes type, boolean signed) {
        int digits = type.length() - 1;
        boolean valid =
                digits > 0 && (signed || type.at(0) == 'u') && Decimal.isLong(type.array(), type.offset() + 1, digits);
        long width = valid ? Decimal.toLong(type.array(), type.offset() + 1, digits) : 0;
        return width >= 1 && width <= (signed ? Long.SIZE : Long.SIZE - 1) ? (int) width : 0;
    }

    /** {@code #n} is the n-th field of that width. */
    private long bit(Call call, Bytes word, int width) {
        boolean inFields = word.length() > 0 && word.at(0) == '#';
        Bytes number = inFields ? call.otherValue().set(word.array(), word.offset() + 1, word.length() - 1) : word;
        return BitmapCommands.offset(call, number, inFields ? width : 1, BitmapCommands.maxBytes(settings));
    }
}
