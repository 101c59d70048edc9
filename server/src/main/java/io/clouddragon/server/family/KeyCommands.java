package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keys of any type: existence, names, iteration. Their deadlines are {@link ExpiryCommands}, what they are made of {@link
 * ObjectCommands}, other databases {@link DatabaseCommands}.
 */
public final class KeyCommands {
    private KeyCommands() {}

    public static void declare(CommandTable table) {
        declareExistence(table);
        declareDeletes(table);
        declareRenames(table);
        declareIteration(table);
    }

    private static void declareExistence(CommandTable table) {
        table.command("EXISTS", KeyCommands::exists)
                .group(Group.GENERIC)
                .summary("Determine if a key exists")
                .since("1.0.0")
                .complexity("O(N) where N is the number of keys to check.")
                .flags(Flag.READONLY, Flag.FAST)
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .args(key("key", KeyFlag.RO).many());
        table.command("TOUCH", KeyCommands::touch)
                .group(Group.GENERIC)
                .summary("Alters the last access time of a key(s). Returns the number of existing keys specified.")
                .since("3.2.1")
                .complexity("O(N) where N is the number of keys that will be touched.")
                .flags(Flag.READONLY, Flag.FAST)
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .args(key("key", KeyFlag.RO).many());
        table.command("TYPE", KeyCommands::type)
                .group(Group.GENERIC)
                .summary("Determine the type stored at key")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO));
    }

    private static void declareDeletes(CommandTable table) {
        table.command("DEL", KeyCommands::del)
                .group(Group.GENERIC)
                .summary("Delete a key")
                .since("1.0.0")
                .complexity(
                        "O(N) where N is the number of keys that will be removed. When a key to remove holds a value other"
                                + " than a string, the individual complexity for this key is O(M) where M is the number of elements"
                                + " in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).")
                .flags(Flag.WRITE)
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .args(key("key", KeyFlag.RM, KeyFlag.DELETE).many());
        table.command("UNLINK", KeyCommands::del)
                .group(Group.GENERIC)
                .summary(
                        "Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.")
                .since("4.0.0")
                .complexity(
                        "O(1) for each key removed regardless of its size. Then the command does O(N) work in a different"
                                + " thread in order to reclaim memory, where N is the number of allocations the deleted objects"
                                + " where composed of.")
                .flags(Flag.WRITE, Flag.FAST)
                .tips("request_policy:multi_shard", "response_policy:agg_sum")
                .args(key("key", KeyFlag.RM, KeyFlag.DELETE).many());
    }

    private static void declareRenames(CommandTable table) {
        table.command("RENAME", KeyCommands::rename)
                .group(Group.GENERIC)
                .summary("Rename a key")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE),
                        key("newkey", KeyFlag.OW, KeyFlag.UPDATE));
        table.command("RENAMENX", KeyCommands::renamenx)
                .group(Group.GENERIC)
                .summary("Rename a key, only if the new key does not exist")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.DELETE),
                        key("newkey", KeyFlag.OW, KeyFlag.INSERT));
    }

    private static void declareIteration(CommandTable table) {
        table.command("KEYS", KeyCommands::keys)
                .group(Group.GENERIC)
                .summary("Find all keys matching the given pattern")
                .since("1.0.0")
                .complexity(
                        "O(N) with N being the number of keys in the database, under the assumption that the key names in"
                                + " the database and the given pattern have limited length.")
                .flags(Flag.READONLY)
                .categories("dangerous")
                .tips("request_policy:all_shards", "nondeterministic_output_order")
                .args(pattern("pattern"));
        table.command("SCAN", KeyCommands::scan)
                .group(Group.GENERIC)
                .summary("Incrementally iterate the keys space")
                .since("2.8.0")
                .complexity(
                        "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor"
                                + " to return back to 0. N is the number of elements inside the collection.")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output", "request_policy:special")
                .args(
                        integer("cursor"),
                        pattern("pattern").after("MATCH").maybe(),
                        integer("count").after("COUNT").maybe(),
                        string("type").after("TYPE").since("6.0.0").maybe());
        table.command("RANDOMKEY", KeyCommands::randomkey)
                .group(Group.GENERIC)
                .summary("Return a random key from the keyspace")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY)
                .tips("request_policy:all_shards", "nondeterministic_output");
    }

    // ---- existence

    private static void exists(Call call) {
        int found = 0;
        for (int i = 1; i < call.count(); i++) {
            found += call.tx().glance(call.db(), call.arg(i), call.entry()) ? 1 : 0;
        }
        call.reply().integer(found);
    }

    private static void touch(Call call) {
        int found = 0;
        for (int i = 1; i < call.count(); i++) {
            found += call.tx().get(call.db(), call.arg(i), call.entry()) ? 1 : 0;
        }
        call.reply().integer(found);
    }

    private static void type(Call call) {
        boolean exists = call.tx().glance(call.db(), call.arg(1), call.entry());
        call.reply().simpleString(exists ? call.entry().type().word() : "none");
    }

    private static void del(Call call) {
        int deleted = 0;
        for (int i = 1; i < call.count(); i++) {
            if (call.tx().delete(call.db(), call.arg(i))) {
                call.notify(KeyspaceEvent.GENERIC, "del", call.arg(i));
                deleted++;
            }
        }
        call.reply().integer(deleted);
    }

    // ---- names

    private static void rename(Call call) {
        if (isThere(call)) {
            move(call);
            call.reply().ok();
        }
    }

    private static void renamenx(Call call) {
        if (isThere(call)) {
            boolean renames = !call.tx().exists(call.db(), call.arg(2));
            if (renames) {
                move(call);
            }
            call.reply().integer(renames ? 1 : 0);
        }
    }

    /** Whether the key to rename exists; else the error has been written. */
    private static boolean isThere(Call call) {
        if (call.tx().exists(call.db(), call.arg(1))) {
            return true;
        }
        call.error(Errors.NO_SUCH_KEY);
        return false;
    }

    private static void move(Call call) {
        if (!call.arg(1).equals(call.arg(2))) {
            call.tx().renew(call.db(), call.arg(2));
            call.tx().transfer().move(call.db(), call.arg(1), call.db(), call.arg(2));
            call.notify(KeyspaceEvent.GENERIC, "rename_from", call.arg(1));
            call.notify(KeyspaceEvent.GENERIC, "rename_to", call.arg(2));
        }
    }

    // ---- iteration

    private static void keys(Call call) {
        Bytes pattern = call.arg(1);
        List<Bytes> found = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = call.tx().scan(call.db(), Tx.Space.KEYS, cursor, entry -> {
                Bytes key = entry.key(new Bytes());
                if (Glob.selects(pattern, key)) {
                    found.add(key);
                }
            });
        } while (cursor != 0);
        replyKeys(call, found);
    }

    private static void replyKeys(Call call, List<Bytes> keys) {
        call.reply().array(keys.size());
        keys.forEach(call::replyBytes);
    }

    private static void randomkey(Call call) {
        if (call.tx().randomKey(call.db(), call.entry())) {
            call.replyBytes(call.entry().key(call.value()));
        } else {
            call.reply().nullBulk();
        }
    }

    private static void scan(Call call) {
        ScanOptions options = new ScanOptions();
        if (!options.readCursor(call, 1) || !options.read(call, 2, true)) {
            return;
        }
        Visited visited = new Visited(options);
        long cursor = options.cursor();
        long buckets = 0;
        do {
            cursor = call.tx().scan(call.db(), Tx.Space.KEYS, cursor, visited);
            buckets++;
        } while (cursor != 0 && !options.isEnough(visited.count, buckets));
        call.reply().array(2);
        call.reply().bulkInteger(cursor);
        replyKeys(call, visited.matching);
    }

    /** What one SCAN has seen. */
    private static final class Visited implements Consumer<Entry> {
        private final ScanOptions options;
        private final List<Bytes> matching = new ArrayList<>();
        private long count;

        Visited(ScanOptions options) {
            this.options = options;
        }

        @Override
        public void accept(Entry entry) {
            count++;
            Bytes key = entry.key(new Bytes());
            if (options.matches(key) && options.matches(entry.type())) {
                matching.add(key);
            }
        }
    }
}
