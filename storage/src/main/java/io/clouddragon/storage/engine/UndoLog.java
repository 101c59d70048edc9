package io.clouddragon.storage.engine;

import io.clouddragon.storage.keyspace.Keyspace;
import java.util.Arrays;

/**
 * What a running transaction must take back if it fails: for each write the element that was replaced. Elements are
 * immutable, so remembering is three references and nothing is copied. Arrays are reused; a finished transaction leaves
 * no reference behind.
 */
final class UndoLog {
    /** Beyond this many steps (a large MSET) the arrays are given back. */
    private static final int KEEP_STEPS = 1024;

    private Keyspace[] spaces = new Keyspace[16];
    private Object[] written = new Object[16];
    private Object[] old = new Object[16];
    private int count;

    /** A write ({@code written}, in place of {@code replaced} or null) or a delete ({@code written} is null). */
    void add(Keyspace space, Object writtenElement, Object replaced) {
        if (count == spaces.length) {
            spaces = Arrays.copyOf(spaces, count * 2);
            written = Arrays.copyOf(written, count * 2);
            old = Arrays.copyOf(old, count * 2);
        }
        spaces[count] = space;
        written[count] = writtenElement;
        old[count] = replaced;
        count++;
    }

    /** A change of another kind, with the step that reverses it. */
    void add(Runnable reverse) {
        add(null, reverse, null);
    }

    /** Takes everything back, last step first. */
    void rollback() {
        for (int i = count - 1; i >= 0; i--) {
            if (spaces[i] == null) {
                ((Runnable) written[i]).run();
            } else {
                spaces[i].restore(written[i], old[i]);
            }
        }
        clear();
    }

    void clear() {
        if (count > KEEP_STEPS) {
            spaces = new Keyspace[16];
            written = new Object[16];
            old = new Object[16];
        } else {
            Arrays.fill(spaces, 0, count, null);
            Arrays.fill(written, 0, count, null);
            Arrays.fill(old, 0, count, null);
        }
        count = 0;
    }
}
