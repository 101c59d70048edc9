package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.string;

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
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.ListView;

/**
 * Lists: adding to and taking from their ends, reading, and changing their elements by position. What goes by the value of
 * an element is {@link ListSearchCommands}; what takes from one of several lists, or moves, {@link ListPopCommands}.
 *
 * <p>LPUSH, RPUSH, LPOP and RPOP are the hot path: they allocate nothing but what is stored.
 */
public final class ListCommands {
    private ListCommands() {}

    static void declare(CommandTable table) {
        declarePushes(table);
        declarePops(table);
        declareReads(table);
        declareChanges(table);
    }

    // ---- declarations

    /** What all commands of the family have in common. */
    static Command list(CommandTable table, String name, Handler handler) {
        return table.command(name, handler).group(Group.LIST);
    }

    private static void declarePushes(CommandTable table) {
        String perElement = "O(1) for each element added, so O(N) to add N elements when the command is called with"
                + " multiple arguments.";
        list(table, "LPUSH", call -> push(call, ListEnd.LEFT, false))
                .summary("Prepend one or multiple elements to a list")
                .since("1.0.0")
                .complexity(perElement)
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.INSERT), string("element").many());
        list(table, "RPUSH", call -> push(call, ListEnd.RIGHT, false))
                .summary("Append one or multiple elements to a list")
                .since("1.0.0")
                .complexity(perElement)
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.INSERT), string("element").many());
        list(table, "LPUSHX", call -> push(call, ListEnd.LEFT, true))
                .summary("Prepend an element to a list, only if the list exists")
                .since("2.2.0")
                .complexity(perElement)
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.INSERT), string("element").many());
        list(table, "RPUSHX", call -> push(call, ListEnd.RIGHT, true))
                .summary("Append an element to a list, only if the list exists")
                .since("2.2.0")
                .complexity(perElement)
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.INSERT), string("element").many());
    }

    private static void declarePops(CommandTable table) {
        list(table, "LPOP", call -> pop(call, ListEnd.LEFT))
                .summary("Remove and get the first elements in a list")
                .since("1.0.0")
                .complexity("O(N) where N is the number of elements returned")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE),
                        integer("count").since("6.2.0").maybe());
        list(table, "RPOP", call -> pop(call, ListEnd.RIGHT))
                .summary("Remove and get the last elements in a list")
                .since("1.0.0")
                .complexity("O(N) where N is the number of elements returned")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE),
                        integer("count").since("6.2.0").maybe());
    }

    private static void declareReads(CommandTable table) {
        list(table, "LLEN", ListCommands::llen)
                .summary("Get the length of a list")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO));
        list(table, "LRANGE", ListCommands::lrange)
                .summary("Get a range of elements from a list")
                .since("1.0.0")
                .complexity("O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end"
                        + " (HEAD or TAIL) for large lists; and N is the number of elements in the specified range.")
                .flags(Flag.READONLY)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), integer("start"), integer("stop"));
        list(table, "LINDEX", ListCommands::lindex)
                .summary("Get an element from a list by its index")
                .since("1.0.0")
                .complexity("O(N) where N is the number of elements to traverse to get to the element at index. This"
                        + " makes asking for the first or the last element of the list O(1).")
                .flags(Flag.READONLY)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS), integer("index"));
    }

    private static void declareChanges(CommandTable table) {
        list(table, "LSET", ListCommands::lset)
                .summary("Set the value of an element in a list by its index")
                .since("1.0.0")
                .complexity(
                        "O(N) where N is the length of the list. Setting either the first or the last element of the"
                                + " list is O(1).")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(key("key", KeyFlag.RW, KeyFlag.UPDATE), integer("index"), string("element"));
        list(table, "LTRIM", ListCommands::ltrim)
                .summary("Trim a list to the specified range")
                .since("1.0.0")
                .complexity("O(N) where N is the number of elements to be removed by the operation.")
                .flags(Flag.WRITE)
                .args(key("key", KeyFlag.RW, KeyFlag.DELETE), integer("start"), integer("stop"));
    }

    // ---- the ends

    private static void push(Call call, ListEnd end, boolean onlyIfExists) {
        Call.Found found = call.valueToChange(1, Kind.Type.LIST);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        if (found == Call.Found.NOTHING && onlyIfExists) {
            call.reply().integer(0);
            return;
        }
        long size = found == Call.Found.VALUE ? call.entry().elements() : 0;
        Bytes key = call.arg(1);
        for (int i = 2; i < call.count(); i++) {
            end.push(call.tx(), call.db(), key, call.arg(i));
        }
        call.reply().integer(size + call.count() - 2);
        call.notify(KeyspaceEvent.LIST, end.pushEvent(), key);
    }

    private static void pop(Call call, ListEnd end) {
        if (call.count() > 3) {
            call.error(Errors.arity(call.command().fullName()));
            return;
        }
        boolean counted = call.count() == 3;
        if (counted && !call.integer(2, 0, Errors.NOT_POSITIVE)) {
            return;
        }
        long count = counted ? call.number() : 1;
        Call.Found found = call.valueToChange(1, Kind.Type.LIST);
        if (found == Call.Found.WRONG_TYPE) {
            return;
        }
        if (found == Call.Found.NOTHING) {
            if (counted) {
                call.reply().nullArray();
            } else {
                call.reply().nullBulk();
            }
        } else if (count == 0) {
            call.reply().array(0);
        } else if (counted) {
            end.popMany(call.tx(), call.db(), call.arg(1), call.list(), count, call.value(), call.reply());
        } else {
            end.pop(call.tx(), call.db(), call.arg(1), call.list(), call.value(), call.reply());
        }
    }

    // ---- reading

    private static void llen(Call call) {
        switch (call.value(1, Kind.Type.LIST)) {
            case VALUE -> call.reply().integer(call.entry().elements());
            case NOTHING -> call.reply().integer(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void lrange(Call call) {
        if (!call.integer(2)) {
            return;
        }
        long start = call.number();
        if (!call.integer(3)) {
            return;
        }
        long stop = call.number();
        switch (call.value(1, Kind.Type.LIST)) {
            case VALUE -> replyRange(call, start, stop);
            case NOTHING -> call.reply().array(0);
            case WRONG_TYPE -> {}
        }
    }

    private static void replyRange(Call call, long start, long stop) {
        ListView list = call.list();
        long from = first(start, list.size());
        long count = behindLast(stop, list.size()) - from;
        if (count <= 0) {
            call.reply().array(0);
            return;
        }
        call.reply().array((int) count);
        list.seek(from);
        for (long i = 0; i < count; i++) {
            list.next(call.value());
            call.replyBytes(call.value());
        }
    }

    /** Index of the first element of a range, from 0 to the size; negative ones count from the end. */
    private static long first(long start, long size) {
        return start < 0 ? Math.max(0, size + start) : Math.min(start, size);
    }

    /** Index behind the last element of a range, from 0 to the size; negative ones count from the end. */
    private static long behindLast(long stop, long size) {
        return stop < 0 ? Math.max(0, size + stop + 1) : Math.min(stop, size - 1) + 1;
    }

    private static void lindex(Call call) {
        switch (call.value(1, Kind.Type.LIST)) {
            case VALUE -> {
                if (call.integer(2)) {
                    replyElement(call, call.number());
                }
            }
            case NOTHING -> call.reply().nullBulk();
            case WRONG_TYPE -> {}
        }
    }

    private static void replyElement(Call call, long number) {
        ListView list = call.list();
        long index = number < 0 ? list.size() + number : number;
        if (index >= 0 && index < list.size()) {
            call.replyBytes(list.get(index, call.value()));
        } else {
            call.reply().nullBulk();
        }
    }

    // ---- changing by position

    private static void lset(Call call) {
        switch (call.valueToChange(1, Kind.Type.LIST)) {
            case VALUE -> {
                if (call.integer(2)) {
                    set(call, call.number());
                }
            }
            case NOTHING -> call.error(Errors.NO_SUCH_KEY);
            case WRONG_TYPE -> {}
        }
    }

    private static void set(Call call, long number) {
        long size = call.entry().elements();
        long index = number < 0 ? size + number : number;
        if (index < 0 || index >= size) {
            call.error("ERR index out of range");
            return;
        }
        call.tx().lists().set(call.db(), call.arg(1), index, call.arg(3));
        call.reply().ok();
        call.notify(KeyspaceEvent.LIST, "lset", call.arg(1));
    }

    private static void ltrim(Call call) {
        if (!call.integer(2)) {
            return;
        }
        long start = call.number();
        if (!call.integer(3)) {
            return;
        }
        long stop = call.number();
        switch (call.valueToChange(1, Kind.Type.LIST)) {
            case VALUE -> {
                trim(call, start, stop);
                call.reply().ok();
            }
            case NOTHING -> call.reply().ok();
            case WRONG_TYPE -> {}
        }
    }

    private static void trim(Call call, long start, long stop) {
        Bytes key = call.arg(1);
        long size = call.entry().elements();
        long from = first(start, size);
        long to = behindLast(stop, size);
        if (from >= to) {
            call.tx().delete(call.db(), key);
            call.notify(KeyspaceEvent.LIST, "ltrim", key);
            call.notify(KeyspaceEvent.GENERIC, "del", key);
            return;
        }
        if (to < size) {
            call.tx().lists().cut(call.db(), key, to, size - to);
        }
        if (from > 0) {
            call.tx().lists().cut(call.db(), key, 0, from);
        }
        call.notify(KeyspaceEvent.LIST, "ltrim", key);
    }
}
