package io.clouddragon.server.command;

import java.util.Set;
import java.util.TreeSet;

/** ACL categories as they follow from a command's declaration, by Redis' rules (setImplicitACLCategories). */
final class Categories {
    private Categories() {}

    static Set<String> of(Command command, Set<String> extra) {
        Set<String> all = new TreeSet<>(extra);
        if (command.has(Flag.WRITE)) {
            all.add("write");
        }
        if (command.has(Flag.READONLY) && !extra.contains("scripting")) {
            all.add("read");
        }
        if (command.has(Flag.ADMIN)) {
            all.add("admin");
            all.add("dangerous");
        }
        if (command.has(Flag.PUBSUB)) {
            all.add("pubsub");
        }
        if (command.has(Flag.BLOCKING)) {
            all.add("blocking");
        }
        all.add(command.has(Flag.FAST) ? "fast" : "slow");
        String ofGroup = switch (command.group()) {
            case STRING -> "string";
            case LIST -> "list";
            case HASH -> "hash";
            case SET -> "set";
            case SORTED_SET -> "sortedset";
            case BITMAP -> "bitmap";
            case CONNECTION -> "connection";
            case TRANSACTIONS -> "transaction";
            case SCRIPTING -> "scripting";
            case GENERIC -> "keyspace";
            case DRAGON -> "dragon";
            case SERVER, PUBSUB -> null;
        };
        if (ofGroup != null) {
            all.add(ofGroup);
        }
        return all;
    }
}
