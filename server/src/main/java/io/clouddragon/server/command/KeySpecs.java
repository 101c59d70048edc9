package io.clouddragon.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Derives where keys stand from the declared arguments. */
final class KeySpecs {
    private KeySpecs() {}

    /** @param position of the first argument among the words */
    static List<KeySpec> of(List<Argument> arguments, int position) {
        List<KeySpec> specs = new ArrayList<>();
        int at = position;
        int after = trailingWords(arguments);
        for (Argument argument : arguments) {
            if (argument.isKey() && argument.token() == null) {
                specs.add(new KeySpec(argument.keyFlags(), at, argument.multiple() ? -1 - after : 0, 1, false));
            } else if (argument.type().equals("block") && argument.token() == null && !argument.optional()) {
                Argument first = argument.members().get(0);
                if (first.isKey()) {
                    int last = argument.multiple() ? -1 - after : 0;
                    specs.add(new KeySpec(first.keyFlags(), at, last, argument.minimumWords(), false));
                }
            }
            if (!argument.isFixed()) {
                // Whatever comes behind has no fixed place.
                break;
            }
            at += argument.minimumWords();
        }
        return specs;
    }

    /**
     * The one range that says it all to clients older than key specifications (populateCommandLegacyRangeSpec): a single
     * range as it stands; several that adjoin, word for word, as one; else none.
     *
     * @return null for none
     */
    static KeySpec legacyRange(List<KeySpec> specs) {
        if (specs.size() == 1 && !specs.get(0).counted()) {
            return specs.get(0);
        }
        int first = 0;
        int last = 0;
        for (KeySpec spec : specs) {
            if (spec.counted() || spec.isUnknown()) {
                continue;
            }
            if (spec.step() != 1 || last != 0 && last != spec.first() - 1) {
                return null;
            }
            first = first == 0 ? spec.first() : first;
            last = spec.last() < 0 ? spec.last() : spec.first() + spec.last();
        }
        return first == 0 ? null : new KeySpec(Set.of(), first, last < 0 ? last : last - first, 1, false);
    }

    /** Words that are always there behind the repeated argument: the timeout of a blocking command. */
    private static int trailingWords(List<Argument> arguments) {
        int words = 0;
        for (int i = arguments.size() - 1; i >= 0; i--) {
            Argument argument = arguments.get(i);
            if (!argument.isFixed()) {
                return argument.multiple() ? words : 0;
            }
            words += argument.minimumWords();
        }
        return 0;
    }
}
