package io.clouddragon.server.command;

import java.util.Set;

/**
 * Where keys stand in a command's words (Redis' key specifications).
 *
 * @param flags how the keys are used
 * @param first position of the first key, or of the word that tells how many follow
 * @param last position of the last key relative to the first, negative = from the end (-1: the last word); for {@code counted}
 *     unused
 * @param step words from one key to the next
 * @param counted the word at {@code first} is the number of keys, which follow it
 */
public record KeySpec(Set<KeyFlag> flags, int first, int last, int step, boolean counted) {}
