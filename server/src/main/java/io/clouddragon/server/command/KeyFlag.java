package io.clouddragon.server.command;

import java.util.Locale;

/** How a command uses one of its keys (Redis' key specification flags). */
public enum KeyFlag {
    /** Reads the value. */
    RO,
    /** Changes the value. */
    RW,
    /** Overwrites the value whatever it was. */
    OW,
    /** Deletes the key. */
    RM,
    /** The reply depends on the value. */
    ACCESS,
    /** Changes existing data. */
    UPDATE,
    /** Adds data. */
    INSERT,
    /** Removes data. */
    DELETE,
    /** Not a key of this database by itself: a lock's name, an id. */
    NOT_KEY,
    INCOMPLETE,
    VARIABLE_FLAGS;

    /** As COMMAND INFO spells it. */
    public String word() {
        return ordinal() <= RM.ordinal() ? name() : name().toLowerCase(Locale.ROOT);
    }
}
