package io.clouddragon.server.acl;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A user: whether it may log in and how, and what it may do then. Sessions refer to it, so a change of its rules holds for
 * their very next command. Event loop only.
 */
public final class User {
    /** What was said of RESTORE's payloads. Shown as said; every payload is checked. */
    private enum Payload {
        NOTHING_SAID,
        SANITIZE,
        SKIP
    }

    private final String name;
    private final Policy policy;
    private boolean enabled;
    private boolean nopass;
    private Payload payload = Payload.NOTHING_SAID;
    private final Set<String> passwords = new LinkedHashSet<>();
    /** The first one is the root: what the rules outside of parentheses say. */
    private List<Selector> selectors = new ArrayList<>();

    /** Whether one of the others may do everything: known, so that many rules take no more than the sum of their times. */
    private boolean othersUnrestricted;

    private boolean unrestricted;

    /** One that may not log in and has no rights. */
    User(String name, Policy policy) {
        this.name = name;
        this.policy = policy;
        selectors.add(new Selector(policy));
    }

    /** One char a byte. */
    public String name() {
        return name;
    }

    public boolean isEnabled() {
        return enabled;
    }

    /** Whether any password will do. */
    public boolean needsNoPassword() {
        return nopass;
    }

    /** Whether it may do everything: asked before every command. */
    public boolean isUnrestricted() {
        return unrestricted;
    }

    public List<Selector> selectors() {
        return selectors;
    }

    public boolean mayUseChannel(Bytes channel) {
        return selectors.stream().anyMatch(selector -> selector.allowsChannel(channel));
    }

    public boolean mayUseChannelPattern(Bytes pattern) {
        return selectors.stream().anyMatch(selector -> selector.allowsChannelPattern(pattern));
    }

    boolean accepts(Bytes password) {
        return enabled && (nopass || Passwords.isAnyOf(passwords, password));
    }

    /** Everything but the name becomes as that one's. */
    void become(User other) {
        enabled = other.enabled;
        nopass = other.nopass;
        payload = other.payload;
        passwords.clear();
        passwords.addAll(other.passwords);
        selectors = new ArrayList<>();
        other.selectors.forEach(selector -> selectors.add(selector.copy()));
        othersUnrestricted = other.othersUnrestricted;
        unrestricted = other.unrestricted;
    }

    // ---- rules

    void apply(List<String> rules) throws InvalidRuleException {
        for (String rule : rules) {
            apply(rule);
        }
    }

    void apply(String rule) throws InvalidRuleException {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "" -> {
                // As in Redis: no operation.
            }
            case "on" -> enabled = true;
            case "off" -> enabled = false;
            case "skip-sanitize-payload" -> payload = Payload.SKIP;
            case "sanitize-payload" -> payload = Payload.SANITIZE;
            case "nopass" -> resetPasswords(true);
            case "resetpass" -> resetPasswords(false);
            case "clearselectors" -> clearSelectors();
            case "reset" -> reset();
            default -> applyWithOperand(rule);
        }
        unrestricted = othersUnrestricted || selectors.get(0).isUnrestricted();
    }

    private void resetPasswords(boolean none) {
        nopass = none;
        passwords.clear();
    }

    private void clearSelectors() {
        selectors.subList(1, selectors.size()).clear();
        othersUnrestricted = false;
    }

    private void reset() {
        resetPasswords(false);
        enabled = false;
        payload = Payload.SANITIZE;
        clearSelectors();
        selectors.set(0, new Selector(policy));
    }

    private void applyWithOperand(String rule) throws InvalidRuleException {
        char sign = rule.charAt(0);
        if (sign == '(' && rule.endsWith(")")) {
            Selector selector = new Selector(policy);
            for (String inner : RuleWords.split(rule.substring(1, rule.length() - 1))) {
                selector.apply(inner);
            }
            selectors.add(selector);
            othersUnrestricted |= selector.isUnrestricted();
        } else if (sign == '>' || sign == '#') {
            passwords.add(hashGiven(sign == '>', rule.substring(1)));
            nopass = false;
        } else if (sign == '<' || sign == '!') {
            if (!passwords.remove(hashGiven(sign == '<', rule.substring(1)))) {
                throw new InvalidRuleException(InvalidRuleException.NO_SUCH_PASSWORD);
            }
        } else {
            selectors.get(0).apply(rule);
        }
    }

    private static String hashGiven(boolean inClear, String text) throws InvalidRuleException {
        if (inClear) {
            return Passwords.hash(Words.bytes(text));
        }
        if (!Passwords.isHash(text)) {
            throw new InvalidRuleException(InvalidRuleException.NOT_A_HASH);
        }
        return text;
    }

    // ---- description

    /** As ACL GETUSER lists them. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>();
        flags.add(enabled ? "on" : "off");
        if (nopass) {
            flags.add("nopass");
        }
        if (payload != Payload.NOTHING_SAID) {
            flags.add(payload == Payload.SKIP ? "skip-sanitize-payload" : "sanitize-payload");
        }
        return flags;
    }

    /** Their hashes. */
    public Set<String> passwords() {
        return passwords;
    }

    /** Rules that make an empty user equal to this one. */
    String describe() {
        StringBuilder rules = new StringBuilder(String.join(" ", flags()));
        passwords.forEach(hash -> rules.append(" #").append(hash));
        rules.append(' ').append(selectors.get(0).describe());
        for (Selector selector : selectors.subList(1, selectors.size())) {
            rules.append(" (").append(selector.describe()).append(')');
        }
        return rules.toString();
    }

    /** As a line of the configuration or of the ACL file. */
    public String line() {
        return "user " + name + " " + describe();
    }
}
