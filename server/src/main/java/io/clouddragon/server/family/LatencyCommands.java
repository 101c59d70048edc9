package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.LatencyHistogram;
import io.clouddragon.server.stats.LatencyMonitor;
import io.clouddragon.server.stats.LatencyMonitor.Series;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * LATENCY. Events are {@code command} and {@code fast-command} as in Redis, {@code log-sync} (one sync of the log) and
 * {@code compaction-slice} (one slice of a compaction, between turns).
 */
final class LatencyCommands {
    private static final int GRAPH_ROWS = 4;
    private static final String RULE = "-".repeat(80);

    private final LatencyMonitor monitor;
    private final CommandTable table;

    LatencyCommands(ServerContext context) {
        this.monitor = context.observer().latencies();
        this.table = context.table();
    }

    void declare() {
        Flag[] flags = {Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        String[] tips = {"nondeterministic_output", "request_policy:all_nodes", "response_policy:special"};
        Command latency = table.container("LATENCY")
                .group(Group.SERVER)
                .summary("A container for latency diagnostics commands")
                .since("2.8.13")
                .complexity("Depends on subcommand.");
        latency.subcommand("DOCTOR", this::doctor)
                .summary("Return a human readable latency analysis report.")
                .complexity("O(1)")
                .flags(flags)
                .tips(tips);
        latency.subcommand("GRAPH", this::graph)
                .summary("Return a latency graph for the event.")
                .complexity("O(1)")
                .flags(flags)
                .tips(tips)
                .args(string("event"));
        latency.subcommand("HISTOGRAM", this::histogram)
                .summary("Return the cumulative distribution of latencies of a subset of commands or all.")
                .since("7.0.0")
                .complexity("O(N) where N is the number of commands with latency information being retrieved.")
                .flags(flags)
                .tips(tips)
                .args(string("command").maybe().many());
        latency.subcommand("HISTORY", this::history)
                .summary("Return timestamp-latency samples for the event.")
                .complexity("O(1)")
                .flags(flags)
                .tips(tips)
                .args(string("event"));
        latency.subcommand("LATEST", this::latest)
                .summary("Return the latest latency samples for all events.")
                .complexity("O(1)")
                .flags(flags)
                .tips(tips);
        latency.subcommand("RESET", this::reset)
                .summary("Reset latency data for one or more events.")
                .complexity("O(1)")
                .flags(flags)
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .args(string("event").maybe().many());
        Help.declare(latency, "2.8.13", HELP);
    }

    private void latest(Call call) {
        Map<String, Series> events = monitor.events();
        call.reply().array(events.size());
        events.forEach((name, series) -> {
            int last = series.size() - 1;
            call.reply().array(4);
            call.reply().bulk(name);
            call.reply().integer(series.second(last));
            call.reply().integer(series.millis(last));
            call.reply().integer(series.worstMillis());
        });
    }

    private void history(Call call) {
        Series series = monitor.events().get(call.arg(2).toString());
        int size = series == null ? 0 : series.size();
        call.reply().array(size);
        for (int i = 0; i < size; i++) {
            call.reply().array(2);
            call.reply().integer(series.second(i));
            call.reply().integer(series.millis(i));
        }
    }

    private void reset(Call call) {
        List<String> names = new ArrayList<>();
        for (int i = 2; i < call.count(); i++) {
            names.add(call.arg(i).toString());
        }
        if (names.isEmpty()) {
            names.addAll(monitor.events().keySet());
        }
        call.reply().integer(monitor.reset(names));
    }

    // ---- for people

    private void doctor(Call call) {
        StringBuilder text = new StringBuilder();
        if (!monitor.isOn()) {
            text.append(
                    "Nothing is being watched. CONFIG SET latency-monitor-threshold <milliseconds> keeps every event"
                            + " that takes at least so long.\n");
        } else if (monitor.events().isEmpty()) {
            text.append("No event has reached latency-monitor-threshold since the start or the last LATENCY RESET.\n");
        }
        monitor.events().forEach((name, series) -> {
            text.append(name).append(": ").append(series.size()).append(" samples, the slowest of all took ");
            text.append(series.worstMillis())
                    .append(" ms. ")
                    .append(advice(name))
                    .append('\n');
        });
        verbatim(call, text);
    }

    private static String advice(String event) {
        return switch (event) {
            case "log-sync" ->
                "The disk is slow at times: look for what else writes to it; 'sync thread' keeps reads going.";
            case "compaction-slice" -> "Slices are made to take 0.4 ms: the machine lacks processor time.";
            default -> "SLOWLOG GET shows which commands take their time.";
        };
    }

    /** Redis' sparkline in short: one column a sample, as high as its part of the range, with its age below. */
    private void graph(Call call) {
        String name = call.arg(2).toString();
        Series series = monitor.events().get(name);
        if (series == null) {
            call.error("ERR No samples available for event '" + Errors.shown(call.arg(2)) + "'");
            return;
        }
        long high = 0;
        long low = Long.MAX_VALUE;
        for (int i = 0; i < series.size(); i++) {
            high = Math.max(high, series.millis(i));
            low = Math.min(low, series.millis(i));
        }
        StringBuilder text = new StringBuilder(name + " - high " + high + " ms, low " + low + " ms (all time high "
                + series.worstMillis() + " ms)\n" + RULE + "\n");
        for (int row = GRAPH_ROWS; row > 0; row--) {
            for (int i = 0; i < series.size(); i++) {
                long height = high == low ? 1 : 1 + (series.millis(i) - low) * (GRAPH_ROWS - 1) / (high - low);
                text.append(height < row ? ' ' : height == row ? '_' : '|');
            }
            text.append('\n');
        }
        text.append("oldest ")
                .append(call.now() / 1000 - series.second(0))
                .append(" s ago, newest ")
                .append(call.now() / 1000 - series.second(series.size() - 1))
                .append(" s ago\n");
        verbatim(call, text);
    }

    private static void verbatim(Call call, StringBuilder text) {
        call.reply().verbatim("txt", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    // ---- histograms

    private void histogram(Call call) {
        List<Command> found = new ArrayList<>();
        if (call.count() == 2) {
            table.all().forEach(command -> addUsed(command, found));
        }
        for (int i = 2; i < call.count(); i++) {
            Command command = table.byName(call.arg(i).toString());
            if (command != null) {
                addUsed(command, found);
            }
        }
        call.reply().map(found.size());
        for (Command command : found) {
            call.reply().bulk(command.fullName());
            writeHistogram(call.reply(), command.stats().latencies());
        }
    }

    private static void addUsed(Command command, List<Command> found) {
        if (command.stats().latencies() != null) {
            found.add(command);
        }
        command.subcommands().forEach(subcommand -> addUsed(subcommand, found));
    }

    private static void writeHistogram(ReplyWriter reply, LatencyHistogram latencies) {
        List<Long> pairs = new ArrayList<>();
        long before = 0;
        for (int power = 0; power <= LatencyHistogram.POWERS; power++) {
            long count = latencies.countUpToPower(power);
            if (count > before) {
                pairs.add((LatencyHistogram.SMALLEST_NANOS << power) / 1000);
                pairs.add(count);
            }
            before = count;
        }
        reply.map(2);
        reply.bulk("calls");
        reply.integer(latencies.count());
        reply.bulk("histogram_usec");
        reply.map(pairs.size() / 2);
        pairs.forEach(reply::integer);
    }

    private static final String[] HELP = {
        "DOCTOR",
        "    Return a human readable latency analysis report.",
        "GRAPH <event>",
        "    Return an ASCII latency graph for the <event> class.",
        "HISTORY <event>",
        "    Return time-latency samples for the <event> class.",
        "LATEST",
        "    Return the latest latency samples for all events.",
        "RESET [<event> ...]",
        "    Reset latency data of one or more <event> classes.",
        "    (default: reset all data for all event classes)",
        "HISTOGRAM [COMMAND ...]",
        "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
        "    If no commands are specified then all histograms are replied.",
    };
}
