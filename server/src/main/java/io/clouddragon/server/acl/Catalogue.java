package io.clouddragon.server.acl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** All commands by name and by category, as rules name them. Indexed at the first look-up: by then all are declared. */
public final class Catalogue {
    private final Supplier<? extends Collection<? extends Governed>> commands;
    private final Map<String, Governed> byName = new HashMap<>();
    private final Map<String, List<Governed>> byCategory = new LinkedHashMap<>();

    /**
     * @param commands without subcommands, which are reached through them
     * @param categories all that there are, in the order in which they are listed
     */
    public Catalogue(Supplier<? extends Collection<? extends Governed>> commands, List<String> categories) {
        this.commands = commands;
        categories.forEach(category -> byCategory.put(category, new ArrayList<>()));
    }

    private void index() {
        if (byName.isEmpty()) {
            commands().forEach(this::add);
        }
    }

    private void add(Governed command) {
        byName.put(command.fullName(), command);
        command.categories().forEach(category -> byCategory.get(category).add(command));
        command.subcommands().forEach(this::add);
    }

    /** Without subcommands. */
    Collection<? extends Governed> commands() {
        return commands.get();
    }

    /** By full name in any letter case; null when there is none. */
    Governed named(String fullName) {
        index();
        return byName.get(fullName.toLowerCase(Locale.ROOT));
    }

    public Set<String> categories() {
        return byCategory.keySet();
    }

    /** Commands and subcommands of a category, its name in any letter case; null when there is no such category. */
    public List<Governed> inCategory(String category) {
        index();
        return byCategory.get(category.toLowerCase(Locale.ROOT));
    }
}
