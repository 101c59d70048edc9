package io.clouddragon.server.family;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A declared command as COMMAND INFO and COMMAND DOCS of Redis 7.0 tell it. Everything is derived from the declaration;
 * the history of Redis' releases is left out.
 */
final class CommandDescription {
    private final ReplyWriter reply;

    CommandDescription(ReplyWriter reply) {
        this.reply = reply;
    }

    // ---- COMMAND INFO

    void info(Command command) {
        KeySpec range = command.legacyKeyRange();
        reply.array(10);
        reply.bulk(command.fullName());
        reply.integer(command.arity());
        statusSet(command.flags().stream()
                .map(Flag::word)
                .filter(Objects::nonNull)
                .toList());
        reply.integer(range == null ? 0 : range.first());
        reply.integer(range == null ? 0 : range.last() < 0 ? range.last() : range.first() + range.last());
        reply.integer(range == null ? 0 : range.step());
        statusSet(command.categories().stream().map(name -> "@" + name).toList());
        reply.set(command.tips().size());
        command.tips().forEach(reply::bulk);
        reply.set(command.keySpecs().size());
        command.keySpecs().forEach(this::keySpec);
        subcommands(command.subcommands());
    }

    private void subcommands(Collection<Command> subcommands) {
        if (subcommands.isEmpty()) {
            reply.set(0);
            return;
        }
        reply.array(subcommands.size());
        subcommands.forEach(this::info);
    }

    private void keySpec(KeySpec spec) {
        reply.map(3);
        reply.bulk("flags");
        keyFlags(spec.flags());
        reply.bulk("begin_search");
        if (spec.isUnknown()) {
            unknown();
            reply.bulk("find_keys");
            unknown();
            return;
        }
        reply.map(2);
        pair("type", "index");
        reply.bulk("spec");
        reply.map(1);
        pair("index", spec.first());
        reply.bulk("find_keys");
        reply.map(2);
        pair("type", spec.counted() ? "keynum" : "range");
        reply.bulk("spec");
        reply.map(3);
        pair(spec.counted() ? "keynumidx" : "lastkey", spec.counted() ? 0 : spec.last());
        pair(spec.counted() ? "firstkey" : "keystep", spec.counted() ? 1 : spec.step());
        pair(spec.counted() ? "keystep" : "limit", spec.counted() ? spec.step() : 0);
    }

    private void unknown() {
        reply.map(2);
        pair("type", "unknown");
        reply.bulk("spec");
        reply.map(0);
    }

    void keyFlags(Set<KeyFlag> flags) {
        Set<KeyFlag> ordered = EnumSet.noneOf(KeyFlag.class);
        ordered.addAll(flags);
        statusSet(ordered.stream().map(KeyFlag::word).toList());
    }

    // ---- COMMAND DOCS

    /** Without the command's name, which is the key in the map of all. */
    void docs(Command command) {
        boolean hasComplexity = !command.complexity().isEmpty();
        boolean hasArguments = !command.arguments().isEmpty();
        boolean isDeprecated = command.deprecatedSince() != null;
        reply.map(3
                + (hasComplexity ? 1 : 0)
                + (isDeprecated ? 3 : 0)
                + (hasArguments ? 1 : 0)
                + (command.isContainer() ? 1 : 0));
        pair("summary", command.summary());
        pair("since", command.since());
        pair("group", command.group().word());
        if (hasComplexity) {
            pair("complexity", command.complexity());
        }
        if (isDeprecated) {
            reply.bulk("doc_flags");
            statusSet(List.of("deprecated"));
            pair("deprecated_since", command.deprecatedSince());
            pair("replaced_by", command.replacedBy());
        }
        if (hasArguments) {
            reply.bulk("arguments");
            arguments(command.arguments(), new KeyCounter(command.keySpecs().size()));
        }
        if (command.isContainer()) {
            reply.bulk("subcommands");
            reply.map(command.subcommands().size());
            for (Command subcommand : command.subcommands()) {
                reply.bulk(subcommand.fullName());
                docs(subcommand);
            }
        }
    }

    private void arguments(List<Argument> arguments, KeyCounter keys) {
        reply.array(arguments.size());
        for (Argument argument : arguments) {
            argument(argument, keys);
        }
    }

    private void argument(Argument argument, KeyCounter keys) {
        List<String> flags = flags(argument);
        boolean hasMembers = !argument.members().isEmpty();
        reply.map(2
                + (argument.isKey() ? 1 : 0)
                + (argument.token() == null ? 0 : 1)
                + (argument.since() == null ? 0 : 1)
                + (flags.isEmpty() ? 0 : 1)
                + (hasMembers ? 1 : 0));
        pair("name", argument.name());
        pair("type", argument.type());
        if (argument.isKey()) {
            pair("key_spec_index", keys.next());
        }
        if (argument.token() != null) {
            pair("token", argument.token());
        }
        if (argument.since() != null) {
            pair("since", argument.since());
        }
        if (!flags.isEmpty()) {
            reply.bulk("flags");
            statusSet(flags);
        }
        if (hasMembers) {
            reply.bulk("arguments");
            arguments(argument.members(), keys);
        }
    }

    private static List<String> flags(Argument argument) {
        List<String> flags = new ArrayList<>();
        if (argument.optional()) {
            flags.add("optional");
        }
        if (argument.multiple()) {
            flags.add("multiple");
        }
        if (argument.multipleToken()) {
            flags.add("multiple_token");
        }
        return flags;
    }

    /** Numbers the key arguments: each has its key specification, in order. */
    private static final class KeyCounter {
        private final int specs;
        private int next;

        KeyCounter(int specs) {
            this.specs = specs;
        }

        int next() {
            return Math.min(next++, Math.max(0, specs - 1));
        }
    }

    // ---- parts

    private void pair(String name, String value) {
        reply.bulk(name);
        reply.bulk(value);
    }

    private void pair(String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private void statusSet(Collection<String> words) {
        reply.set(words.size());
        words.forEach(reply::simpleString);
    }
}
