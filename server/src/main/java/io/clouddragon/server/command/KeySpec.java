package io.clouddragon.server.command;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

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
public record KeySpec(Set<KeyFlag> flags, int first, int last, int step, boolean counted) {
    /** Keys whose places the words do not tell in general: a {@link Command.KeyFinder} may find them. */
    public static KeySpec unknown(KeyFlag... flags) {
        return new KeySpec(Set.of(flags), 0, -1, 0, false);
    }

    public boolean isUnknown() {
        return first == 0;
    }

    /**
     * Adds the positions of the keys in a command.
     *
     * @param words how many it has
     * @param word its i-th word
     * @return false when the words do not fit
     */
    public boolean positions(int words, IntFunction<Bytes> word, List<Integer> into) {
        if (isUnknown()) {
            return true;
        }
        int from = first;
        int to = last >= 0 ? first + last : words + last;
        if (counted) {
            if (first >= words || !Decimal.isLong(word.apply(first))) {
                return false;
            }
            long keys = Decimal.toLong(word.apply(first));
            if (keys < 1 || keys * step > words - 1 - first) {
                return false;
            }
            from = first + 1;
            to = first + (int) keys * step;
        }
        for (int i = from; i <= to; i += step) {
            if (i >= words) {
                return false;
            }
            into.add(i);
        }
        return true;
    }
}
