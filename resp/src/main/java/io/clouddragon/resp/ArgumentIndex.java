package io.clouddragon.resp;

import java.util.Arrays;

/**
 * Where the arguments of one command lie: pairs of (offset from the command's first byte, length), so that the bytes may
 * move without touching the index. It grows as arguments arrive, never by what a client announces.
 */
final class ArgumentIndex {
    private static final int INITIAL_ARGUMENTS = 8;
    /** An index longer than this is dropped once its command is done: 2 KiB a connection at most. */
    private static final int RETAINED_ARGUMENTS = 256;

    private static final int[] NONE = new int[0];

    private int[] pairs = NONE;
    private int count;

    int count() {
        return count;
    }

    /** The index itself, valid until it is changed; argument i is at 2 * i. */
    int[] pairs() {
        return pairs;
    }

    void add(int offset, int length) {
        int at = 2 * count;
        if (at == pairs.length) {
            pairs = Arrays.copyOf(pairs, Math.max(2 * INITIAL_ARGUMENTS, 2 * at));
        }
        pairs[at] = offset;
        pairs[at + 1] = length;
        count++;
    }

    void clear() {
        count = 0;
    }

    /** Forgets the arguments, and the memory when a big command has grown it. */
    void release() {
        count = 0;
        if (pairs.length > 2 * RETAINED_ARGUMENTS) {
            pairs = NONE;
        }
    }
}
