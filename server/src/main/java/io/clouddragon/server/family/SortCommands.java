package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeyReference;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/** SORT and SORT_RO of lists, sets and sorted sets: the words and the reply. How the order comes about is {@link SortedRow}. */
public final class SortCommands {
    private static final Set<KeyFlag> STORED = Set.of(KeyFlag.OW, KeyFlag.UPDATE);
    private static final Bytes NOTHING = new Bytes();

    /** Elements times GETs; Redis would go on until its memory is full. */
    private static final long MOST_RESULTS = 1 << 26;

    private SortCommands() {}

    static void declare(CommandTable table) {
        sort(table, "SORT", call -> sort(call, true))
                .summary("Sort the elements in a list, set or sorted set")
                .since("1.0.0")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(arguments())
                .args(key("destination").after("STORE").maybe())
                .keys(
                        new KeySpec(Set.of(KeyFlag.RO, KeyFlag.ACCESS), 1, 0, 1, false),
                        KeySpec.unknown(KeyFlag.RO, KeyFlag.ACCESS),
                        KeySpec.unknown(KeyFlag.OW, KeyFlag.UPDATE))
                .keyFinder(SortCommands::findDestination);
        sort(table, "SORT_RO", call -> sort(call, false))
                .summary("Sort the elements in a list, set or sorted set. Read-only variant of SORT.")
                .since("7.0.0")
                .flags(Flag.READONLY)
                .args(arguments())
                .keys(
                        new KeySpec(Set.of(KeyFlag.RO, KeyFlag.ACCESS), 1, 0, 1, false),
                        KeySpec.unknown(KeyFlag.RO, KeyFlag.ACCESS));
    }

    private static Command sort(CommandTable table, String name, Handler handler) {
        return table.command(name, handler)
                .group(Group.GENERIC)
                .categories("set", "sortedset", "list", "dangerous")
                .complexity("O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the"
                        + " number of returned elements. When the elements are not sorted, complexity is O(N).");
    }

    private static Argument[] arguments() {
        return new Argument[] {
            key("key", KeyFlag.RO, KeyFlag.ACCESS),
            pattern("pattern").after("BY").maybe(),
            block("offset_count", integer("offset"), integer("count"))
                    .after("LIMIT")
                    .maybe(),
            pattern("pattern").after("GET").maybe().manyTokens(),
            oneOf("order", word("ASC"), word("DESC")).maybe(),
            word("sorting", "ALPHA").maybe()
        };
    }

    /** The last STORE counts. */
    private static void findDestination(int words, IntFunction<Bytes> word, List<KeyReference> into) {
        int destination = 0;
        for (int i = 2; i < words; i++) {
            Bytes option = word.apply(i);
            if (option.isWord("LIMIT")) {
                i += 2;
            } else if (option.isWord("GET") || option.isWord("BY")) {
                i++;
            } else if (option.isWord("STORE") && i + 1 < words) {
                destination = ++i;
            }
        }
        if (destination > 0) {
            into.add(new KeyReference(destination, STORED));
        }
    }

    // ---- words

    /** What a SORT asks for; the numbers as given. */
    private static final class Wish {
        private boolean descending;
        private boolean alphabetic;
        private Bytes by;
        private long offset;
        private long count = -1;
        private final List<SortPattern> get = new ArrayList<>();
        private Bytes destination;

        /** A pattern that is the same for all elements says: as they are. */
        boolean isUnsorted() {
            return by != null && !SortPattern.isPattern(by);
        }
    }

    /** Null when the error has been written. */
    private static Wish read(Call call, boolean mayStore) {
        Wish wish = new Wish();
        for (int i = 2; i < call.count(); i++) {
            int left = call.count() - i - 1;
            if (call.isWord(i, "ASC")) {
                wish.descending = false;
            } else if (call.isWord(i, "DESC")) {
                wish.descending = true;
            } else if (call.isWord(i, "ALPHA")) {
                wish.alphabetic = true;
            } else if (call.isWord(i, "LIMIT") && left >= 2) {
                if (!readLimit(call, i, wish)) {
                    return null;
                }
                i += 2;
            } else if (mayStore && call.isWord(i, "STORE") && left >= 1) {
                wish.destination = call.arg(++i);
            } else if (call.isWord(i, "BY") && left >= 1) {
                wish.by = call.arg(++i);
                if (SortPattern.isPattern(wish.by) && !mayReadAnyKey(call, "BY")) {
                    return null;
                }
            } else if (call.isWord(i, "GET") && left >= 1) {
                if (!mayReadAnyKey(call, "GET")) {
                    return null;
                }
                wish.get.add(new SortPattern(call.arg(++i)));
            } else {
                call.syntaxError();
                return null;
            }
        }
        return wish;
    }

    private static boolean readLimit(Call call, int i, Wish wish) {
        if (!call.integer(i + 1)) {
            return false;
        }
        wish.offset = call.number();
        if (!call.integer(i + 2)) {
            return false;
        }
        wish.count = call.number();
        return true;
    }

    private static boolean mayReadAnyKey(Call call, String option) {
        boolean may = call.executor()
                .permissions()
                .mayReadAnyKey(call.session().user(), call.command(), call.count(), call::arg);
        if (!may) {
            call.error("ERR " + option + " option of SORT denied due to insufficient ACL permissions.");
        }
        return may;
    }

    // ---- execution

    private static void sort(Call call, boolean mayStore) {
        Wish wish = read(call, mayStore);
        if (wish == null) {
            return;
        }
        Bytes key = call.arg(1);
        boolean exists = call.tx().get(call.db(), key, call.entry());
        if (exists && (!call.entry().kind().isCollection() || call.entry().type() == Kind.Type.HASH)) {
            call.error(Errors.WRONG_TYPE);
            return;
        }
        Bytes[] sorted = exists ? sorted(call, wish) : new Bytes[0];
        if (sorted == null) {
            call.error("ERR One or more scores can't be converted into double");
        } else if ((long) sorted.length * wish.get.size() > MOST_RESULTS) {
            call.error(Errors.OUT_OF_RANGE);
        } else if (wish.destination == null) {
            reply(call, sorted, wish.get);
        } else {
            store(call, sorted, wish);
        }
    }

    /** The elements asked for, in their order; null when one cannot be sorted. */
    private static Bytes[] sorted(Call call, Wish wish) {
        long size = call.entry().elements();
        long from = Math.min(Math.max(wish.offset, 0), size);
        long count = wish.count < 0 ? size - from : Math.min(wish.count, size - from);
        SortedRow row = new SortedRow(call, wish.descending);
        if (!wish.isUnsorted()) {
            SortPattern by = wish.by == null ? null : new SortPattern(wish.by);
            return row.sorted(by, wish.alphabetic) ? row.part(from, count) : null;
        }
        boolean mustBeSame = wish.destination != null || call.isInScript();
        if (call.entry().kind() == Kind.SET && mustBeSame) {
            // A set has no order of its own, and what is stored is to be the same wherever it is done.
            row.sorted(null, true);
            return row.part(from, count);
        }
        return row.unsorted(from, count);
    }

    private static void reply(Call call, Bytes[] elements, List<SortPattern> get) {
        call.reply().array(elements.length * Math.max(1, get.size()));
        for (Bytes element : elements) {
            if (get.isEmpty()) {
                call.replyBytes(element);
            }
            for (SortPattern pattern : get) {
                Bytes value = pattern.lookUp(call, element);
                if (value == null) {
                    call.reply().nullBulk();
                } else {
                    call.replyBytes(value);
                }
            }
        }
    }

    private static void store(Call call, Bytes[] elements, Wish wish) {
        Bytes[] stored = wish.get.isEmpty() ? elements : values(call, elements, wish.get);
        Bytes key = wish.destination;
        if (stored.length > 0) {
            call.tx().lists().replace(call.db(), key, stored[0]);
            for (int i = 1; i < stored.length; i++) {
                call.tx().lists().append(call.db(), key, stored[i]);
            }
            call.notify(KeyspaceEvent.LIST, "sortstore", key);
        } else if (call.tx().delete(call.db(), key)) {
            call.notify(KeyspaceEvent.GENERIC, "del", key);
        }
        call.reply().integer(stored.length);
    }

    /** What the patterns find; an empty string where there is nothing. */
    private static Bytes[] values(Call call, Bytes[] elements, List<SortPattern> get) {
        Bytes[] values = new Bytes[elements.length * get.size()];
        Arrays.setAll(values, i -> {
            Bytes value = get.get(i % get.size()).lookUp(call, elements[i / get.size()]);
            return value == null ? NOTHING : value.owned();
        });
        return values;
    }
}
