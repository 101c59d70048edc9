package io.clouddragon.server.acl;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A set of rights that hold together: a command is allowed when one selector of the user grants the command, all of its keys
 * and all of its channels.
 */
public final class Selector {
    private final Policy policy;
    private CommandRights commands;
    /** By text, in the order in which they were given. */
    private final Map<String, KeyPattern> keys = new LinkedHashMap<>();

    private final Set<String> channels = new LinkedHashSet<>();
    private boolean allKeys;
    private boolean allChannels;

    /** One that grants nothing but, where that is the policy, all channels. */
    Selector(Policy policy) {
        this.policy = policy;
        this.commands = new CommandRights(policy.catalogue());
        this.allChannels = policy.allChannelsAtFirst();
    }

    Selector copy() {
        Selector copy = new Selector(policy);
        copy.commands = commands.copy();
        copy.keys.putAll(keys);
        copy.channels.addAll(channels);
        copy.allKeys = allKeys;
        copy.allChannels = allChannels;
        return copy;
    }

    // ---- rights

    boolean isUnrestricted() {
        return commands.isAll() && allKeys && allChannels;
    }

    public boolean allows(Governed command) {
        return commands.allows(command);
    }

    /** Whether a command is granted only together with certain words behind its name. */
    public boolean asksForFirstWord(Governed command) {
        return commands.hasFirstWords(command);
    }

    public boolean allowsWith(Governed command, Bytes firstWord) {
        return commands.allowsWith(command, Words.of(firstWord));
    }

    public boolean allowsAllChannels() {
        return allChannels;
    }

    /** Neither to read nor to write: its existence is asked for. */
    public boolean allowsKey(Bytes key, boolean toRead, boolean toWrite) {
        return allKeys || keys.values().stream().anyMatch(pattern -> pattern.allows(key, toRead, toWrite));
    }

    /** Whether every key there may be is allowed: all keys, or the pattern {@code *} with these rights. */
    public boolean allowsAnyKey(boolean toRead, boolean toWrite) {
        KeyPattern any = keys.get("*");
        return allKeys || any != null && (any.reads() || !toRead) && (any.writes() || !toWrite);
    }

    public boolean allowsChannel(Bytes channel) {
        return allChannels || channels.stream().anyMatch(granted -> Glob.matches(Words.bytes(granted), channel));
    }

    /** A pattern of channels to subscribe to is allowed when it was granted in the same words. */
    public boolean allowsChannelPattern(Bytes pattern) {
        return allChannels || channels.contains(Words.of(pattern));
    }

    // ---- rules

    void apply(String rule) throws InvalidRuleException {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "allkeys", "~*" -> setAllKeys(true);
            case "resetkeys" -> setAllKeys(false);
            case "allchannels", "&*" -> setAllChannels(true);
            case "resetchannels" -> setAllChannels(false);
            case "allcommands", "+@all" -> commands.grantAll();
            case "nocommands", "-@all" -> commands.denyAll();
            default -> applyWithOperand(rule);
        }
    }

    private void applyWithOperand(String rule) throws InvalidRuleException {
        String operand = rule.substring(1);
        switch (rule.charAt(0)) {
            case '~' -> addKeys(new KeyPattern(operand, true, true));
            case '%' -> addKeys(patternWithRights(rule));
            case '&' -> addChannels(operand);
            case '+', '-' -> applyToCommands(rule.charAt(0) == '+', operand);
            default -> throw new InvalidRuleException(InvalidRuleException.SYNTAX);
        }
    }

    private void setAllKeys(boolean all) {
        allKeys = all;
        keys.clear();
    }

    private void setAllChannels(boolean all) {
        allChannels = all;
        channels.clear();
    }

    /** {@code %R~pattern}, {@code %W~pattern}, {@code %RW~pattern}; without a tilde the pattern is empty. */
    private KeyPattern patternWithRights(String rule) throws InvalidRuleException {
        if (allKeys) {
            throw new InvalidRuleException(InvalidRuleException.AFTER_ALL_KEYS);
        }
        int tilde = rule.indexOf('~');
        int end = tilde < 0 ? rule.length() : tilde;
        String pattern = rule.substring(Math.min(end + 1, rule.length()));
        return switch (rule.substring(1, end).toUpperCase(Locale.ROOT)) {
            case "R" -> new KeyPattern(pattern, true, false);
            case "W" -> new KeyPattern(pattern, false, true);
            case "RW", "WR" -> new KeyPattern(pattern, true, true);
            default -> throw new InvalidRuleException(InvalidRuleException.SYNTAX);
        };
    }

    private void addKeys(KeyPattern added) throws InvalidRuleException {
        if (allKeys) {
            throw new InvalidRuleException(InvalidRuleException.AFTER_ALL_KEYS);
        }
        if (Words.hasBlanks(added.text())) {
            throw new InvalidRuleException(InvalidRuleException.SYNTAX);
        }
        keys.merge(added.text(), added, KeyPattern::or);
    }

    private void addChannels(String pattern) throws InvalidRuleException {
        if (allChannels) {
            throw new InvalidRuleException(InvalidRuleException.AFTER_ALL_CHANNELS);
        }
        if (Words.hasBlanks(pattern)) {
            throw new InvalidRuleException(InvalidRuleException.SYNTAX);
        }
        channels.add(pattern);
    }

    private void applyToCommands(boolean allow, String operand) throws InvalidRuleException {
        boolean known;
        if (operand.startsWith("@")) {
            known = commands.setCategory(operand.substring(1), allow);
        } else {
            int bar = operand.lastIndexOf('|');
            known = allow && bar >= 0 ? grantPart(operand, bar) : setNamed(operand, allow);
        }
        if (!known) {
            throw new InvalidRuleException(InvalidRuleException.UNKNOWN);
        }
    }

    private boolean setNamed(String fullName, boolean allow) {
        Governed command = policy.catalogue().named(fullName);
        if (command != null) {
            commands.set(command, allow);
        }
        return command != null;
    }

    /** {@code config|get}, or {@code select|0}: a word of a command that has no subcommands. */
    private boolean grantPart(String operand, int bar) throws InvalidRuleException {
        Governed command = policy.catalogue().named(operand.substring(0, bar));
        if (command == null) {
            return false;
        }
        if (command.parent() != null) {
            throw new InvalidRuleException(InvalidRuleException.WORD_OF_SUBCOMMAND);
        }
        String word = operand.substring(bar + 1);
        if (word.isEmpty() || Words.hasBlanks(word)) {
            throw new InvalidRuleException(InvalidRuleException.SYNTAX);
        }
        if (!command.subcommands().isEmpty()) {
            return setNamed(operand, true);
        }
        commands.grantWith(command, word);
        return true;
    }

    // ---- description

    public String describeCommands() {
        return commands.describe();
    }

    public String describeKeys() {
        return allKeys ? "~*" : keys.values().stream().map(KeyPattern::rule).collect(Collectors.joining(" "));
    }

    public String describeChannels() {
        return allChannels
                ? "&*"
                : channels.stream().map(channel -> "&" + channel).collect(Collectors.joining(" "));
    }

    /** Rules that make an empty selector equal to this one. */
    String describe() {
        StringBuilder rules = new StringBuilder();
        append(rules, describeKeys());
        append(rules, allChannels ? "" : "resetchannels");
        append(rules, describeChannels());
        append(rules, describeCommands());
        return rules.toString();
    }

    private static void append(StringBuilder rules, String more) {
        if (!more.isEmpty()) {
            rules.append(rules.length() == 0 ? "" : " ").append(more);
        }
    }
}
