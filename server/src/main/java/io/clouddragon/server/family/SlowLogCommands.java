package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.stats.SlowLog;
import java.util.List;

/** SLOWLOG. */
final class SlowLogCommands {
    private static final long DEFAULT_COUNT = 10;
    private static final String BAD_COUNT = "ERR count should be greater than or equal to -1";

    private final SlowLog log;

    SlowLogCommands(ServerContext context) {
        this.log = context.observer().slowLog();
    }

    void declare(CommandTable table) {
        Flag[] flags = {Flag.ADMIN, Flag.LOADING, Flag.STALE};
        Command slowlog = table.container("SLOWLOG")
                .group(Group.SERVER)
                .summary("A container for slow log commands")
                .since("2.2.12")
                .complexity("Depends on subcommand.");
        slowlog.subcommand("GET", this::get)
                .summary("Get the slow log's entries")
                .complexity("O(N) where N is the number of entries returned")
                .flags(flags)
                .tips("request_policy:all_nodes", "nondeterministic_output")
                .args(integer("count").maybe());
        slowlog.subcommand("LEN", call -> call.reply().integer(log.size()))
                .summary("Get the slow log's length")
                .complexity("O(1)")
                .flags(flags)
                .tips("request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output");
        slowlog.subcommand("RESET", this::reset)
                .summary("Clear all entries from the slow log")
                .complexity("O(N) where N is the number of entries in the slowlog")
                .flags(flags)
                .tips("request_policy:all_nodes", "response_policy:all_succeeded");
        Help.declare(slowlog, "6.2.0", HELP);
    }

    private void get(Call call) {
        long count = DEFAULT_COUNT;
        if (call.count() > 3) {
            call.error(Errors.subcommandSyntax(call));
            return;
        }
        if (call.count() == 3) {
            if (!call.integer(2, BAD_COUNT)) {
                return;
            }
            count = call.number();
            if (count < -1) {
                call.error(BAD_COUNT);
                return;
            }
        }
        List<SlowLog.Entry> entries = log.newest(count == -1 ? Long.MAX_VALUE : count);
        ReplyWriter reply = call.reply();
        reply.array(entries.size());
        for (SlowLog.Entry entry : entries) {
            reply.array(6);
            reply.integer(entry.id());
            reply.integer(entry.unixSeconds());
            reply.integer(entry.micros());
            reply.array(entry.words().size());
            entry.words().forEach(reply::bulk);
            reply.bulk(entry.address());
            reply.bulk(entry.name());
        }
    }

    private void reset(Call call) {
        log.reset();
        call.reply().ok();
    }

    private static final String[] HELP = {
        "GET [<count>]",
        "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
        "    Entries are made of:",
        "    id, timestamp, time in microseconds, arguments array, client IP and port,",
        "    client name",
        "LEN",
        "    Return the length of the slowlog.",
        "RESET",
        "    Reset the slowlog.",
    };
}
