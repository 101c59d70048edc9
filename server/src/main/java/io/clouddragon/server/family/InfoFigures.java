package io.clouddragon.server.family;

import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandStats;
import io.clouddragon.server.command.LatencyHistogram;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.pubsub.Topic;
import io.clouddragon.server.stats.Rates;
import io.clouddragon.storage.engine.Compaction;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineStats;
import io.clouddragon.storage.log.Log;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/** Sections of INFO that count what has been done, and {@code # Dragon}: what Redis has no name for. */
final class InfoFigures {
    private final ServerContext context;
    private final EngineLoop loop;
    private final Engine engine;

    InfoFigures(ServerContext context) {
        this.context = context;
        this.loop = context.loop();
        this.engine = loop.engine();
    }

    void stats(InfoText text) {
        Sessions sessions = context.sessions();
        Rates rates = context.rates();
        EngineStats stats = engine.stats();
        CommandExecutor executor = context.executor();
        text.section("Stats")
                .add("total_connections_received", sessions.connectionsReceived())
                .add("total_commands_processed", executor.executed())
                .add("instantaneous_ops_per_sec", Math.round(rates.commandsPerSecond()))
                .add("total_net_input_bytes", sessions.bytesReceived())
                .add("total_net_output_bytes", sessions.bytesSent())
                .addZeros("total_net_repl_input_bytes", "total_net_repl_output_bytes")
                .addDecimal("instantaneous_input_kbps", rates.receivedPerSecond() / 1024)
                .addDecimal("instantaneous_output_kbps", rates.sentPerSecond() / 1024)
                .addDecimal("instantaneous_input_repl_kbps", 0)
                .addDecimal("instantaneous_output_repl_kbps", 0)
                .add("rejected_connections", sessions.connectionsRejected())
                .addZeros("sync_full", "sync_partial_ok", "sync_partial_err")
                .add("expired_keys", stats.expiredKeys())
                .addDecimal("expired_stale_perc", 0)
                .addZeros("expired_time_cap_reached_count", "expire_cycle_cpu_milliseconds")
                .addZeros("evicted_keys", "evicted_clients")
                .addZeros("total_eviction_exceeded_time", "current_eviction_exceeded_time")
                .add("keyspace_hits", stats.keyspaceHits())
                .add("keyspace_misses", stats.keyspaceMisses())
                .add("pubsub_channels", context.pubsub().names(Topic.CHANNEL).size())
                .add("pubsub_patterns", context.pubsub().names(Topic.PATTERN).size())
                .add(
                        "pubsubshard_channels",
                        context.pubsub().names(Topic.SHARD_CHANNEL).size())
                .addZeros("latest_fork_usec", "total_forks", "migrate_cached_sockets", "slave_expires_tracked_keys")
                .addZeros("active_defrag_hits", "active_defrag_misses")
                .addZeros("active_defrag_key_hits", "active_defrag_key_misses")
                .addZeros("total_active_defrag_time", "current_active_defrag_time")
                .add("tracking_total_keys", context.tracking().keys())
                .add("tracking_total_items", context.tracking().items())
                .add("tracking_total_prefixes", context.tracking().prefixes())
                .add("unexpected_error_replies", 0)
                .add("total_error_replies", executor.errors().total())
                .add("dump_payload_sanitizations", 0)
                .add("total_reads_processed", sessions.reads())
                .add("total_writes_processed", sessions.writes())
                .addZeros("io_threaded_reads_processed", "io_threaded_writes_processed")
                .addZeros("reply_buffer_shrinks", "reply_buffer_expands");
    }

    void commandStats(InfoText text) {
        text.section("Commandstats");
        forEachCalled(command -> {
            CommandStats stats = command.stats();
            long micros = stats.nanos() / 1000;
            text.add(
                    "cmdstat_" + command.fullName(),
                    String.format(
                            Locale.ROOT,
                            "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                            stats.calls(),
                            micros,
                            stats.calls() == 0 ? 0 : (double) micros / stats.calls(),
                            stats.rejected(),
                            stats.failed()));
        });
    }

    void errorStats(InfoText text) {
        text.section("Errorstats");
        context.executor().errors().forEach((prefix, count) -> text.add("errorstat_" + prefix, "count=" + count));
    }

    void latencyStats(InfoText text) {
        text.section("Latencystats");
        String[] percentiles = context.settings()
                .text(Setting.LATENCY_TRACKING_INFO_PERCENTILES)
                .split(" ");
        forEachCalled(command -> {
            LatencyHistogram latencies = command.stats().latencies();
            if (latencies != null && !percentiles[0].isEmpty()) {
                text.add("latency_percentiles_usec_" + command.fullName(), percentiles(latencies, percentiles));
            }
        });
    }

    private static String percentiles(LatencyHistogram latencies, String[] percentiles) {
        StringBuilder line = new StringBuilder();
        for (String percentile : percentiles) {
            double nanos = latencies.percentileNanos(Double.parseDouble(percentile));
            line.append(line.length() == 0 ? "p" : ",p")
                    .append(percentile)
                    .append('=')
                    .append(String.format(Locale.ROOT, "%.3f", nanos / 1000));
        }
        return line.toString();
    }

    private void forEachCalled(Consumer<Command> action) {
        for (Command command : context.table().all()) {
            callIfUsed(command, action);
            command.subcommands().forEach(subcommand -> callIfUsed(subcommand, action));
        }
    }

    private static void callIfUsed(Command command, Consumer<Command> action) {
        CommandStats stats = command.stats();
        if (stats.calls() + stats.rejected() > 0) {
            action.accept(command);
        }
    }

    void keyspace(InfoText text) {
        text.section("Keyspace");
        for (Database database : engine.databases().existing()) {
            if (database.size() > 0) {
                text.add(
                        "db" + database.name(),
                        "keys=" + database.size() + ",expires=" + database.keysWithDeadline() + ",avg_ttl="
                                + database.meanTimeToLive(engine.wallMillis()));
            }
        }
    }

    void dragon(InfoText text) {
        Log log = engine.log();
        Compaction compaction = loop.compaction();
        long locks = 0;
        for (Database database : engine.databases().existing()) {
            locks += database.lockCount();
        }
        text.section("Dragon")
                .add("revision", engine.revision())
                .add("durable_revision", log.durable())
                .add("synced_revision", log.synced())
                .add("appendfsync", log.mode().name().toLowerCase(Locale.ROOT))
                .add("turns", loop.turns())
                .add("syncs", loop.syncs())
                .addDecimal("mean_sync_usec", loop.averageSyncNanos() / 1000.0)
                .add("sync_on_thread", loop.syncsOnThread())
                .add("writes_refused", context.executor().refusalOfWrites(true) != null)
                .add("databases", engine.databases().existing().size())
                .add("locks_held", locks)
                .add("locks_granted", engine.stats().grantedLocks())
                .add("locks_expired", engine.stats().expiredLocks())
                .add("waiters", engine.parkedWaiters())
                .add("compaction_in_progress", compaction.isRunning())
                .addDecimal("compaction_progress", compaction.progress())
                .add("compactions", compaction.completed())
                .add("compaction_last_millis", compaction.lastDurationMillis())
                .add("compaction_longest_slice_usec", compaction.longestSliceNanos() / 1000)
                .add("compaction_longest_slice_cpu_usec", compaction.longestSliceCpuNanos() / 1000)
                .add("log_bytes_since_snapshot", log.bytesSinceSnapshot())
                .add("snapshot_bytes", log.snapshotBytes())
                .add("disk_bytes", diskBytes(log))
                .add("peak_clients", context.sessions().peakClients());
    }

    /** -1 when the file system does not tell. */
    private static long diskBytes(Log log) {
        try {
            return log.diskBytes();
        } catch (IOException e) {
            return -1;
        }
    }
}
