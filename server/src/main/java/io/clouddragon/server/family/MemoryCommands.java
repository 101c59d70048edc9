package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.engine.Database;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** MEMORY. Memory of data is the engine's own count; "the allocator" is the Java heap. */
final class MemoryCommands {
    /** What a key takes in the table itself: one reference, at the load that the table keeps. */
    private static final int TABLE_BYTES_PER_KEY = 8;

    private static final int PERCENT = 100;

    private final ServerContext context;

    MemoryCommands(ServerContext context) {
        this.context = context;
    }

    void declare(CommandTable table) {
        String[] tips = {"nondeterministic_output", "request_policy:all_shards", "response_policy:special"};
        Command memory = table.container("MEMORY")
                .group(Group.SERVER)
                .summary("A container for memory diagnostics commands")
                .since("4.0.0")
                .complexity("Depends on subcommand.");
        memory.subcommand("DOCTOR", this::doctor)
                .summary("Outputs memory problems report")
                .complexity("O(1)")
                .tips(tips);
        memory.subcommand("MALLOC-STATS", MemoryCommands::mallocStats)
                .summary("Show allocator internal stats")
                .complexity("Depends on how much memory is allocated, could be slow")
                .tips(tips);
        memory.subcommand("PURGE", MemoryCommands::purge)
                .summary("Ask the allocator to release memory")
                .complexity("Depends on how much memory is allocated, could be slow")
                .tips("request_policy:all_shards", "response_policy:all_succeeded");
        memory.subcommand("STATS", this::stats)
                .summary("Show memory usage details")
                .complexity("O(1)")
                .tips(tips);
        memory.subcommand("USAGE", MemoryCommands::usage)
                .summary("Estimate the memory usage of a key")
                .complexity("O(N) where N is the number of samples.")
                .flags(Flag.READONLY)
                .args(key("key", KeyFlag.RO), integer("count").after("SAMPLES").maybe());
        Help.declare(memory, "4.0.0", HELP);
    }

    /** Entries know their size, so that there is nothing to sample; the option is checked and has no effect. */
    private static void usage(Call call) {
        for (int i = 3; i < call.count(); i += 2) {
            if (!call.isWord(i, "SAMPLES") || i + 1 == call.count()) {
                call.syntaxError();
                return;
            }
            if (!call.integer(i + 1)) {
                return;
            }
            if (call.number() < 0) {
                call.syntaxError();
                return;
            }
        }
        if (call.tx().peek(call.db(), call.arg(2), call.entry())) {
            call.reply().integer(call.entry().memoryBytes() + TABLE_BYTES_PER_KEY);
        } else {
            call.reply().nullBulk();
        }
    }

    private void stats(Call call) {
        List<Database> databases = context.loop().engine().databases().existing();
        databases.removeIf(database -> database.size() == 0);
        long keys = databases.stream().mapToLong(Database::size).sum();
        long data = context.dataBytes();
        long overhead = context.overheadBytes();
        long clients = InfoSections.clientBytes(context.sessions());
        long peak = Math.max(data, context.rates().peakBytes());
        long resident = ProcessFigures.residentBytes();
        Runtime heap = Runtime.getRuntime();
        long used = heap.totalMemory() - heap.freeMemory();
        ReplyWriter reply = call.reply();
        reply.map(27 + databases.size());
        pair(reply, "peak.allocated", peak);
        pair(reply, "total.allocated", data);
        pair(reply, "startup.allocated", 0);
        pair(reply, "replication.backlog", 0);
        pair(reply, "clients.slaves", 0);
        pair(reply, "clients.normal", clients);
        pair(reply, "cluster.links", 0);
        pair(reply, "aof.buffer", 0);
        pair(reply, "lua.caches", context.scripting().scripts().cacheBytes());
        pair(reply, "functions.caches", 0);
        for (Database database : databases) {
            reply.bulk("db." + database.name());
            reply.map(3);
            pair(reply, "overhead.hashtable.main", database.tableBytes());
            pair(reply, "overhead.hashtable.expires", 0);
            pair(reply, "overhead.hashtable.slot-to-keys", 0);
        }
        // What is queued is in both.
        pair(reply, "overhead.total", overhead + clients - context.sessions().queuedBytes());
        pair(reply, "keys.count", keys);
        pair(reply, "keys.bytes-per-key", keys == 0 ? 0 : data / keys);
        pair(reply, "dataset.bytes", data - overhead);
        ratio(reply, "dataset.percentage", PERCENT * (data - overhead), data);
        ratio(reply, "peak.percentage", PERCENT * data, peak);
        pair(reply, "allocator.allocated", used);
        pair(reply, "allocator.active", heap.totalMemory());
        pair(reply, "allocator.resident", resident);
        ratio(reply, "allocator-fragmentation.ratio", heap.totalMemory(), used);
        pair(reply, "allocator-fragmentation.bytes", heap.totalMemory() - used);
        ratio(reply, "allocator-rss.ratio", resident, heap.totalMemory());
        pair(reply, "allocator-rss.bytes", resident - heap.totalMemory());
        ratio(reply, "rss-overhead.ratio", 1, 1);
        pair(reply, "rss-overhead.bytes", 0);
        ratio(reply, "fragmentation", resident, data);
        pair(reply, "fragmentation.bytes", resident - data);
    }

    private static void pair(ReplyWriter reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private static void ratio(ReplyWriter reply, String name, long value, long of) {
        reply.bulk(name);
        reply.doubleValue(of == 0 ? 0 : (double) value / of);
    }

    private void doctor(Call call) {
        long data = context.dataBytes();
        long most = context.settings().maxmemoryBytes();
        String text = "Data takes " + InfoText.human(data) + " of the " + InfoText.human(most)
                + " that it may take (maxmemory). ";
        text += data > most
                ? "Writes that need more are refused with OOM: delete keys, raise maxmemory, or give the JVM a larger heap."
                : data > most / 10 * 9
                        ? "Little is left before writes are refused."
                        : "There is nothing to complain of.";
        verbatim(call, text + "\n");
    }

    private static void mallocStats(Call call) {
        StringBuilder text = new StringBuilder();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            text.append(pool.getName()).append(": ").append(pool.getUsage()).append('\n');
        }
        verbatim(call, text.toString());
    }

    /** Not on the event loop: a full collection of a big heap takes its time. */
    private static void purge(Call call) {
        CompletableFuture.runAsync(System::gc);
        call.reply().ok();
    }

    private static void verbatim(Call call, String text) {
        call.reply().verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }

    private static final String[] HELP = {
        "DOCTOR",
        "    Return memory problems reports.",
        "MALLOC-STATS",
        "    Return internal statistics report from the memory allocator.",
        "PURGE",
        "    Attempt to purge dirty pages for reclamation by the allocator.",
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all).",
    };
}
