package io.clouddragon.server.acl;

import io.clouddragon.server.config.ConfigLine;
import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The users by name. There is always the user {@code default}, whom a client is before it logs in; its object stays the same
 * for ever, as sessions refer to it. Event loop only.
 */
public final class Users {
    public static final String DEFAULT = "default";

    private final Policy policy;
    private final TreeMap<String, User> byName = new TreeMap<>();
    private final User defaultUser;

    /** Begins with a default user who may do everything and needs no password. */
    public Users(Policy policy) {
        this.policy = policy;
        this.defaultUser = newDefault();
        byName.put(DEFAULT, defaultUser);
    }

    private User newDefault() {
        User user = new User(DEFAULT, policy);
        applyKnown(user, List.of("+@all", "~*", "&*", "on", "nopass"));
        return user;
    }

    private static void applyKnown(User user, List<String> rules) {
        try {
            user.apply(rules);
        } catch (InvalidRuleException e) {
            throw new IllegalStateException("a rule of our own", e);
        }
    }

    public Catalogue catalogue() {
        return policy.catalogue();
    }

    public User defaultUser() {
        return defaultUser;
    }

    /** Null when there is none. */
    public User named(String name) {
        return byName.get(name);
    }

    /** Whether lists could show it. */
    public static boolean isValidName(String name) {
        return !Words.hasBlanks(name);
    }

    /** By name, byte by byte. */
    public Collection<User> all() {
        return byName.values();
    }

    /** Whether a client must log in before it is anybody. */
    public boolean needsLogin() {
        return !isOpen(defaultUser);
    }

    private static boolean isOpen(User user) {
        return user.needsNoPassword() && user.isEnabled();
    }

    /** Null when the name or the password is wrong or the user is disabled. */
    public User login(String name, Bytes password) {
        User user = byName.get(name);
        return user != null && user.accepts(password) ? user : null;
    }

    /** {@code requirepass}: the one password of the default user; empty = it needs none. */
    public void defaultPassword(Bytes password) {
        applyKnown(
                defaultUser,
                password.length() == 0
                        ? List.of("resetpass", "nopass")
                        : List.of("resetpass", ">" + Words.of(password)));
    }

    // ---- changes

    /**
     * What a user would become by rules; the users stay as they are until {@link #put}.
     *
     * @throws InvalidRuleException with the whole message of ACL SETUSER
     */
    public User draft(String name, List<String> words) throws InvalidRuleException {
        List<String> rules = RuleWords.merge(words);
        User draft = new User(name, policy);
        User present = byName.get(name);
        if (present != null) {
            draft.become(present);
        }
        for (String rule : rules) {
            try {
                draft.apply(rule);
            } catch (InvalidRuleException e) {
                throw new InvalidRuleException(
                        "Error in ACL SETUSER modifier '" + Words.shown(rule) + "': " + e.getMessage());
            }
        }
        return draft;
    }

    /** The user of the draft's name becomes like it, or is new. */
    public void put(User draft) {
        byName.computeIfAbsent(draft.name(), name -> new User(name, policy)).become(draft);
    }

    /** Whether anybody could come in without a password once this draft is put. */
    public boolean wouldBeOpen(User draft) {
        return isOpen(draft.name().equals(DEFAULT) ? draft : defaultUser);
    }

    /**
     * Removes a user, who from now on has no rights, wherever it is still referred to. Not the default one.
     *
     * @return null when there was none
     */
    public User remove(String name) {
        User user = name.equals(DEFAULT) ? null : byName.remove(name);
        if (user != null) {
            applyKnown(user, List.of("reset", "resetchannels"));
        }
        return user;
    }

    /**
     * Defines users as the configuration file does. The default one begins anew when it is among them.
     *
     * @param lines words of each, without {@code user}
     * @throws InvalidRuleException telling which rule is wrong
     */
    public void define(List<List<String>> lines) throws InvalidRuleException {
        for (List<String> line : lines) {
            String name = line.get(0);
            if (Words.hasBlanks(name)) {
                throw new InvalidRuleException("Spaces not allowed in ACL usernames");
            }
            if (byName.containsKey(name) && !name.equals(DEFAULT)) {
                throw new InvalidRuleException("Duplicate user found. A user can only be defined once in config files");
            }
            User user = byName.computeIfAbsent(name, unused -> new User(name, policy));
            if (user == defaultUser) {
                user.apply("reset");
            }
            for (String rule : RuleWords.merge(line.subList(1, line.size()))) {
                try {
                    user.apply(rule);
                } catch (InvalidRuleException e) {
                    throw new InvalidRuleException("Error loading ACL rule '" + AclFile.withoutSecret(rule)
                            + "' for the user named '" + Words.shown(name) + "': " + e.getMessage());
                }
            }
        }
    }

    /** The users of an ACL file, read on their own; nothing has changed yet. */
    AclFile.Reading reading() {
        return new AclFile.Reading(name -> new User(name, policy));
    }

    /**
     * Replaces all users by those of a file.
     *
     * @return those who are gone: everybody but the default user, even where there is a new one of that name
     */
    List<User> replaceAll(Map<String, User> loaded) {
        List<User> gone =
                new ArrayList<>(byName.keySet().stream().filter(name -> !name.equals(DEFAULT)).toList().stream()
                        .map(this::remove)
                        .toList());
        defaultUser.become(loaded.getOrDefault(DEFAULT, newDefault()));
        byName.putAll(loaded);
        byName.put(DEFAULT, defaultUser);
        return gone;
    }

    /** As lines of the configuration file, where a quote inside a pattern must be quoted itself. */
    public List<String> configurationLines() {
        return byName.values().stream()
                .map(user -> Arrays.stream(user.line().split(" "))
                        .map(word -> word.matches(".*[\"'\\\\].*") ? ConfigLine.quoted(word) : word)
                        .map(Words::shown)
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /** As lines of an ACL file. */
    public List<String> lines() {
        return byName.values().stream().map(User::line).toList();
    }
}
