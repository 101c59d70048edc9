package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.util.List;
import java.util.Set;

/**
 * Parts of strings: length, ranges, and what two strings have in common. No string grows beyond {@code proto-max-bulk-len},
 * because no client could be sent it.
 */
public final class SubstringCommands {
    private static final byte[] NO_BYTES = {};

    private final Settings settings;

    SubstringCommands(ServerContext context) {
        this.settings = context.settings();
    }

    void declare(CommandTable table) {
        declareRanges(table);
        table.command("APPEND", this::append)
                .group(Group.STRING)
                .summary("Append a value to a key")
                .since("2.0.0")
                .complexity(
                        "O(1). The amortized time complexity is O(1) assuming the appended value is small and the already"
                                + " present value is of any size, since the dynamic string library used by Redis will double the"
                                + " free space available on every reallocation.")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.INSERT), string("value"));
        table.command("SETRANGE", this::setrange)
                .group(Group.STRING)
                .summary("Overwrite part of a string at key starting at the specified offset")
                .since("2.2.0")
                .complexity(
                        "O(1), not counting the time taken to copy the new string in place. Usually, this string is very"
                                + " small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the"
                                + " length of the value argument.")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("key", KeyFlag.RW, KeyFlag.UPDATE), integer("offset"), string("value"));
        table.command("LCS", this::lcs)
                .group(Group.STRING)
                .summary("Find longest common substring")
                .since("7.0.0")
                .complexity("O(N*M) where N and M are the lengths of s1 and s2, respectively")
                .flags(Flag.READONLY)
                .args(
                        key("key1", KeyFlag.RO, KeyFlag.ACCESS),
                        key("key2", KeyFlag.RO, KeyFlag.ACCESS),
                        word("LEN").maybe(),
                        word("IDX").maybe(),
                        integer("len").after("MINMATCHLEN").maybe(),
                        word("WITHMATCHLEN").maybe())
                .keys(new KeySpec(Set.of(KeyFlag.RO, KeyFlag.ACCESS), 1, 1, 1, false));
    }

    private static void declareRanges(CommandTable table) {
        table.command("STRLEN", SubstringCommands::strlen)
                .group(Group.STRING)
                .summary("Get the length of the value stored in a key")
                .since("2.2.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO));
        declareGetRange(table, "GETRANGE", "2.4.0");
        // GETRANGE's name before Redis 2.0.
        declareGetRange(table, "SUBSTR", "1.0.0").deprecated("2.0.0", "`GETRANGE`");
    }

    private static Command declareGetRange(CommandTable table, String name, String since) {
        return table.command(name, SubstringCommands::getrange)
                .group(Group.STRING)
                .summary("Get a substring of the string stored at a key")
                .since(since)
                .complexity(
                        "O(N) where N is the length of the returned string. The complexity is ultimately determined by"
                                + " the returned length, but because creating a substring from an existing string is very cheap,"
                                + " it can be considered O(1) for small strings.")
                .flags(Flag.READONLY)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), integer("start"), integer("end"));
    }

    private static void strlen(Call call) {
        switch (call.string(1)) {
            case VALUE -> call.reply().integer(call.entry().valueLength(call.value()));
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void getrange(Call call) {
        if (!call.integer(2)) {
            return;
        }
        long start = call.number();
        if (!call.integer(3)) {
            return;
        }
        long end = call.number();
        switch (call.string(1)) {
            case VALUE -> replyRange(call, call.entry().value(call.value()), start, end);
            case NOTHING -> call.reply().bulk(NO_BYTES);
            case WRONG_TYPE -> {}
        }
    }

    /** Both ends belong to the range; negative numbers count from the string's end. */
    private static void replyRange(Call call, Bytes value, long start, long end) {
        int length = value.length();
        long first = Math.max(0, start < 0 ? length + start : start);
        long last = Math.min(length - 1L, Math.max(0, end < 0 ? length + end : end));
        boolean backwards = start < 0 && end < 0 && start > end;
        if (backwards || first > last) {
            call.reply().bulk(NO_BYTES);
        } else {
            call.reply().bulk(value.array(), value.offset() + (int) first, (int) (last - first + 1));
        }
    }

    // ---- changing a part

    private void append(Call call) {
        Bytes part = call.arg(2);
        switch (call.stringToChange(1)) {
            case VALUE ->
                splice(
                        call,
                        call.entry().valueLength(call.value()),
                        call.value().length(),
                        part,
                        "append");
            case NOTHING -> {
                call.tx().put(call.db(), call.arg(1), Kind.RAW, part, Entry.NO_DEADLINE);
                call.notify(KeyspaceEvent.STRING, "append", call.arg(1));
                call.reply().integer(part.length());
            }
            case WRONG_TYPE -> {}
        }
    }

    private void setrange(Call call) {
        if (!call.integer(2)) {
            return;
        }
        long offset = call.number();
        if (offset < 0) {
            call.error("ERR offset is out of range");
            return;
        }
        Call.Found found = call.stringToChange(1);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        int length = found == Call.Found.VALUE ? call.entry().valueLength(call.value()) : 0;
        if (call.arg(3).length() == 0) {
            call.reply().integer(length);
        } else {
            splice(call, length, offset, call.arg(3), "setrange");
        }
    }

    /** Lays the part over the string, which has that length, and answers with the new one. */
    private void splice(Call call, int length, long at, Bytes part, String event) {
        if (at > maxBytes() - part.length()) {
            call.error(Errors.STRING_TOO_LONG);
            return;
        }
        call.tx().splice(call.db(), call.arg(1), (int) at, part);
        call.notify(KeyspaceEvent.STRING, event, call.arg(1));
        call.reply().integer(Math.max(length, at + part.length()));
    }

    private long maxBytes() {
        return Math.min(settings.protoMaxBulkBytes(), DecoderLimits.MAX_BYTES);
    }

    // ---- LCS

    /** What LCS answers with. */
    private static final class LcsOptions {
        private boolean lengthOnly;
        private boolean ranges;
        private boolean rangeLengths;
        private long minRangeLength;
    }

    private void lcs(Call call) {
        Bytes a = call.value();
        Bytes b = call.otherValue();
        if (!operand(call, 1, call.entry(), a) || !operand(call, 2, call.otherEntry(), b)) {
            call.error("ERR The specified keys must contain string values");
            return;
        }
        LcsOptions options = lcsOptions(call);
        if (options == null) {
            return;
        }
        if (options.lengthOnly && options.ranges) {
            call.error("ERR If you want both the length and indexes, please just use IDX.");
        } else if (LongestCommonSubsequence.tableBytes(a, b) > maxBytes()) {
            call.error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
        } else {
            replyLcs(call, options, new LongestCommonSubsequence(a, b));
        }
    }

    /** Points {@code into} at the key's value, nothing for no key; false when the key holds no string. */
    private static boolean operand(Call call, int key, Entry entry, Bytes into) {
        if (!call.tx().get(call.db(), call.arg(key), entry)) {
            into.set(NO_BYTES, 0, 0);
            return true;
        }
        if (entry.type() != Kind.Type.STRING) {
            return false;
        }
        entry.value(into);
        return true;
    }

    /** Null when they are wrong: the error has been written. */
    private static LcsOptions lcsOptions(Call call) {
        LcsOptions options = new LcsOptions();
        for (int i = 3; i < call.count(); i++) {
            if (call.isWord(i, "IDX")) {
                options.ranges = true;
            } else if (call.isWord(i, "LEN")) {
                options.lengthOnly = true;
            } else if (call.isWord(i, "WITHMATCHLEN")) {
                options.rangeLengths = true;
            } else if (call.isWord(i, "MINMATCHLEN") && i + 1 < call.count()) {
                i++;
                if (!call.integer(i)) {
                    return null;
                }
                options.minRangeLength = call.number();
            } else {
                call.syntaxError();
                return null;
            }
        }
        return options;
    }

    private static void replyLcs(Call call, LcsOptions options, LongestCommonSubsequence lcs) {
        if (options.lengthOnly) {
            call.reply().integer(lcs.length());
        } else if (options.ranges) {
            List<LongestCommonSubsequence.Range> ranges = lcs.ranges().stream()
                    .filter(range -> range.length() >= options.minRangeLength)
                    .toList();
            call.reply().map(2);
            call.reply().bulk("matches");
            call.reply().array(ranges.size());
            ranges.forEach(range -> replyRange(call, options, range));
            call.reply().bulk("len");
            call.reply().integer(lcs.length());
        } else {
            call.reply().bulk(lcs.text());
        }
    }

    private static void replyRange(Call call, LcsOptions options, LongestCommonSubsequence.Range range) {
        call.reply().array(options.rangeLengths ? 3 : 2);
        call.reply().array(2);
        call.reply().integer(range.firstInA());
        call.reply().integer(range.lastInA());
        call.reply().array(2);
        call.reply().integer(range.firstInB());
        call.reply().integer(range.lastInB());
        if (options.rangeLengths) {
            call.reply().integer(range.length());
        }
    }
}
