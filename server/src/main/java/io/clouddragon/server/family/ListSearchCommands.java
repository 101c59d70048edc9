package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;
import static io.clouddragon.server.family.ListCommands.list;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.ListView;
import java.util.stream.LongStream;

/** Lists by the value of an element: finding it (LPOS), inserting beside it (LINSERT), removing all that are equal (LREM). */
public final class ListSearchCommands {
    private ListSearchCommands() {}

    static void declare(CommandTable table) {
        list(table, "LPOS", ListSearchCommands::lpos)
                .summary("Return the index of matching elements on a list")
                .since("6.0.6")
                .complexity("O(N) where N is the number of elements in the list, for the average case. When searching"
                        + " for elements near the head or the tail of the list, or when the MAXLEN option is provided,"
                        + " the command may run in constant time.")
                .flags(Flag.READONLY)
                .args(
                        key("key", KeyFlag.RO, KeyFlag.ACCESS),
                        string("element"),
                        integer("rank").after("RANK").maybe(),
                        integer("num-matches").after("COUNT").maybe(),
                        integer("len").after("MAXLEN").maybe());
        list(table, "LINSERT", ListSearchCommands::linsert)
                .summary("Insert an element before or after another element in a list")
                .since("2.2.0")
                .complexity("O(N) where N is the number of elements to traverse before seeing the value pivot. This"
                        + " means that inserting somewhere on the left end on the list (head) can be considered O(1) and"
                        + " inserting somewhere on the right end (tail) is O(N).")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.INSERT),
                        oneOf("where", word("BEFORE"), word("AFTER")),
                        string("pivot"),
                        string("element"));
        list(table, "LREM", ListSearchCommands::lrem)
                .summary("Remove elements from a list")
                .since("1.0.0")
                .complexity("O(N+M) where N is the length of the list and M is the number of elements removed.")
                .flags(Flag.WRITE)
                .args(key("key", KeyFlag.RW, KeyFlag.DELETE), integer("count"), string("element"));
    }

    // ---- finding

    /** What LPOS looks for: matches from the {@code rank}-th on, at most {@code count}, among {@code length} elements. */
    private record Search(boolean backwards, long rank, long count, long length) {
        /** The positions of the matches, in the order in which they are found. */
        LongStream.Builder positions(ListView list, Bytes wanted, Bytes element) {
            LongStream.Builder found = LongStream.builder();
            long size = list.size();
            list.seek(backwards ? size : 0);
            long matches = 0;
            for (long i = 0; i < length && (backwards ? list.previous(element) : list.next(element)); i++) {
                if (element.equals(wanted) && ++matches >= rank) {
                    found.add(backwards ? size - 1 - i : i);
                    if (matches - rank + 1 >= count) {
                        break;
                    }
                }
            }
            return found;
        }
    }

    private static void lpos(Call call) {
        long rank = 1;
        long count = -1;
        long length = 0;
        for (int i = 3; i < call.count(); i += 2) {
            boolean isLast = i + 1 == call.count();
            if (!isLast && call.isWord(i, "RANK")) {
                if (!isRank(call, i + 1)) {
                    return;
                }
                rank = call.number();
            } else if (!isLast && call.isWord(i, "COUNT")) {
                if (!call.integer(i + 1, 0, "ERR COUNT can't be negative")) {
                    return;
                }
                count = call.number();
            } else if (!isLast && call.isWord(i, "MAXLEN")) {
                if (!call.integer(i + 1, 0, "ERR MAXLEN can't be negative")) {
                    return;
                }
                length = call.number();
            } else {
                call.syntaxError();
                return;
            }
        }
        Search search = new Search(rank < 0, Math.abs(rank), count == -1 ? 1 : orAll(count), orAll(length));
        find(call, search, count != -1);
    }

    private static boolean isRank(Call call, int i) {
        if (!call.integer(i)) {
            return false;
        }
        if (call.number() == 0) {
            call.error("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use"
                    + " negative to start from the end of the list");
        }
        return call.number() != 0;
    }

    /** 0 sets no limit, nor does what is left of the smallest number without its sign. */
    private static long orAll(long limit) {
        return limit <= 0 ? Long.MAX_VALUE : limit;
    }

    private static void find(Call call, Search search, boolean all) {
        Call.Found found = call.value(1, Kind.Type.LIST);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        long[] positions = found == Call.Found.NOTHING
                ? new long[0]
                : search.positions(call.list(), call.arg(2), call.value())
                        .build()
                        .toArray();
        if (all) {
            call.reply().array(positions.length);
            for (long position : positions) {
                call.reply().integer(position);
            }
        } else if (positions.length == 0) {
            call.reply().nullBulk();
        } else {
            call.reply().integer(positions[0]);
        }
    }

    // ---- changing

    private static void linsert(Call call) {
        boolean after = call.isWord(2, "AFTER");
        if (!after && !call.isWord(2, "BEFORE")) {
            call.syntaxError();
            return;
        }
        switch (call.valueToChange(1, Kind.Type.LIST)) {
            case VALUE -> insert(call, after);
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void insert(Call call, boolean after) {
        ListView list = call.list();
        long size = list.size();
        long index = 0;
        Bytes element = call.value();
        while (list.next(element)) {
            if (element.equals(call.arg(3))) {
                call.tx().lists().insert(call.db(), call.arg(1), after ? index + 1 : index, call.arg(4));
                call.notify(KeyspaceEvent.LIST, "linsert", call.arg(1));
                call.reply().integer(size + 1);
                return;
            }
            index++;
        }
        call.reply().integer(-1);
    }

    private static void lrem(Call call) {
        if (!call.integer(2)) {
            return;
        }
        long count = call.number();
        switch (call.valueToChange(1, Kind.Type.LIST)) {
            case VALUE -> {
                Search search = new Search(count < 0, 1, orAll(Math.abs(count)), Long.MAX_VALUE);
                remove(call, search);
            }
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void remove(Call call, Search search) {
        long size = call.entry().elements();
        long[] positions = search.positions(call.list(), call.arg(3), call.value())
                .build()
                .sorted()
                .toArray();
        Bytes key = call.arg(1);
        // From the end on, so that the positions before stay what they are; neighbours go together.
        for (int to = positions.length; to > 0; ) {
            int from = to - 1;
            while (from > 0 && positions[from - 1] == positions[from] - 1) {
                from--;
            }
            call.tx().lists().cut(call.db(), key, positions[from], to - from);
            to = from;
        }
        if (positions.length > 0) {
            call.notify(KeyspaceEvent.LIST, "lrem", key);
        }
        if (positions.length == size) {
            call.notify(KeyspaceEvent.GENERIC, "del", key);
        }
        call.reply().integer(positions.length);
    }
}
