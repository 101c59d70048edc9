package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.family.LockCommands.dragon;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.BlockedCall;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import io.clouddragon.storage.log.LogReport;
import io.clouddragon.storage.log.NioDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DRAGON.BACKUP: a copy of the log, while serving, in a new directory on the server's machine. It writes where it is told
 * to, as the server's user; therefore it is served to clients on the same machine only, and never touches what is there.
 */
final class BackupCommand {
    private static final Logger LOG = LoggerFactory.getLogger(BackupCommand.class);

    private BackupCommand() {}

    static void declare(CommandTable table) {
        dragon(table.command("DRAGON.BACKUP", BackupCommand::backup))
                .summary("Copies the data into a new directory, and returns the revision as of which.")
                .complexity(
                        "O(N) where N is the number of bytes of snapshot and log; other clients are served meanwhile.")
                .flags(Flag.ADMIN, Flag.NOSCRIPT, Flag.BLOCKING, Flag.NO_MULTI)
                .args(string("path"));
    }

    private static void backup(Call call) {
        String peer = call.session().connection().peerAddress();
        if (!peer.startsWith("127.") && !peer.startsWith("[::1]") && !peer.startsWith("[::ffff:127.")) {
            call.error("ERR DRAGON.BACKUP is for clients on the server's own machine");
            return;
        }
        NioDisk target;
        try {
            Path path = Path.of(call.arg(1).toString());
            if (!path.isAbsolute() || Files.exists(path) || !Files.isDirectory(path.getParent())) {
                call.error("ERR not the absolute path of a new directory in one that exists");
                return;
            }
            target = new NioDisk(path);
        } catch (IOException | InvalidPathException e) {
            call.error("ERR " + e.getMessage());
            return;
        }
        EngineLoop loop = call.loop();
        BackupWait blocked = new BackupWait(call);
        call.block(blocked, Waiter.Kind.KEY, Waiter.FOR_EVER);
        loop.engine()
                .log()
                .backup(target)
                .whenComplete((report, failure) -> loop.execute(() -> blocked.finished(target, report, failure)));
    }

    /** Replies when the copy is complete. */
    private static final class BackupWait extends BlockedCall {
        private LogReport report;
        private Throwable failure;

        BackupWait(Call call) {
            super(call);
        }

        void finished(NioDisk target, LogReport done, Throwable failed) {
            report = done;
            failure = failed;
            if (done != null) {
                LOG.info("Backup as of revision {} in {}", done.revision(), target);
            } else {
                LOG.error("Backup to {} failed: {}", target, failed.getMessage());
            }
            expireNow();
        }

        @Override
        protected boolean attempt(Tx tx, ReplyWriter reply) {
            return false;
        }

        @Override
        protected void timedOut(Tx tx, ReplyWriter reply) {
            if (report != null) {
                reply.integer(report.revision());
            } else if (failure != null) {
                reply.error("ERR " + failure.getMessage());
            } else {
                reply.error("ERR the backup goes on; only the wait for it was ended");
            }
        }
    }
}
