package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.family.SortedSetRange.By;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;

/** Ranges of sorted sets: told, counted, stored, removed. All forms are {@link SortedSetRange}s. */
final class SortedSetRangeCommands {
    private static final String RANGE_COMPLEXITY =
            "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements ";
    private static final String LIMITED_COMPLEXITY = RANGE_COMPLEXITY
            + "being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider"
            + " it O(log(N)).";

    private SortedSetRangeCommands() {}

    static void declare(CommandTable table) {
        declareRange(table);
        declareOldByRankAndScore(table);
        declareOldByName(table);
        declareCounts(table);
        declareRemoves(table);
    }

    private static void declareRange(CommandTable table) {
        SortedSetCommands.declare(table, "ZRANGE", call -> range(call, new Options(null, null)))
                .summary("Return a range of members in a sorted set")
                .complexity(RANGE_COMPLEXITY + "returned.")
                .flags(Flag.READONLY)
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        string("start"),
                        string("stop"),
                        sortBy().since("6.2.0").maybe(),
                        word("REV").since("6.2.0").maybe(),
                        limit().since("6.2.0").maybe(),
                        withScores());
        SortedSetCommands.declare(table, "ZRANGESTORE", SortedSetRangeCommands::store)
                .summary("Store a range of members from sorted set into another key")
                .since("6.2.0")
                .complexity(RANGE_COMPLEXITY + "stored into the destination key.")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        key("dst", KeyFlag.OW, KeyFlag.UPDATE),
                        key("src", KeyFlag.RO, KeyFlag.ACCESS),
                        string("min"),
                        string("max"),
                        sortBy().maybe(),
                        word("REV").maybe(),
                        limit().maybe());
    }

    private static Argument sortBy() {
        return oneOf("sortby", word("BYSCORE"), word("BYLEX"));
    }

    private static Argument limit() {
        return block("offset_count", integer("offset"), integer("count")).after("LIMIT");
    }

    private static Argument withScores() {
        return word("WITHSCORES").maybe();
    }

    /** A command that ZRANGE has made superfluous. */
    private static Command old(CommandTable table, String name, By by, boolean reverse, Argument... arguments) {
        return SortedSetCommands.declare(table, name, call -> range(call, new Options(by, reverse)))
                .complexity(LIMITED_COMPLEXITY)
                .flags(Flag.READONLY)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS))
                .args(arguments);
    }

    private static void declareOldByRankAndScore(CommandTable table) {
        old(table, "ZREVRANGE", By.RANK, true, integer("start"), integer("stop"), withScores())
                .summary("Return a range of members in a sorted set, by index, with scores ordered from high to low")
                .deprecated("6.2.0", "`ZRANGE` with the `REV` argument")
                .complexity(RANGE_COMPLEXITY + "returned.");
        old(
                        table,
                        "ZRANGEBYSCORE",
                        By.SCORE,
                        false,
                        number("min"),
                        number("max"),
                        withScores().since("2.0.0"),
                        limit().maybe())
                .summary("Return a range of members in a sorted set, by score")
                .since("1.0.5")
                .deprecated("6.2.0", "`ZRANGE` with the `BYSCORE` argument");
        old(table, "ZREVRANGEBYSCORE", By.SCORE, true, number("max"), number("min"), withScores(), limit().maybe())
                .summary("Return a range of members in a sorted set, by score, with scores ordered from high to low")
                .since("2.2.0")
                .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYSCORE` arguments");
    }

    private static void declareOldByName(CommandTable table) {
        old(table, "ZRANGEBYLEX", By.NAME, false, string("min"), string("max"), limit().maybe())
                .summary("Return a range of members in a sorted set, by lexicographical range")
                .since("2.8.9")
                .deprecated("6.2.0", "`ZRANGE` with the `BYLEX` argument");
        old(table, "ZREVRANGEBYLEX", By.NAME, true, string("max"), string("min"), limit().maybe())
                .summary("Return a range of members in a sorted set, by lexicographical range, ordered from higher to"
                        + " lower strings.")
                .since("2.8.9")
                .deprecated("6.2.0", "`ZRANGE` with the `REV` and `BYLEX` arguments");
    }

    private static void declareCounts(CommandTable table) {
        SortedSetCommands.declare(table, "ZCOUNT", call -> count(call, By.SCORE))
                .summary("Count the members in a sorted set with scores within the given values")
                .since("2.0.0")
                .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), number("min"), number("max"));
        SortedSetCommands.declare(table, "ZLEXCOUNT", call -> count(call, By.NAME))
                .summary("Count the number of members in a sorted set between a given lexicographical range")
                .since("2.8.9")
                .complexity("O(log(N)) with N being the number of elements in the sorted set.")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), string("min"), string("max"));
    }

    private static void declareRemoves(CommandTable table) {
        remove(table, "ZREMRANGEBYRANK", By.RANK, integer("start"), integer("stop"))
                .summary("Remove all members in a sorted set within the given indexes")
                .since("2.0.0");
        remove(table, "ZREMRANGEBYSCORE", By.SCORE, number("min"), number("max"))
                .summary("Remove all members in a sorted set within the given scores");
        remove(table, "ZREMRANGEBYLEX", By.NAME, string("min"), string("max"))
                .summary("Remove all members in a sorted set between the given lexicographical range")
                .since("2.8.9");
    }

    private static Command remove(CommandTable table, String name, By by, Argument... arguments) {
        return SortedSetCommands.declare(table, name, call -> remove(call, by))
                .complexity(RANGE_COMPLEXITY + "removed by the operation.")
                .flags(Flag.WRITE)
                .args(key("key", KeyFlag.RW, KeyFlag.DELETE))
                .args(arguments);
    }

    // ---- telling

    /** The words behind the range: where the command's name does not say it, what the range is of and in which direction. */
    private static final class Options {
        private By by;
        private Boolean reverse;
        private boolean withScores;
        private long offset;
        private long count = -1;

        /** @param by null and {@code reverse} null where a word may say it */
        Options(By by, Boolean reverse) {
            this.by = by;
            this.reverse = reverse;
        }

        /** Reads the words from {@code first} on; false when they are wrong: the error has been written. */
        boolean read(Call call, int first, boolean toStore) {
            int i = first;
            while (i < call.count()) {
                if (!toStore && call.isWord(i, "WITHSCORES")) {
                    withScores = true;
                } else if (call.isWord(i, "LIMIT") && i + 2 < call.count()) {
                    if (!readLimit(call, i + 1)) {
                        return false;
                    }
                    i += 2;
                } else if (reverse == null && call.isWord(i, "REV")) {
                    reverse = true;
                } else if (by == null && call.isWord(i, "BYSCORE")) {
                    by = By.SCORE;
                } else if (by == null && call.isWord(i, "BYLEX")) {
                    by = By.NAME;
                } else {
                    call.syntaxError();
                    return false;
                }
                i++;
            }
            by = by == null ? By.RANK : by;
            reverse = reverse != null && reverse;
            return agree(call);
        }

        private boolean readLimit(Call call, int i) {
            if (!call.integer(i)) {
                return false;
            }
            offset = call.number();
            if (!call.integer(i + 1)) {
                return false;
            }
            count = call.number();
            return true;
        }

        private boolean agree(Call call) {
            if (count != -1 && by == By.RANK) {
                call.error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
                return false;
            }
            if (withScores && by == By.NAME) {
                call.error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
                return false;
            }
            return true;
        }

        /** The range that the words at {@code at} and behind it give; of scores and names in reverse, the upper end first. */
        SortedSetRange range(Call call, int at) {
            boolean upperFirst = reverse && by != By.RANK;
            return SortedSetRange.read(call, by, upperFirst ? at + 1 : at, upperFirst ? at : at + 1);
        }

        /** Lays the range over a set; ranks know no limit. */
        void lay(SortedSetRange range, KeyedView members) {
            range.over(members, reverse);
            if (by != By.RANK) {
                range.limit(offset, count, reverse);
            }
        }
    }

    private static void range(Call call, Options options) {
        SortedSetRange range = options.read(call, 4, false) ? options.range(call, 2) : null;
        if (range == null) {
            return;
        }
        switch (call.value(1, Kind.Type.SORTED_SET)) {
            case VALUE -> {
                KeyedView members = call.keyed();
                options.lay(range, members);
                reply(call, members, range, options);
            }
            case NOTHING -> call.reply().array(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void reply(Call call, KeyedView members, SortedSetRange range, Options options) {
        boolean nested = options.withScores && call.reply().protocol() == 3;
        int count = (int) range.count();
        call.reply().array(options.withScores && !nested ? 2 * count : count);
        members.seek(options.reverse ? range.to() : range.from());
        for (int i = 0; i < count; i++) {
            step(members, options.reverse);
            if (nested) {
                call.reply().array(2);
            }
            if (options.withScores) {
                SortedSetCommands.replyPair(call, members);
            } else {
                call.replyBytes(members.name(call.value()));
            }
        }
    }

    private static void step(KeyedView members, boolean reverse) {
        if (reverse) {
            members.previous();
        } else {
            members.next();
        }
    }

    // ---- storing

    private static void store(Call call) {
        Options options = new Options(null, null);
        SortedSetRange range = options.read(call, 5, true) ? options.range(call, 3) : null;
        if (range == null) {
            return;
        }
        KeyedBody found = call.tx().keyed().gather(call.db(), Kind.SORTED_SET);
        Call.Found source = call.value(2, Kind.Type.SORTED_SET);
        if (source == Call.Found.WRONG_TYPE) {
            return;
        }
        if (source == Call.Found.VALUE) {
            KeyedView members = call.keyed();
            options.lay(range, members);
            members.seek(range.from());
            for (long i = range.count(); i > 0; i--) {
                members.next();
                found.put(members.owned(), Undo.NONE);
            }
        }
        store(call, found, "zrangestore");
    }

    /** Makes the key at word 1 a sorted set of these elements, or nothing where there are none, and answers how many. */
    static void store(Call call, KeyedBody elements, String event) {
        Bytes key = call.arg(1);
        long count = elements.size();
        if (count > 0) {
            call.tx().keyed().store(call.db(), key, Kind.SORTED_SET, elements);
            call.notify(KeyspaceEvent.SORTED_SET, event, key);
        } else if (call.tx().delete(call.db(), key)) {
            call.notify(KeyspaceEvent.GENERIC, "del", key);
        }
        call.reply().integer(count);
    }

    // ---- counting and removing

    private static void count(Call call, By by) {
        SortedSetRange range = SortedSetRange.read(call, by, 2, 3);
        if (range == null) {
            return;
        }
        switch (call.value(1, Kind.Type.SORTED_SET)) {
            case VALUE -> call.reply().integer(range.over(call.keyed(), false).count());
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void remove(Call call, By by) {
        SortedSetRange range = SortedSetRange.read(call, by, 2, 3);
        if (range == null) {
            return;
        }
        switch (call.valueToChange(1, Kind.Type.SORTED_SET)) {
            case VALUE -> remove(call, range.over(call.keyed(), false));
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void remove(Call call, SortedSetRange range) {
        long count = range.count();
        for (long i = 0; i < count; i++) {
            call.tx().peek(call.db(), call.arg(1), call.entry());
            KeyedView members = call.keyed();
            members.seek(range.from());
            members.next();
            call.tx().keyed().remove(call.db(), call.arg(1), members.name(call.value()));
        }
        if (count > 0) {
            call.notify(KeyspaceEvent.SORTED_SET, call.command().name(), call.arg(1));
            SortedSetCommands.notifyIfGone(call);
        }
        call.reply().integer(count);
    }
}
