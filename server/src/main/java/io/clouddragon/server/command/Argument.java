package io.clouddragon.server.command;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One argument in a command's declaration: from it follow arity, key positions and what COMMAND DOCS (and so redis-cli's
 * completion) tells. Immutable.
 *
 * @param name as the documentation calls it
 * @param type word of COMMAND DOCS: key, string, integer, double, pattern, unix-time, pure-token, oneof, block
 * @param token the word that must stand before the value (or is all there is of a pure token); null for none
 * @param optional may be left out
 * @param multiple may be repeated
 * @param multipleToken the token is repeated with it
 * @param keyFlags for a key: how it is used
 * @param members of a block or oneof
 * @param since version of Redis that brought it, where later than the command; null for none
 */
public record Argument(
        String name,
        String type,
        String token,
        boolean optional,
        boolean multiple,
        boolean multipleToken,
        Set<KeyFlag> keyFlags,
        List<Argument> members,
        String since) {

    private static Argument simple(String name, String type) {
        return new Argument(name, type, null, false, false, false, Set.of(), List.of(), null);
    }

    public static Argument key(String name, KeyFlag... flags) {
        return new Argument(name, "key", null, false, false, false, Set.of(flags), List.of(), null);
    }

    public static Argument string(String name) {
        return simple(name, "string");
    }

    public static Argument integer(String name) {
        return simple(name, "integer");
    }

    /** A floating-point number. */
    public static Argument number(String name) {
        return simple(name, "double");
    }

    public static Argument pattern(String name) {
        return simple(name, "pattern");
    }

    public static Argument unixTime(String name) {
        return simple(name, "unix-time");
    }

    /** A word that stands for itself. */
    public static Argument word(String token) {
        return word(token.toLowerCase(Locale.ROOT), token);
    }

    public static Argument word(String name, String token) {
        return new Argument(name, "pure-token", token, false, false, false, Set.of(), List.of(), null);
    }

    public static Argument oneOf(String name, Argument... members) {
        return new Argument(name, "oneof", null, false, false, false, Set.of(), List.of(members), null);
    }

    public static Argument block(String name, Argument... members) {
        return new Argument(name, "block", null, false, false, false, Set.of(), List.of(members), null);
    }

    /** With this word before the value. */
    public Argument after(String newToken) {
        return new Argument(name, type, newToken, optional, multiple, multipleToken, keyFlags, members, since);
    }

    public Argument maybe() {
        return new Argument(name, type, token, true, multiple, multipleToken, keyFlags, members, since);
    }

    public Argument many() {
        return new Argument(name, type, token, optional, true, multipleToken, keyFlags, members, since);
    }

    public Argument manyTokens() {
        return new Argument(name, type, token, optional, true, true, keyFlags, members, since);
    }

    /** Brought by that version of Redis. */
    public Argument since(String version) {
        return new Argument(name, type, token, optional, multiple, multipleToken, keyFlags, members, version);
    }

    public boolean isKey() {
        return type.equals("key");
    }

    /** Fewest words that it takes. */
    int minimumWords() {
        if (optional) {
            return 0;
        }
        int words = token != null && !type.equals("pure-token") ? 1 : 0;
        return words
                + switch (type) {
                    case "block" ->
                        members.stream().mapToInt(Argument::minimumWords).sum();
                    case "oneof" ->
                        members.stream().mapToInt(Argument::minimumWords).min().orElse(0);
                    default -> 1;
                };
    }

    /** Whether it always takes the same number of words. */
    boolean isFixed() {
        if (optional || multiple) {
            return false;
        }
        if (type.equals("oneof")) {
            return members.stream().allMatch(Argument::isFixed)
                    && members.stream()
                                    .mapToInt(Argument::minimumWords)
                                    .distinct()
                                    .count()
                            <= 1;
        }
        return members.stream().allMatch(Argument::isFixed);
    }
}
