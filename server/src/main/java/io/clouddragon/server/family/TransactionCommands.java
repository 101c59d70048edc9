package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.key;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Transaction;
import java.util.List;

/**
 * MULTI, EXEC, DISCARD, WATCH, UNWATCH. EXEC runs all queued commands in one engine transaction, so they are one record of
 * the log: all of them survive a crash or none.
 */
public final class TransactionCommands {
    private TransactionCommands() {}

    public static void declare(CommandTable table) {
        Flag[] flags = {Flag.NOSCRIPT, Flag.LOADING, Flag.STALE, Flag.FAST, Flag.ALLOW_BUSY};
        table.command("MULTI", TransactionCommands::multi)
                .group(Group.TRANSACTIONS)
                .summary("Mark the start of a transaction block")
                .since("1.2.0")
                .complexity("O(1)")
                .flags(flags)
                .atOnceInMulti();
        table.command("EXEC", TransactionCommands::exec)
                .group(Group.TRANSACTIONS)
                .summary("Execute all commands issued after MULTI")
                .since("1.2.0")
                .complexity("Depends on commands in the transaction")
                .flags(Flag.NOSCRIPT, Flag.LOADING, Flag.STALE, Flag.SKIP_SLOWLOG)
                .endsMulti();
        table.command("DISCARD", TransactionCommands::discard)
                .group(Group.TRANSACTIONS)
                .summary("Discard all commands issued after MULTI")
                .since("2.0.0")
                .complexity("O(N), when N is the number of queued commands")
                .flags(flags)
                .endsMulti();
        table.command("WATCH", TransactionCommands::watch)
                .group(Group.TRANSACTIONS)
                .summary("Watch the given keys to determine execution of the MULTI/EXEC block")
                .since("2.2.0")
                .complexity("O(1) for every key.")
                .flags(flags)
                .args(key("key", KeyFlag.RO).many())
                .atOnceInMulti();
        table.command("UNWATCH", TransactionCommands::unwatch)
                .group(Group.TRANSACTIONS)
                .summary("Forget about all watched keys")
                .since("2.2.0")
                .complexity("O(1)")
                .flags(flags);
    }

    private static void multi(Call call) {
        Transaction transaction = call.session().transaction();
        if (transaction.isOpen()) {
            call.error("ERR MULTI calls can not be nested");
            return;
        }
        transaction.open();
        call.reply().ok();
    }

    private static void discard(Call call) {
        Transaction transaction = call.session().transaction();
        if (!transaction.isOpen()) {
            call.error("ERR DISCARD without MULTI");
            return;
        }
        transaction.discard();
        transaction.unwatch();
        call.reply().ok();
    }

    private static void watch(Call call) {
        Transaction transaction = call.session().transaction();
        if (transaction.isOpen()) {
            call.error("ERR WATCH inside MULTI is not allowed");
            return;
        }
        if (!transaction.isTouched()) {
            for (int i = 1; i < call.count(); i++) {
                transaction.watch(call.loop().engine(), call.db(), call.arg(i));
            }
        }
        call.reply().ok();
    }

    private static void unwatch(Call call) {
        call.session().transaction().unwatch();
        call.reply().ok();
    }

    private static void exec(Call call) {
        Session session = call.session();
        Transaction transaction = session.transaction();
        if (!transaction.isOpen()) {
            call.error("ERR EXEC without MULTI");
            return;
        }
        boolean faulty = transaction.isFaulty();
        boolean touched = transaction.isTouched();
        List<Transaction.Queued> queue = List.copyOf(transaction.queued());
        transaction.discard();
        transaction.unwatch();
        if (faulty) {
            call.error(Errors.EXEC_ABORTED);
        } else if (touched) {
            // Tells that somebody changed a key: that must be durable too.
            call.tx().dependOnAll();
            call.reply().nullArray();
        } else {
            int mark = session.connection().mark();
            call.reply().array(queue.size());
            call.executor().runQueued(queue, call.tx());
            if (call.tx().isAborted()) {
                session.connection().rewind(mark);
                call.error(call.abortText());
            }
        }
    }
}
