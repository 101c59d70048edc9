package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.BlockedCall;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.storage.engine.Compaction;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;

/**
 * SAVE and its kin, SHUTDOWN, and waiting for durability.
 *
 * <p>Everything acknowledged is in the log anyway; what Redis calls saving is here a compaction of the log: a snapshot,
 * after which older segments are deleted. SAVE waits for its end, but other clients are served meanwhile. Rewriting the log
 * is the same; only the replies tell the two apart, as in Redis: each may be asked for once while the other is under way, and
 * follows it.
 */
final class PersistenceCommands {
    private static final String SAVING = "ERR Background save already in progress";
    private static final String REWRITING = "ERR Background append only file rewriting already in progress";
    private static final String NOT_WHILE_REWRITING =
            "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule"
                    + " a BGSAVE whenever possible.";

    /** How often WAITAOF looks whether the log has been synced, where no reply waits for that anyway. */
    private static final long SYNC_POLL_MILLIS = 10;

    private final ServerContext context;
    private final Compaction compaction;
    /** Whether the snapshot that is being written was begun as a save. */
    private boolean saving;
    /** Whether one of the other sort is to follow it. */
    private boolean scheduled;

    PersistenceCommands(ServerContext context) {
        this.context = context;
        this.compaction = context.loop().compaction();
    }

    void declare(CommandTable table) {
        Flag[] flags = {Flag.ADMIN, Flag.NOSCRIPT, Flag.NO_ASYNC_LOADING};
        table.command("SAVE", this::save)
                .group(Group.SERVER)
                .summary("Synchronously save the dataset to disk")
                .since("1.0.0")
                .complexity("O(N) where N is the total number of keys in all databases")
                .flags(flags)
                .flags(Flag.NO_MULTI);
        table.command("BGSAVE", this::bgsave)
                .group(Group.SERVER)
                .summary("Asynchronously save the dataset to disk")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(flags)
                .args(word("SCHEDULE").since("3.2.2").maybe());
        table.command("BGREWRITEAOF", this::bgrewriteaof)
                .group(Group.SERVER)
                .summary("Asynchronously rewrite the append-only file")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(flags);
        table.command("LASTSAVE", call -> call.reply().integer(compaction.lastFinishedWallMillis() / 1000))
                .group(Group.SERVER)
                .summary("Get the UNIX time stamp of the last successful save to disk")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.LOADING, Flag.STALE, Flag.FAST)
                .categories("admin", "dangerous")
                .tips("nondeterministic_output");
        table.command("SHUTDOWN", this::shutdown)
                .group(Group.SERVER)
                .summary("Synchronously save the dataset to disk and then shut down the server")
                .since("1.0.0")
                .complexity("O(N) when saving, where N is the total number of keys in all databases when saving"
                        + " data, otherwise O(1)")
                .flags(Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE, Flag.NO_MULTI, Flag.ALLOW_BUSY)
                .args(
                        oneOf("nosave_save", word("NOSAVE"), word("SAVE")).maybe(),
                        word("NOW").since("7.0.0").maybe(),
                        word("FORCE").since("7.0.0").maybe(),
                        word("ABORT").since("7.0.0").maybe());
        declareWaits(table);
    }

    private void declareWaits(CommandTable table) {
        table.command("WAIT", PersistenceCommands::waitForReplicas)
                .group(Group.GENERIC)
                .summary("Wait for the synchronous replication of all the write commands sent in the context of the"
                        + " current connection")
                .since("3.0.0")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT)
                .categories("connection")
                .tips("request_policy:all_shards", "response_policy:agg_min")
                .args(integer("numreplicas"), integer("timeout"));
        table.command("WAITAOF", this::waitForLog)
                .group(Group.GENERIC)
                .summary("Blocks until all of the preceding write commands sent by the connection are written to the"
                        + " append-only file of the master and/or replicas")
                .since("7.2.0")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT)
                .categories("connection")
                .tips("request_policy:all_shards", "response_policy:agg_min")
                .args(integer("numlocal"), integer("numreplicas"), integer("timeout"));
    }

    // ---- saving

    /** Begins a snapshot; false when one is under way or none can be written. */
    private boolean start(boolean asSave) {
        if (!compaction.startSoon()) {
            return false;
        }
        saving = asSave;
        compaction.whenFinished(() -> saving = false);
        return true;
    }

    /** Another one is to follow that which is under way. */
    private void startNext(boolean asSave) {
        if (!scheduled) {
            scheduled = true;
            compaction.whenFinished(() -> {
                scheduled = false;
                start(asSave);
            });
        }
    }

    private void tellAtEnd(SaveWait wait) {
        if (compaction.isRunning()) {
            compaction.whenFinished(wait::finished);
        } else {
            // The log has failed meanwhile.
            wait.finished();
        }
    }

    private boolean isRewriting() {
        return compaction.isRunning() && !saving;
    }

    private void save(Call call) {
        SaveWait blocked = new SaveWait(call);
        if (isRewriting()) {
            startNext(true);
            compaction.whenFinished(() -> tellAtEnd(blocked));
        } else if (start(true)) {
            tellAtEnd(blocked);
        } else {
            call.error(SAVING);
            return;
        }
        call.block(blocked, Waiter.Kind.KEY, Waiter.FOR_EVER);
    }

    private static final class SaveWait extends BlockedCall {
        private final Compaction compaction;
        private boolean finished;

        SaveWait(Call call) {
            super(call);
            compaction = call.loop().compaction();
        }

        void finished() {
            finished = true;
            expireNow();
        }

        @Override
        protected boolean attempt(Tx tx, ReplyWriter reply) {
            return false;
        }

        @Override
        protected void timedOut(Tx tx, ReplyWriter reply) {
            if (finished && compaction.lastSucceeded()) {
                reply.ok();
            } else {
                reply.error(finished ? "ERR the snapshot could not be written, see the server's log" : SAVING);
            }
        }
    }

    private void bgsave(Call call) {
        boolean schedule = call.count() == 2 && call.isWord(1, "SCHEDULE");
        if (call.count() > 1 && !schedule) {
            call.syntaxError();
        } else if (isRewriting()) {
            if (schedule) {
                startNext(true);
                call.reply().simpleString("Background saving scheduled");
            } else {
                call.error(NOT_WHILE_REWRITING);
            }
        } else if (start(true)) {
            call.reply().simpleString("Background saving " + startedOrScheduled(call));
        } else {
            call.error(SAVING);
        }
    }

    /** Nothing starts in the middle of a transaction. */
    private static String startedOrScheduled(Call call) {
        return call.mayBlock() ? "started" : "scheduled";
    }

    private void bgrewriteaof(Call call) {
        if (compaction.isRunning() && saving) {
            startNext(false);
            call.reply().simpleString("Background append only file rewriting scheduled");
        } else if (start(false)) {
            call.reply().simpleString("Background append only file rewriting " + startedOrScheduled(call));
        } else {
            call.error(REWRITING);
        }
    }

    // ---- shutdown

    /** Nothing is lost by NOSAVE, NOW or FORCE: the log is closed in order in any case. */
    private void shutdown(Call call) {
        boolean save = false;
        boolean noSave = false;
        boolean abort = false;
        boolean now = false;
        boolean force = false;
        for (int i = 1; i < call.count(); i++) {
            if (call.isWord(i, "SAVE")) {
                save = true;
            } else if (call.isWord(i, "NOSAVE")) {
                noSave = true;
            } else if (call.isWord(i, "ABORT")) {
                abort = true;
            } else if (call.isWord(i, "NOW")) {
                now = true;
            } else if (call.isWord(i, "FORCE")) {
                force = true;
            } else {
                call.syntaxError();
                return;
            }
        }
        if (save && noSave || abort && (save || noSave || now || force)) {
            call.syntaxError();
        } else if (abort) {
            // A shutdown waits for nobody, so there is never one to call off.
            call.error("ERR No shutdown in progress.");
        } else if (!noSave && context.scripting().runner().refusalWhileBusy() != null) {
            // What the script has done so far is taken back: only who says so may stop the server now.
            call.error(context.scripting().runner().refusalWhileBusy());
        } else {
            context.shutdown().run();
        }
    }

    // ---- waiting

    private static void waitForReplicas(Call call) {
        if (!call.integer(1)) {
            return;
        }
        long replicas = call.number();
        if (!call.timeoutMillis(2)) {
            return;
        }
        if (replicas <= 0 || !call.mayBlock()) {
            call.reply().integer(0);
            return;
        }
        call.block(new ReplicaWait(call), Waiter.Kind.KEY, orForEver(call.number()));
    }

    private static long orForEver(long millis) {
        return millis == 0 ? Waiter.FOR_EVER : millis;
    }

    /** For replicas, of which there are none: until the time is up. */
    private static final class ReplicaWait extends BlockedCall {
        ReplicaWait(Call call) {
            super(call);
        }

        @Override
        protected boolean attempt(Tx tx, ReplyWriter reply) {
            return false;
        }

        @Override
        protected void timedOut(Tx tx, ReplyWriter reply) {
            reply.integer(0);
        }
    }

    private void waitForLog(Call call) {
        if (!call.integer(1)) {
            return;
        }
        long local = call.number();
        if (local < 0 || local > 1) {
            call.error("ERR value is out of range, value must between 0 and 1");
            return;
        }
        if (!call.integer(2)) {
            return;
        }
        long replicas = call.number();
        if (replicas < 0) {
            call.error("ERR value is out of range, must be positive");
            return;
        }
        if (!call.timeoutMillis(3)) {
            return;
        }
        LogWait wait = new LogWait(call, local > 0, replicas > 0);
        if (wait.isOver() || !call.mayBlock()) {
            wait.writeReply(call.reply());
        } else {
            call.block(wait, Waiter.Kind.KEY, orForEver(call.number()));
            wait.lookLater();
        }
    }

    /** For everything so far to be synced on this machine, and for replicas, of which there are none. */
    private static final class LogWait extends BlockedCall {
        private final EngineLoop loop;
        private final long revision;
        private final boolean wantsLocal;
        private final boolean wantsReplicas;

        LogWait(Call call, boolean wantsLocal, boolean wantsReplicas) {
            super(call);
            this.loop = call.loop();
            this.revision = loop.engine().revision();
            this.wantsLocal = wantsLocal;
            this.wantsReplicas = wantsReplicas;
        }

        private boolean isSynced() {
            return loop.engine().log().synced() >= revision;
        }

        boolean isOver() {
            return !wantsReplicas && (isSynced() || !wantsLocal);
        }

        void lookLater() {
            loop.schedule(this::look, SYNC_POLL_MILLIS);
        }

        private void look() {
            if (isOver()) {
                expireNow();
            } else if (isParked()) {
                lookLater();
            }
        }

        void writeReply(ReplyWriter reply) {
            reply.array(2);
            reply.integer(isSynced() ? 1 : 0);
            reply.integer(0);
        }

        @Override
        protected boolean attempt(Tx tx, ReplyWriter reply) {
            return false;
        }

        @Override
        protected void timedOut(Tx tx, ReplyWriter reply) {
            writeReply(reply);
        }
    }
}
