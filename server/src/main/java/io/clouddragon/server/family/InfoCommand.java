package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.RawText;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * INFO: which sections were asked for, in the order in which Redis shows them; {@code # Dragon} comes last. What the
 * sections tell is in {@link InfoSections} and {@link InfoFigures}.
 */
final class InfoCommand {
    /** Shown only when asked for by name, by {@code all} or by {@code everything}. */
    private static final Set<String> NOT_BY_DEFAULT = Set.of("commandstats", "latencystats");

    private final Map<String, Consumer<InfoText>> sections = new LinkedHashMap<>();

    InfoCommand(ServerContext context) {
        InfoSections server = new InfoSections(context);
        InfoFigures figures = new InfoFigures(context);
        sections.put("server", server::server);
        sections.put("clients", server::clients);
        sections.put("memory", server::memory);
        sections.put("persistence", server::persistence);
        sections.put("stats", figures::stats);
        sections.put("replication", server::replication);
        sections.put("cpu", server::cpu);
        sections.put("modules", text -> text.section("Modules"));
        sections.put("commandstats", figures::commandStats);
        sections.put("errorstats", figures::errorStats);
        sections.put("latencystats", figures::latencyStats);
        sections.put("cluster", text -> text.section("Cluster").add("cluster_enabled", 0));
        sections.put("keyspace", figures::keyspace);
        sections.put("dragon", figures::dragon);
    }

    void declare(CommandTable table) {
        table.command("INFO", this::info)
                .group(Group.SERVER)
                .summary("Get information and statistics about the server")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.LOADING, Flag.STALE)
                .categories("dangerous")
                .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
                .args(string("section").maybe().many());
    }

    private void info(Call call) {
        Set<String> wanted = new LinkedHashSet<>();
        for (int i = 1; i < call.count(); i++) {
            wanted.addAll(named(call.arg(i).toString().toLowerCase(Locale.ROOT)));
        }
        if (call.count() == 1) {
            wanted.addAll(named("default"));
        }
        InfoText text = new InfoText();
        sections.forEach((name, section) -> {
            if (wanted.contains(name)) {
                section.accept(text);
            }
        });
        call.reply().verbatim("txt", RawText.bytes(text.toString()));
    }

    private List<String> named(String word) {
        return switch (word) {
            case "all", "everything" -> List.copyOf(sections.keySet());
            case "default" ->
                sections.keySet().stream()
                        .filter(name -> !NOT_BY_DEFAULT.contains(name))
                        .toList();
            default -> List.of(word);
        };
    }
}
