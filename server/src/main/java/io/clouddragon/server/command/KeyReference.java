package io.clouddragon.server.command;

import java.util.Set;

/**
 * A key among the words of a call.
 *
 * @param position of the word
 * @param flags how the call uses it
 */
public record KeyReference(int position, Set<KeyFlag> flags) {
    /** Whether what it holds shows in the reply. */
    boolean reads() {
        return flags.contains(KeyFlag.ACCESS);
    }

    /** Whether what it holds may change. */
    boolean writes() {
        return flags.contains(KeyFlag.INSERT) || flags.contains(KeyFlag.DELETE) || flags.contains(KeyFlag.UPDATE);
    }
}
