package io.clouddragon.server.acl;

import io.clouddragon.server.config.ConfigLine;
import java.util.ArrayList;
import java.util.List;

/** From the words of a command or line to rules, and of a selector to its rules. */
final class RuleWords {
    private RuleWords() {}

    /**
     * Joins what belongs together: a selector {@code (+get ~a*)} may come as one word or as several.
     *
     * @throws InvalidRuleException when a parenthesis is not closed
     */
    static List<String> merge(List<String> words) throws InvalidRuleException {
        List<String> rules = new ArrayList<>();
        StringBuilder open = null;
        String begin = null;
        for (String word : words) {
            boolean closes = word.endsWith(")");
            if (word.startsWith("(") && !closes) {
                begin = word;
                open = new StringBuilder(word);
            } else if (open != null) {
                open.append(' ').append(Words.upToNul(word));
                if (closes) {
                    rules.add(open.toString());
                    open = null;
                }
            } else {
                rules.add(word);
            }
        }
        if (open != null) {
            throw new InvalidRuleException(
                    "Unmatched parenthesis in acl selector starting at '" + Words.shown(begin) + "'.");
        }
        return rules;
    }

    /** The rules inside of a selector's parentheses; none when a quote is not closed. */
    static List<String> split(String inner) {
        List<String> rules = ConfigLine.split(Words.upToNul(inner));
        return rules == null ? List.of() : rules;
    }
}
