package io.clouddragon.server.stats;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.config.Settings;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.LoopObserver;

/**
 * Hears of everything that took time on the event loop and keeps what the slow log, the latency events and the commands'
 * histograms want of it. Allocates nothing for what is neither slow nor new. Event loop only.
 */
public final class Observer implements CommandExecutor.CommandListener, LoopObserver {
    private final Settings settings;
    private final SlowLog slowLog;
    private final LatencyMonitor latencies;

    public Observer(Settings settings, Engine engine) {
        this.settings = settings;
        this.slowLog = new SlowLog(settings);
        this.latencies = new LatencyMonitor(settings, engine::wallMillis);
    }

    @Override
    public void executed(Call call, long nanos) {
        Command command = call.command();
        if (settings.latencyTracking()) {
            command.stats().recordLatency(nanos);
        }
        if (!command.has(Flag.SKIP_SLOWLOG)) {
            slowLog.executed(call, nanos);
            latencies.took(command.has(Flag.FAST) ? "fast-command" : "command", nanos);
        }
    }

    @Override
    public void synced(long nanos) {
        latencies.took("log-sync", nanos);
    }

    @Override
    public void compactedSlice(long nanos) {
        latencies.took("compaction-slice", nanos);
    }

    public SlowLog slowLog() {
        return slowLog;
    }

    public LatencyMonitor latencies() {
        return latencies;
    }
}
