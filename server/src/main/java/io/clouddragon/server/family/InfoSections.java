package io.clouddragon.server.family;

import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.script.EvalScripts;
import io.clouddragon.server.script.FunctionLibraries;
import io.clouddragon.storage.engine.Compaction;
import io.clouddragon.storage.engine.Engine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Sections of INFO about the server as a whole, with the names that Redis 7.0 has. Values are true: what does not exist
 * here (replicas, a child process) has the value that Redis shows when it is not in use; memory of data is the engine's
 * own count, because a Java heap's use says more about its collector than about its data.
 */
final class InfoSections {
    private static final int RUN_ID_BYTES = 20;

    private final ServerContext context;
    private final Settings settings;
    private final Engine engine;
    private final Sessions sessions;
    private final long startMillis = System.currentTimeMillis();
    private final String runId = randomId();
    private final String replicationId = randomId();

    InfoSections(ServerContext context) {
        this.context = context;
        this.settings = context.settings();
        this.engine = context.loop().engine();
        this.sessions = context.sessions();
    }

    private static String randomId() {
        byte[] bytes = new byte[RUN_ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    void server(InfoText text) {
        long now = engine.wallMillis();
        long upSeconds = Math.max(0, now - startMillis) / 1000;
        Runtime.Version java = Runtime.version();
        text.section("Server")
                .add("redis_version", ConnectionCommands.REDIS_VERSION)
                .add("redis_git_sha1", "00000000")
                .add("redis_git_dirty", 0)
                .add("redis_build_id", "0")
                .add("redis_mode", "standalone")
                .add("server_name", "cloud-dragon")
                .add("dragon_version", version())
                .add(
                        "os",
                        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                                + System.getProperty("os.arch"))
                .add("arch_bits", 64)
                .add("monotonic_clock", "System.nanoTime")
                .add("multiplexing_api", context.transport())
                .add("java_version", java.toString())
                .add("process_id", ProcessHandle.current().pid())
                .add("process_supervised", "no")
                .add("run_id", runId)
                .add("tcp_port", settings.port())
                .add("http_port", settings.httpPort())
                .add("server_time_usec", now * 1000)
                .add("uptime_in_seconds", upSeconds)
                .add("uptime_in_days", upSeconds / 86_400)
                .add("hz", settings.number(Setting.HZ))
                .add("configured_hz", settings.number(Setting.HZ))
                .add("lru_clock", now / 1000 & 0xFFFFFF)
                .add("executable", ProcessHandle.current().info().command().orElse(""))
                .add("config_file", settings.filePath())
                .add("io_threads_active", 0);
    }

    static String version() {
        String version = InfoSections.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    void clients(InfoText text) {
        int maxInput = 0;
        long maxOutput = 0;
        for (Session session : sessions.all()) {
            maxInput = Math.max(maxInput, session.connection().queryBytes());
            maxOutput = Math.max(maxOutput, session.connection().outputBytes());
        }
        text.section("Clients")
                .add("connected_clients", sessions.count())
                .add("cluster_connections", 0)
                .add("maxclients", settings.maxclients())
                .add("client_recent_max_input_buffer", maxInput)
                .add("client_recent_max_output_buffer", maxOutput)
                .add("blocked_clients", sessions.blocked())
                .add("tracking_clients", context.tracking().clients())
                .addZeros("clients_in_timeout_table");
    }

    void memory(InfoText text) {
        long data = context.dataBytes();
        long overhead = context.overheadBytes();
        long resident = ProcessFigures.residentBytes();
        long peak = Math.max(data, context.rates().peakBytes());
        EvalScripts scripts = context.scripting().scripts();
        FunctionLibraries functions = context.scripting().functions();
        long vmOfScripts = scripts.interpreterBytes();
        Runtime heap = Runtime.getRuntime();
        long heapUsed = heap.totalMemory() - heap.freeMemory();
        text.section("Memory")
                .addBytes("used_memory", data)
                .addBytes("used_memory_rss", resident)
                .addBytes("used_memory_peak", peak)
                .add("used_memory_peak_perc", percent(data, peak))
                .add("used_memory_overhead", overhead)
                .add("used_memory_startup", 0)
                .add("used_memory_dataset", data - overhead)
                .add("used_memory_dataset_perc", percent(data - overhead, data))
                .add("allocator_allocated", heapUsed)
                .add("allocator_active", heap.totalMemory())
                .add("allocator_resident", resident)
                .addBytes("total_system_memory", ProcessFigures.physicalMemoryBytes())
                .addBytes("used_memory_lua", vmOfScripts)
                .add("used_memory_vm_eval", vmOfScripts)
                .add("used_memory_scripts_eval", scripts.cacheBytes())
                .add("number_of_cached_scripts", scripts.count())
                .add("number_of_functions", functions.functionCount())
                .add("number_of_libraries", functions.libraries().size())
                .add("used_memory_vm_functions", functions.interpreterBytes())
                .addBytes("used_memory_vm_total", vmOfScripts + functions.interpreterBytes())
                .add("used_memory_functions", functions.codeBytes())
                .addBytes("used_memory_scripts", scripts.cacheBytes() + functions.codeBytes())
                .addBytes("maxmemory", settings.maxmemoryBytes())
                .add("maxmemory_policy", settings.text(Setting.MAXMEMORY_POLICY))
                .addDecimal("allocator_frag_ratio", ratio(heap.totalMemory(), heapUsed))
                .add("allocator_frag_bytes", heap.totalMemory() - heapUsed)
                .addDecimal("allocator_rss_ratio", ratio(resident, heap.totalMemory()))
                .add("allocator_rss_bytes", resident - heap.totalMemory())
                .addDecimal("rss_overhead_ratio", 1)
                .add("rss_overhead_bytes", 0)
                .addDecimal("mem_fragmentation_ratio", ratio(resident, data))
                .add("mem_fragmentation_bytes", resident - data)
                .addZeros("mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers")
                .addZeros("mem_clients_slaves")
                .add("mem_clients_normal", clientBytes(sessions))
                .addZeros("mem_cluster_links", "mem_aof_buffer")
                .add(
                        "mem_allocator",
                        "java-" + ManagementFactory.getRuntimeMXBean().getVmVersion())
                .addZeros("active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects")
                .add("jvm_heap_used", heapUsed)
                .add("jvm_heap_max", heap.maxMemory());
    }

    static long clientBytes(Sessions sessions) {
        long bytes = 0;
        for (Session session : sessions.all()) {
            bytes += ClientLine.totalBytes(session, 0);
        }
        return bytes;
    }

    private static double ratio(long value, long of) {
        return of <= 0 ? 0 : (double) value / of;
    }

    private static String percent(long part, long of) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * ratio(part, of));
    }

    void persistence(InfoText text) {
        Compaction compaction = context.loop().compaction();
        boolean running = compaction.isRunning();
        long seconds = running ? compaction.runningMillis() / 1000 : -1;
        long lastSeconds = compaction.lastDurationMillis() < 0 ? -1 : compaction.lastDurationMillis() / 1000;
        String last = compaction.lastSucceeded() ? "ok" : "err";
        text.section("Persistence")
                .addZeros("loading", "async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age")
                .addDecimal("current_fork_perc", compaction.progress() * 100)
                .add("current_save_keys_processed", compaction.entriesWritten())
                .add("current_save_keys_total", compaction.entriesTotal())
                .add("rdb_changes_since_last_save", engine.revision() - compaction.lastRevision())
                .add("rdb_bgsave_in_progress", running)
                .add("rdb_last_save_time", compaction.lastFinishedWallMillis() / 1000)
                .add("rdb_last_bgsave_status", last)
                .add("rdb_last_bgsave_time_sec", lastSeconds)
                .add("rdb_current_bgsave_time_sec", seconds)
                .add("rdb_saves", compaction.completed())
                .addZeros("rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded")
                .add("aof_enabled", 1)
                .add("aof_rewrite_in_progress", running)
                .add("aof_rewrite_scheduled", 0)
                .add("aof_last_rewrite_time_sec", lastSeconds)
                .add("aof_current_rewrite_time_sec", seconds)
                .add("aof_last_bgrewrite_status", last)
                .add("aof_rewrites", compaction.completed())
                .add("aof_rewrites_consecutive_failures", compaction.lastSucceeded() ? 0 : 1)
                .add("aof_last_write_status", context.loop().hasFailed() ? "err" : "ok")
                .add("aof_last_cow_size", 0)
                .addZeros("module_fork_in_progress", "module_fork_last_cow_size")
                .add(
                        "aof_current_size",
                        engine.log().bytesSinceSnapshot() + engine.log().snapshotBytes())
                .add("aof_base_size", engine.log().snapshotBytes())
                .addZeros("aof_pending_rewrite", "aof_buffer_length", "aof_pending_bio_fsync", "aof_delayed_fsync");
    }

    void replication(InfoText text) {
        text.section("Replication")
                .add("role", "master")
                .add("connected_slaves", 0)
                .add("master_failover_state", "no-failover")
                .add("master_replid", replicationId)
                .add("master_replid2", "0".repeat(2 * RUN_ID_BYTES))
                .add("master_repl_offset", 0)
                .add("second_repl_offset", -1)
                .addZeros("repl_backlog_active", "repl_backlog_size")
                .addZeros("repl_backlog_first_byte_offset", "repl_backlog_histlen");
    }

    void cpu(InfoText text) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double mainUser = threads.getCurrentThreadUserTime() / 1e9;
        double mainSystem = threads.getCurrentThreadCpuTime() / 1e9 - mainUser;
        text.section("CPU")
                .add("used_cpu_sys", seconds(ProcessFigures.systemSeconds()))
                .add("used_cpu_user", seconds(ProcessFigures.userSeconds()))
                .add("used_cpu_sys_children", seconds(0))
                .add("used_cpu_user_children", seconds(0))
                .add("used_cpu_sys_main_thread", seconds(mainSystem))
                .add("used_cpu_user_main_thread", seconds(mainUser));
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.6f", Math.max(0, value));
    }
}
