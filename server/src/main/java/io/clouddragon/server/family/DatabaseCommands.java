package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceEvent;

/**
 * Whole databases, and keys that go from one to another. Wherever Redis takes a database's number, a name is taken as well
 * ({@link DatabaseNames}).
 *
 * <p>FLUSHDB, FLUSHALL and SWAPDB take constant time for each database, so that ASYNC and SYNC are the same. They concern
 * keys: locks and idempotency ids are promises and stay.
 */
public final class DatabaseCommands {
    private final Settings settings;

    DatabaseCommands(ServerContext context) {
        this.settings = context.settings();
    }

    void declare(CommandTable table) {
        table.command("DBSIZE", DatabaseCommands::dbsize)
                .group(Group.SERVER)
                .summary("Return the number of keys in the selected database")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .categories("keyspace")
                .tips("request_policy:all_shards", "response_policy:agg_sum");
        declareFlush(table, "FLUSHDB", DatabaseCommands::flushdb)
                .summary("Remove all keys from the current database")
                .complexity("O(N) where N is the number of keys in the selected database");
        declareFlush(table, "FLUSHALL", DatabaseCommands::flushall)
                .summary("Remove all keys from all databases")
                .complexity("O(N) where N is the total number of keys in all databases");
        table.command("SWAPDB", this::swapdb)
                .group(Group.SERVER)
                .summary("Swaps two Redis databases")
                .since("4.0.0")
                .complexity("O(N) where N is the count of clients watching or blocking on keys from both databases.")
                .flags(Flag.WRITE, Flag.FAST)
                .categories("keyspace", "dangerous")
                .args(integer("index1"), integer("index2"));
        declareTransfers(table);
    }

    private static Command declareFlush(CommandTable table, String name, Handler handler) {
        return table.command(name, handler)
                .group(Group.SERVER)
                .since("1.0.0")
                .flags(Flag.WRITE)
                .categories("keyspace", "dangerous")
                .tips("request_policy:all_shards", "response_policy:all_succeeded")
                .args(oneOf("async", word("ASYNC").since("4.0.0"), word("SYNC").since("6.2.0"))
                        .maybe());
    }

    private void declareTransfers(CommandTable table) {
        table.command("MOVE", this::move)
                .group(Group.GENERIC)
                .summary("Move a key to another database")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE), integer("db"));
        table.command("COPY", this::copy)
                .group(Group.GENERIC)
                .summary("Copy a key")
                .since("6.2.0")
                .complexity(
                        "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.")
                .flags(Flag.WRITE, Flag.DENYOOM)
                .args(
                        key("source", KeyFlag.RO, KeyFlag.ACCESS),
                        key("destination", KeyFlag.OW, KeyFlag.UPDATE),
                        integer("destination-db").after("DB").maybe(),
                        word("REPLACE").maybe());
    }

    private static void dbsize(Call call) {
        call.tx().dependOnAll();
        call.reply().integer(call.db().size());
    }

    private static void flushdb(Call call) {
        if (isFlushMode(call)) {
            call.tx().transfer().flush(call.db());
            call.reply().ok();
        }
    }

    private static void flushall(Call call) {
        if (isFlushMode(call)) {
            // Whether or not it exists: client-side caches are told in any case.
            call.tx().transfer().flush(call.db());
            for (Database database : call.loop().engine().databases().existing()) {
                call.tx().transfer().flush(database);
            }
            call.reply().ok();
        }
    }

    /** Whether nothing, ASYNC or SYNC was said; else the error has been written. */
    private static boolean isFlushMode(Call call) {
        if (call.count() == 1 || call.count() == 2 && (call.isWord(1, "SYNC") || call.isWord(1, "ASYNC"))) {
            return true;
        }
        call.syntaxError();
        return false;
    }

    private void swapdb(Call call) {
        // Both words are read before either is looked up.
        if (!DatabaseNames.isWellFormed(call.arg(1))) {
            call.error("ERR invalid first DB index");
            return;
        }
        if (!DatabaseNames.isWellFormed(call.arg(2))) {
            call.error("ERR invalid second DB index");
            return;
        }
        Database first = DatabaseNames.find(call, 1, settings.databases());
        if (first == null) {
            return;
        }
        Database second = DatabaseNames.find(call, 2, settings.databases());
        if (second != null) {
            call.tx().transfer().swap(first, second);
            call.reply().ok();
        }
    }

    private void move(Call call) {
        Database target = DatabaseNames.find(call, 2, settings.databases());
        if (target == null) {
            return;
        }
        if (target == call.db()) {
            call.error(Errors.SAME_OBJECT);
            return;
        }
        boolean moves = !call.tx().exists(target, call.arg(1))
                && call.tx().transfer().move(call.db(), call.arg(1), target, call.arg(1));
        if (moves) {
            call.notify(KeyspaceEvent.GENERIC, "move_from", call.arg(1));
            call.tx().event(target, KeyspaceEvent.GENERIC, "move_to", call.arg(1));
        }
        call.reply().integer(moves ? 1 : 0);
    }

    private void copy(Call call) {
        Database target = call.db();
        boolean replaces = false;
        for (int i = 3; i < call.count(); i++) {
            if (call.isWord(i, "REPLACE")) {
                replaces = true;
            } else if (call.isWord(i, "DB") && i + 1 < call.count()) {
                i++;
                target = DatabaseNames.find(call, i, settings.databases());
                if (target == null) {
                    return;
                }
            } else {
                call.syntaxError();
                return;
            }
        }
        if (target == call.db() && call.arg(1).equals(call.arg(2))) {
            call.error(Errors.SAME_OBJECT);
            return;
        }
        boolean copies = call.tx().get(call.db(), call.arg(1), call.entry())
                && (replaces || !call.tx().exists(target, call.arg(2)));
        if (copies) {
            call.tx().renew(target, call.arg(2));
            call.tx().transfer().copy(call.db(), call.arg(1), target, call.arg(2));
            call.tx().event(target, KeyspaceEvent.GENERIC, "copy_to", call.arg(2));
        }
        call.reply().integer(copies ? 1 : 0);
    }
}
