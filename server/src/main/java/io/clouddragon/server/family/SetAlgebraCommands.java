package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.collection.Element;
import io.clouddragon.storage.collection.KeyedBody;
import io.clouddragon.storage.collection.KeyedCursor;
import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Intersections, unions and differences of sets. A result is a set of its own, which takes over the members of large sets
 * without a copy; nothing is read from the sources once something is written.
 */
public final class SetAlgebraCommands {
    private static final Comparator<KeyedView> BY_SIZE = Comparator.comparingLong(KeyedView::size);
    private static final String INTER_COMPLEXITY =
            "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.";
    private static final String SUM_COMPLEXITY = "O(N) where N is the total number of elements in all given sets.";

    private static final String NEGATIVE_LIMIT = "ERR LIMIT can't be negative";

    /** Makes one set of several, of which those that do not exist are null. */
    @FunctionalInterface
    private interface Operation {
        void run(KeyedView[] sets, KeyedBody result);
    }

    private SetAlgebraCommands() {}

    public static void declare(CommandTable table) {
        declare(table, "SINTER", SetAlgebraCommands::intersect)
                .summary("Intersect multiple sets")
                .complexity(INTER_COMPLEXITY);
        declare(table, "SUNION", SetAlgebraCommands::unite)
                .summary("Add multiple sets")
                .complexity(SUM_COMPLEXITY);
        declare(table, "SDIFF", SetAlgebraCommands::subtract)
                .summary("Subtract multiple sets")
                .complexity(SUM_COMPLEXITY);
        declareStore(table, "SINTERSTORE", SetAlgebraCommands::intersect, KeyFlag.RW)
                .summary("Intersect multiple sets and store the resulting set in a key")
                .complexity(INTER_COMPLEXITY);
        declareStore(table, "SUNIONSTORE", SetAlgebraCommands::unite, KeyFlag.OW)
                .summary("Add multiple sets and store the resulting set in a key")
                .complexity(SUM_COMPLEXITY);
        declareStore(table, "SDIFFSTORE", SetAlgebraCommands::subtract, KeyFlag.OW)
                .summary("Subtract multiple sets and store the resulting set in a key")
                .complexity(SUM_COMPLEXITY);
        table.command("SINTERCARD", SetAlgebraCommands::sintercard)
                .group(Group.SET)
                .summary("Intersect multiple sets and return the cardinality of the result")
                .since("7.0.0")
                .complexity(INTER_COMPLEXITY)
                .flags(Flag.READONLY)
                .args(
                        integer("numkeys"),
                        key("key", KeyFlag.RO, KeyFlag.ACCESS).many(),
                        integer("limit").after("LIMIT").maybe())
                .keys(new KeySpec(Set.of(KeyFlag.RO, KeyFlag.ACCESS), 1, 0, 1, true));
    }

    private static Command declare(CommandTable table, String name, Operation operation) {
        return table.command(name, call -> reply(call, operation))
                .group(Group.SET)
                .since("1.0.0")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output_order")
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS).many());
    }

    private static Command declareStore(CommandTable table, String name, Operation operation, KeyFlag use) {
        String event = name.toLowerCase(Locale.ROOT);
        return table.command(name, call -> store(call, operation, event))
                .group(Group.SET)
                .since("1.0.0")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        key("destination", use, KeyFlag.UPDATE),
                        key("key", KeyFlag.RO, KeyFlag.ACCESS).many());
    }

    // ---- commands

    private static void reply(Call call, Operation operation) {
        KeyedView[] sets = sets(call, 1, call.count());
        if (sets == null) {
            return;
        }
        KeyedBody result = run(call, operation, sets);
        KeyedCursor members = new KeyedCursor();
        members.rewind(result);
        call.reply().set((int) result.size());
        for (byte[] member = members.next(); member != null; member = members.next()) {
            call.replyBytes(Element.name(member, 0, call.value()));
        }
    }

    private static void store(Call call, Operation operation, String event) {
        KeyedView[] sets = sets(call, 2, call.count());
        if (sets == null) {
            return;
        }
        KeyedBody result = run(call, operation, sets);
        Bytes destination = call.arg(1);
        call.reply().integer(result.size());
        if (result.size() > 0) {
            call.tx().keyed().store(call.db(), destination, Kind.SET, result);
            call.notify(KeyspaceEvent.SET, event, destination);
        } else if (call.tx().delete(call.db(), destination)) {
            call.notify(KeyspaceEvent.GENERIC, "del", destination);
        }
    }

    private static void sintercard(Call call) {
        Bytes count = call.arg(1);
        long keys = Decimal.isLong(count) ? Decimal.toLong(count) : 0;
        if (keys < 1) {
            call.error("ERR numkeys should be greater than 0");
            return;
        }
        if (keys > call.count() - 2) {
            call.error("ERR Number of keys can't be greater than number of args");
            return;
        }
        int end = (int) keys + 2;
        long limit = readLimit(call, end);
        KeyedView[] sets = limit < 0 ? null : sets(call, 2, end);
        if (sets != null) {
            call.reply().integer(intersect(sets, limit == 0 ? Long.MAX_VALUE : limit, member -> {}));
        }
    }

    /** What {@code LIMIT} says, 0 = no limit; negative when the words from {@code i} on are wrong: the error has been written. */
    private static long readLimit(Call call, int first) {
        long limit = 0;
        for (int i = first; i < call.count(); i += 2) {
            if (i + 1 == call.count() || !call.isWord(i, "LIMIT")) {
                call.syntaxError();
                return -1;
            }
            if (!call.integer(i + 1, NEGATIVE_LIMIT)) {
                return -1;
            }
            limit = call.number();
            if (limit < 0) {
                call.error(NEGATIVE_LIMIT);
                return -1;
            }
        }
        return limit;
    }

    /** The sets at these words, null for those that do not exist; null for all when one is no set: the error has been written. */
    private static KeyedView[] sets(Call call, int first, int end) {
        KeyedView[] sets = new KeyedView[end - first];
        for (int i = first; i < end; i++) {
            switch (call.value(i, Kind.Type.SET)) {
                case VALUE -> sets[i - first] = new KeyedView().open(call.entry());
                case NOTHING -> {}
                case WRONG_TYPE -> {
                    return null;
                }
            }
        }
        return sets;
    }

    private static KeyedBody run(Call call, Operation operation, KeyedView[] sets) {
        KeyedBody result = call.tx().keyed().gather(call.db(), Kind.SET);
        operation.run(sets, result);
        return result;
    }

    // ---- operations

    private static void intersect(KeyedView[] sets, KeyedBody result) {
        intersect(sets, Long.MAX_VALUE, member -> result.put(member.owned(), Undo.NONE));
    }

    /**
     * Visits what all sets have, looking up the members of the smallest in the others.
     *
     * @return how many members were visited, at most {@code limit}
     */
    private static long intersect(KeyedView[] sets, long limit, Consumer<KeyedView> visitor) {
        for (KeyedView set : sets) {
            if (set == null) {
                return 0;
            }
        }
        Arrays.sort(sets, BY_SIZE);
        KeyedView smallest = sets[0];
        Bytes name = new Bytes();
        long found = 0;
        while (found < limit && smallest.next()) {
            smallest.name(name);
            int i = 1;
            while (i < sets.length && sets[i].find(name)) {
                i++;
            }
            if (i == sets.length) {
                visitor.accept(smallest);
                found++;
            }
        }
        return found;
    }

    private static void unite(KeyedView[] sets, KeyedBody result) {
        for (KeyedView set : sets) {
            if (set != null) {
                addAll(set, result);
            }
        }
    }

    private static void addAll(KeyedView set, KeyedBody result) {
        Bytes name = new Bytes();
        while (set.next()) {
            if (result.find(set.name(name)) == null) {
                result.put(set.owned(), Undo.NONE);
            }
        }
    }

    /** Looks up the first set's members in the others, or removes the others' members from it: what promises less work. */
    private static void subtract(KeyedView[] sets, KeyedBody result) {
        KeyedView first = sets[0];
        if (first == null) {
            return;
        }
        KeyedView[] others =
                Arrays.stream(sets, 1, sets.length).filter(set -> set != null).toArray(KeyedView[]::new);
        // The larger a set, the likelier it has a member.
        Arrays.sort(others, BY_SIZE.reversed());
        long toRemove = Arrays.stream(others).mapToLong(KeyedView::size).sum();
        // As a lookup ends with the first set that has the member, it counts half.
        if (first.size() * (others.length + 1) / 2 <= first.size() + toRemove) {
            lookUp(first, others, result);
        } else {
            addAll(first, result);
            removeAll(others, result);
        }
    }

    private static void lookUp(KeyedView first, KeyedView[] others, KeyedBody result) {
        Bytes name = new Bytes();
        while (first.next()) {
            first.name(name);
            if (Arrays.stream(others).noneMatch(other -> other.find(name))) {
                result.put(first.owned(), Undo.NONE);
            }
        }
    }

    private static void removeAll(KeyedView[] others, KeyedBody result) {
        Bytes name = new Bytes();
        for (KeyedView other : others) {
            while (result.size() > 0 && other.next()) {
                result.remove(other.name(name), Undo.NONE);
            }
        }
    }
}
