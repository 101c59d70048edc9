package io.clouddragon.server.family;

import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.collection.SortedBound;
import io.clouddragon.storage.keyspace.KeyedView;

/**
 * Which members of a sorted set a command means: two words that give ranks, scores or names. Laid over a set it is an interval
 * of ranks, which is all that the commands need: to count, to walk, to remove.
 */
final class SortedSetRange {
    /** What the two words are. */
    enum By {
        /** Positions, below zero from the end. */
        RANK,
        /** Scores; after {@code (} without the end itself. */
        SCORE,
        /** Names after {@code [} or {@code (}, {@code -} and {@code +} for all; makes sense where all scores are the same. */
        NAME
    }

    private static final String NOT_A_SCORE = "ERR min or max is not a float";
    private static final String NOT_A_NAME = "ERR min or max not valid string range item";

    private final By by;
    private long start;
    private long stop;
    private final SortedBound min = new SortedBound();
    private final SortedBound max = new SortedBound();

    // Set by over().
    private long from;
    private long to;

    private SortedSetRange(By by) {
        this.by = by;
    }

    /**
     * Reads the two words.
     *
     * @param minAt word of the lower end; of ranks, the first
     * @return null when they are wrong: the error has been written
     */
    static SortedSetRange read(Call call, By by, int minAt, int maxAt) {
        SortedSetRange range = new SortedSetRange(by);
        boolean valid = switch (by) {
            case RANK -> range.readRanks(call, minAt, maxAt);
            case SCORE -> score(call, minAt, range.min, false) && score(call, maxAt, range.max, true);
            case NAME -> name(call, minAt, range.min, false) && name(call, maxAt, range.max, true);
        };
        return valid ? range : null;
    }

    private boolean readRanks(Call call, int startAt, int stopAt) {
        if (!call.integer(startAt)) {
            return false;
        }
        start = call.number();
        if (!call.integer(stopAt)) {
            return false;
        }
        stop = call.number();
        return true;
    }

    private static boolean score(Call call, int i, SortedBound bound, boolean isMax) {
        Bytes word = call.arg(i);
        boolean exclusive = word.length() > 0 && word.at(0) == '(';
        int skipped = exclusive ? 1 : 0;
        double score = RedisDoubles.parseLoosely(word.array(), word.offset() + skipped, word.length() - skipped);
        if (Double.isNaN(score)) {
            call.error(NOT_A_SCORE);
            return false;
        }
        bound.score(score, isMax != exclusive);
        return true;
    }

    private static boolean name(Call call, int i, SortedBound bound, boolean isMax) {
        Bytes word = call.arg(i);
        byte first = word.length() > 0 ? word.at(0) : 0;
        if (word.length() == 1 && (first == '-' || first == '+')) {
            bound.score(first == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY, first == '+');
        } else if (first == '[' || first == '(') {
            Bytes name = new Bytes().set(word.array(), word.offset() + 1, word.length() - 1);
            bound.name(name, isMax == (first == '['));
        } else {
            call.error(NOT_A_NAME);
            return false;
        }
        return true;
    }

    /**
     * Finds out which ranks the range covers.
     *
     * @param reverse whether ranks count from the highest score
     */
    SortedSetRange over(KeyedView members, boolean reverse) {
        if (by != By.RANK) {
            from = members.position(min);
            to = members.position(max);
            return this;
        }
        long size = members.size();
        long first = Math.max(0, start < 0 ? size + start : start);
        // Not below -1: counting from there would pass the least number.
        long last = Math.max(-1, Math.min(size - 1, stop < 0 ? size + stop : stop));
        from = reverse ? size - 1 - last : first;
        to = reverse ? size - first : last + 1;
        return this;
    }

    /**
     * Leaves out some members from the side where the walk begins, and all beyond so many.
     *
     * @param offset negative leaves out all
     * @param count negative for all
     */
    void limit(long offset, long count, boolean reverse) {
        long skipped = offset < 0 ? count() : Math.min(offset, count());
        if (reverse) {
            to -= skipped;
            from = count < 0 ? from : Math.max(from, to - count);
        } else {
            from += skipped;
            to = count < 0 || count > to - from ? to : from + count;
        }
    }

    /** The lowest rank. */
    long from() {
        return from;
    }

    /** The rank behind the highest. */
    long to() {
        return to;
    }

    long count() {
        return Math.max(0, to - from);
    }
}
