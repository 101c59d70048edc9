package io.clouddragon.server.acl;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which commands are granted, and how that is told in rules again. What a container is granted or denied, its subcommands
 * are too.
 */
final class CommandRights {
    private final Catalogue catalogue;
    /** Granting began with all commands, so that later ones count as granted: the rules begin with {@code +@all}. */
    private boolean beganWithAll;
    /** Commands of which the contrary holds. */
    private final Set<Governed> exceptions = new HashSet<>();
    /** Of commands that are not granted as a whole: first words after the name that are, in lower case and as given. */
    private final Map<Governed, Map<String, String>> firstWords = new HashMap<>();
    /** All were granted and nothing was taken away since: no need to look. */
    private boolean all;

    CommandRights(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    CommandRights copy() {
        CommandRights copy = new CommandRights(catalogue);
        copy.exceptions.addAll(exceptions);
        firstWords.forEach((command, words) -> copy.firstWords.put(command, new LinkedHashMap<>(words)));
        copy.all = all;
        copy.beganWithAll = beganWithAll;
        return copy;
    }

    boolean isAll() {
        return all;
    }

    boolean allows(Governed command) {
        return exceptions.contains(command) != beganWithAll;
    }

    /** Whether a command that is not granted as a whole is granted with this word behind its name. */
    boolean allowsWith(Governed command, String firstWord) {
        Map<String, String> words = firstWords.get(command);
        return words != null && words.containsKey(firstWord.toLowerCase(Locale.ROOT));
    }

    boolean hasFirstWords(Governed command) {
        return firstWords.containsKey(command);
    }

    // ---- changes

    void grantAll() {
        restart(true);
    }

    void denyAll() {
        restart(false);
    }

    private void restart(boolean withAll) {
        beganWithAll = withAll;
        all = withAll;
        exceptions.clear();
        firstWords.clear();
    }

    void set(Governed command, boolean allowed) {
        mark(command, allowed);
        firstWords.remove(command);
        command.subcommands().forEach(subcommand -> mark(subcommand, allowed));
    }

    private void mark(Governed command, boolean allowed) {
        if (allowed == beganWithAll) {
            exceptions.remove(command);
        } else {
            exceptions.add(command);
        }
        all &= allowed;
    }

    /** @return false when there is no such category */
    boolean setCategory(String category, boolean allowed) {
        List<Governed> commands = catalogue.inCategory(category);
        if (commands != null) {
            commands.forEach(command -> set(command, allowed));
        }
        return commands != null;
    }

    void grantWith(Governed command, String firstWord) {
        firstWords
                .computeIfAbsent(command, unused -> new LinkedHashMap<>())
                .putIfAbsent(firstWord.toLowerCase(Locale.ROOT), firstWord);
    }

    // ---- description

    /**
     * Rules that grant exactly this, found as Redis finds them (ACLDescribeSelectorCommandRules): begin with all or none,
     * apply the category that fits best as long as one fits more than it misses, then correct single commands.
     */
    String describe() {
        StringBuilder rules = new StringBuilder(beganWithAll ? "+@all" : "-@all");
        CommandRights soFar = new CommandRights(catalogue);
        if (beganWithAll) {
            soFar.grantAll();
        }
        CommandRights left = copy();
        Set<String> unused = new LinkedHashSet<>(catalogue.categories());
        for (String best = left.bestCategory(unused); best != null; best = left.bestCategory(unused)) {
            unused.remove(best);
            rules.append(beganWithAll ? " -@" : " +@").append(best);
            soFar.setCategory(best, !beganWithAll);
            left.setCategory(best, beganWithAll);
        }
        catalogue.commands().forEach(command -> correct(command, soFar, rules));
        return rules.toString();
    }

    /** The category with the fewest commands that would have to be corrected, if most of it fits; null when none does. */
    private String bestCategory(Set<String> candidates) {
        String best = null;
        int fewestWrong = Integer.MAX_VALUE;
        int mostRight = 0;
        for (String category : candidates) {
            int right = 0;
            int wrong = 0;
            for (Governed command : catalogue.inCategory(category)) {
                if (allows(command) == beganWithAll) {
                    wrong++;
                } else {
                    right++;
                }
            }
            if (right > wrong && (wrong < fewestWrong || wrong == fewestWrong && right > mostRight)) {
                best = category;
                fewestWrong = wrong;
                mostRight = right;
            }
        }
        return best;
    }

    private void correct(Governed command, CommandRights soFar, StringBuilder rules) {
        boolean wanted = allows(command);
        if (wanted != soFar.allows(command)) {
            rules.append(wanted ? " +" : " -").append(command.fullName());
            soFar.set(command, wanted);
        }
        command.subcommands().forEach(subcommand -> correct(subcommand, soFar, rules));
        if (!wanted) {
            for (String word : firstWords.getOrDefault(command, Map.of()).values()) {
                rules.append(" +").append(command.fullName()).append('|').append(word);
            }
        }
    }
}
