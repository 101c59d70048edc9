package io.clouddragon.server.acl;

import java.util.Collection;
import java.util.Set;

/** What rules must know of a command. Equal only to itself. */
public interface Governed {
    /** Lower case; {@code config|get} for a subcommand. */
    String fullName();

    /** Names of the ACL categories that it belongs to. */
    Set<String> categories();

    /** Empty unless it is a container. */
    Collection<? extends Governed> subcommands();

    /** Null unless it is a subcommand. */
    Governed parent();
}
