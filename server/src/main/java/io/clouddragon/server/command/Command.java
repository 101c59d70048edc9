package io.clouddragon.server.command;

import io.clouddragon.server.acl.Governed;
import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * A command as declared, in one place, beside its code: everything else (arity, key positions, ACL categories, COMMAND,
 * COMMAND DOCS, the gates before execution) is derived from here.
 *
 * <p>Built by {@link CommandTable#command} and the fluent methods below, then never changed; only the statistics move.
 * Event loop only.
 */
public final class Command implements Governed {
    private final String name;
    private final Command parent;
    private final Handler handler;
    private final Map<String, Command> subcommands = new LinkedHashMap<>();
    private final Set<Flag> flags = EnumSet.noneOf(Flag.class);
    private final List<Argument> arguments = new ArrayList<>();
    private final List<String> tips = new ArrayList<>();
    private final Set<String> extraCategories = new TreeSet<>();
    private List<KeySpec> keySpecs;
    private KeyUse keyUse;
    private KeyFinder keyFinder;
    private Channels channels = Channels.NONE;
    private String deprecatedSince;
    private String replacedBy;
    private Group group = Group.GENERIC;
    private String summary = "";
    private String since = "1.0.0";
    private String complexity = "";
    private int arity;
    private boolean arityGiven;
    private final CommandStats stats = new CommandStats();

    // Flags that are asked for each call, unpacked.
    private boolean writes;
    private boolean mayWrite;
    private boolean needsMemory;
    private boolean withoutAuth;
    private boolean inMultiAtOnce;
    private boolean endsMulti;
    private boolean guardsExec;
    private boolean whenSubscribed;
    private boolean runsScript;
    private Predicate<Call> harmless;
    private final boolean exec;

    Command(String name, Command parent, Handler handler) {
        this.name = name.toLowerCase(Locale.ROOT);
        this.parent = parent;
        this.handler = handler;
        this.exec = parent == null && this.name.equals("exec");
    }

    /** Tells how a call uses its keys. */
    @FunctionalInterface
    public interface KeyUse {
        Set<KeyFlag> of(int words, IntFunction<Bytes> word);
    }

    /** Finds keys that no specification tells the places of, in the words of a call. */
    @FunctionalInterface
    public interface KeyFinder {
        void find(int words, IntFunction<Bytes> word, List<KeyReference> into);
    }

    // ---- declaration

    public Command group(Group value) {
        group = value;
        return this;
    }

    /** One sentence for COMMAND DOCS. */
    public Command summary(String text) {
        summary = text;
        return this;
    }

    /** Version of Redis (for DRAGON.*: of Cloud Dragon) that brought it. */
    public Command since(String version) {
        since = version;
        return this;
    }

    public Command complexity(String text) {
        complexity = text;
        return this;
    }

    public Command flags(Flag... values) {
        flags.addAll(List.of(values));
        writes = flags.contains(Flag.WRITE);
        mayWrite = writes || flags.contains(Flag.MAY_REPLICATE);
        needsMemory = flags.contains(Flag.DENYOOM);
        withoutAuth = flags.contains(Flag.NO_AUTH);
        return this;
    }

    public Command args(Argument... values) {
        arguments.addAll(List.of(values));
        return this;
    }

    /** Kept for old clients: since that version there is something better. */
    public Command deprecated(String sinceVersion, String betterCommand) {
        deprecatedSince = sinceVersion;
        replacedBy = betterCommand;
        return this;
    }

    /** Words for proxies and clients, as COMMAND INFO lists them (request_policy:…, nondeterministic_output…). */
    public Command tips(String... values) {
        tips.addAll(List.of(values));
        return this;
    }

    /** ACL categories beyond those that follow from flags and group: dangerous, keyspace, connection… */
    public Command categories(String... values) {
        extraCategories.addAll(List.of(values));
        return this;
    }

    /** Where what follows from the arguments is not what Redis says. */
    public Command arity(int value) {
        arity = value;
        arityGiven = true;
        return this;
    }

    /** Where key positions do not follow from the arguments (a count of keys before them, say). */
    public Command keys(KeySpec... specs) {
        keySpecs = List.of(specs);
        return this;
    }

    /** Finds the keys of {@link KeySpec#unknown} specifications. */
    public Command keyFinder(KeyFinder finder) {
        keyFinder = finder;
        return this;
    }

    /** How a call uses its keys, where that depends on its other words: with {@link KeyFlag#VARIABLE_FLAGS}. */
    public Command keyUse(KeyUse rule) {
        keyUse = rule;
        return this;
    }

    /** Which of its words are channels. */
    public Command channels(Channels words) {
        channels = words;
        return this;
    }

    /** Inside MULTI it is executed, not queued: MULTI, WATCH, and what {@link #endsMulti}. */
    public Command atOnceInMulti() {
        inMultiAtOnce = true;
        return this;
    }

    /** Inside MULTI it ends that, and gives back the memory of what is queued: EXEC, DISCARD, QUIT, RESET. */
    public Command endsMulti() {
        endsMulti = true;
        return atOnceInMulti();
    }

    /** EXEC does nothing when this may not be done: the other commands rely on it. */
    public Command guardsExec() {
        guardsExec = true;
        return this;
    }

    /** Allowed to a RESP2 client that is subscribed to something. */
    public Command allowedWhenSubscribed() {
        whenSubscribed = true;
        return this;
    }

    /**
     * It may take long: executed at the end of the turn, when sockets can be read meanwhile.
     *
     * @param saysNoWrites whether what such a call runs is known not to write
     */
    public Command runsScripts(Predicate<Call> saysNoWrites) {
        runsScript = true;
        harmless = saysNoWrites;
        return this;
    }

    /** Declares a subcommand; this command is then a container. */
    public Command subcommand(String subName, Handler subHandler) {
        Command sub = new Command(subName, this, subHandler);
        sub.group = group;
        sub.since = since;
        if (subcommands.put(sub.name, sub) != null) {
            throw new IllegalStateException("subcommand " + name + "|" + subName + " is declared twice");
        }
        return sub;
    }

    // ---- derived

    /** Lower case; of a subcommand its own word only. */
    public String name() {
        return name;
    }

    /** {@code config|get} for a subcommand. */
    @Override
    public String fullName() {
        return parent == null ? name : parent.name + "|" + name;
    }

    /** Null for a container that cannot stand alone. */
    public Handler handler() {
        return handler;
    }

    /** Whether it is a subcommand of the container of this (lower-case) name. */
    boolean isOf(String container) {
        return parent != null && parent.name.equals(container);
    }

    public boolean isContainer() {
        return !subcommands.isEmpty();
    }

    @Override
    public Collection<Command> subcommands() {
        return subcommands.values();
    }

    /** Null when there is none of that (lower-case) name. */
    public Command subcommand(String subName) {
        return subcommands.get(subName);
    }

    /** Null unless this is a subcommand. */
    @Override
    public Command parent() {
        return parent;
    }

    /** Words including the name; negative = at least so many. */
    public int arity() {
        if (!arityGiven) {
            int words = parent == null ? 1 : 2;
            boolean fixed = true;
            for (Argument argument : arguments) {
                words += argument.minimumWords();
                fixed &= argument.isFixed();
            }
            arity = isContainer() ? -2 : fixed ? words : -words;
            arityGiven = true;
        }
        return arity;
    }

    public boolean accepts(int words) {
        int needed = arity();
        return needed >= 0 ? words == needed : words >= -needed;
    }

    public Set<Flag> flags() {
        if (!flags.contains(Flag.MOVABLEKEYS)
                && keySpecs().stream().anyMatch(spec -> spec.counted() || spec.isUnknown())) {
            flags.add(Flag.MOVABLEKEYS);
        }
        return flags;
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    public boolean writes() {
        return writes;
    }

    public boolean needsMemory() {
        return needsMemory;
    }

    /** Whether such a call waits when writes are paused. */
    boolean mayWrite(Call call) {
        return mayWrite && !(runsScript && harmless.test(call));
    }

    /** Whether it may change keys, or do what others see. */
    boolean mayWrite() {
        return mayWrite;
    }

    boolean isWithoutAuth() {
        return withoutAuth;
    }

    /** Whether it runs what MULTI has queued. */
    boolean isExec() {
        return exec;
    }

    boolean isAllowedWhenSubscribed() {
        return whenSubscribed;
    }

    boolean isEndOfMulti() {
        return endsMulti;
    }

    boolean isGuardOfExec() {
        return guardsExec;
    }

    boolean isAtOnceInMulti() {
        return inMultiAtOnce;
    }

    boolean runsScript() {
        return runsScript;
    }

    public Group group() {
        return group;
    }

    /** Null unless deprecated. */
    public String deprecatedSince() {
        return deprecatedSince;
    }

    /** What to use in place of a deprecated command. */
    public String replacedBy() {
        return replacedBy;
    }

    public String summary() {
        return summary;
    }

    public String since() {
        return since;
    }

    public String complexity() {
        return complexity;
    }

    public List<Argument> arguments() {
        return arguments;
    }

    public List<String> tips() {
        return tips;
    }

    public List<KeySpec> keySpecs() {
        if (keySpecs == null) {
            keySpecs = KeySpecs.of(arguments, parent == null ? 1 : 2);
        }
        return keySpecs;
    }

    /** The positions of first and last key and the step, as COMMAND INFO has had them since 2.8; null without. */
    public KeySpec legacyKeyRange() {
        return KeySpecs.legacyRange(keySpecs());
    }

    /** How a call of so many words uses the keys that a specification tells. */
    private Set<KeyFlag> keyFlags(KeySpec spec, int words, IntFunction<Bytes> word) {
        return keyUse == null ? spec.flags() : keyUse.of(words, word);
    }

    /** The keys of a call; none when its words are not as they should be. */
    public List<KeyReference> keys(int words, IntFunction<Bytes> word) {
        List<KeyReference> keys = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (KeySpec spec : keySpecs()) {
            if (!spec.positions(words, word, positions)) {
                return List.of();
            }
            for (Integer position : positions.subList(keys.size(), positions.size())) {
                keys.add(new KeyReference(position, keyFlags(spec, words, word)));
            }
        }
        if (keyFinder != null) {
            keyFinder.find(words, word, keys);
        }
        return keys;
    }

    public Channels channels() {
        return channels;
    }

    /** ACL categories: from flags and group, and the extra ones; in Redis' order. */
    @Override
    public Set<String> categories() {
        return Categories.of(this, extraCategories);
    }

    public CommandStats stats() {
        return stats;
    }
}
