package io.clouddragon.server.command;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** ACL categories as they follow from a command's declaration, by Redis' rules (setImplicitACLCategories). */
final class Categories {
    /** All there are, in Redis' order. */
    static final List<String> ALL = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting",
            "dragon");

    private Categories() {}

    /** In the order of {@link #ALL}. */
    static Set<String> of(Command command, Set<String> extra) {
        Set<String> found = new HashSet<>(extra);
        if (command.has(Flag.WRITE)) {
            found.add("write");
        }
        if (command.has(Flag.READONLY) && command.group() != Group.SCRIPTING) {
            found.add("read");
        }
        if (command.has(Flag.ADMIN)) {
            found.add("admin");
            found.add("dangerous");
        }
        if (command.has(Flag.PUBSUB)) {
            found.add("pubsub");
        }
        if (command.has(Flag.BLOCKING)) {
            found.add("blocking");
        }
        found.add(command.has(Flag.FAST) ? "fast" : "slow");
        String ofGroup = command.isContainer() ? null : ofGroup(command.group(), extra);
        if (ofGroup != null) {
            found.add(ofGroup);
        }
        Set<String> ordered = new LinkedHashSet<>(ALL);
        ordered.retainAll(found);
        return ordered;
    }

    private static String ofGroup(Group group, Set<String> extra) {
        return switch (group) {
            case STRING -> "string";
            case LIST -> "list";
            case HASH -> "hash";
            case SET -> "set";
            case SORTED_SET -> "sortedset";
            case BITMAP -> "bitmap";
            case CONNECTION -> "connection";
            case TRANSACTIONS -> "transaction";
            case SCRIPTING -> "scripting";
            // A generic command that says what it works on (WAIT: connections, SORT: collections) is not about keys.
            case GENERIC -> extra.isEmpty() || extra.equals(Set.of("dangerous")) ? "keyspace" : null;
            case DRAGON -> "dragon";
            case SERVER, PUBSUB -> null;
        };
    }
}
