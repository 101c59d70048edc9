package io.clouddragon.storage.engine;

import io.clouddragon.storage.collection.Undo;
import io.clouddragon.storage.collection.Undoable;
import java.util.Arrays;

/**
 * What a running transaction must take back if it fails: for each change who made it, and what it needs to reverse it. Of a
 * write to a keyspace that is the element written and the one replaced; elements are immutable, so remembering them copies
 * nothing. Arrays are reused; a finished transaction leaves no reference behind.
 */
final class UndoLog implements Undo {
    /** Beyond this many steps (a large MSET) the arrays are given back. */
    private static final int KEEP_STEPS = 1024;

    private static final int FIRST_STEPS = 16;

    private Undoable[] targets;
    private Object[] written;
    private Object[] replaced;
    private long[] numbers;
    private int count;

    UndoLog() {
        allocate();
    }

    private void allocate() {
        targets = new Undoable[FIRST_STEPS];
        written = new Object[FIRST_STEPS];
        replaced = new Object[FIRST_STEPS];
        numbers = new long[FIRST_STEPS];
    }

    @Override
    public void add(Undoable target, Object writtenElement, Object replacedElement, long number) {
        if (count == targets.length) {
            targets = Arrays.copyOf(targets, count * 2);
            written = Arrays.copyOf(written, count * 2);
            replaced = Arrays.copyOf(replaced, count * 2);
            numbers = Arrays.copyOf(numbers, count * 2);
        }
        targets[count] = target;
        written[count] = writtenElement;
        replaced[count] = replacedElement;
        numbers[count] = number;
        count++;
    }

    /** A change of another kind, with the step that reverses it. */
    void add(Runnable reverse) {
        add((unused, nothing, zero) -> reverse.run(), null, null, 0);
    }

    /** Takes everything back, last step first. */
    void rollback() {
        for (int i = count - 1; i >= 0; i--) {
            targets[i].undo(written[i], replaced[i], numbers[i]);
        }
        clear();
    }

    void clear() {
        if (count > KEEP_STEPS) {
            allocate();
        } else {
            Arrays.fill(targets, 0, count, null);
            Arrays.fill(written, 0, count, null);
            Arrays.fill(replaced, 0, count, null);
        }
        count = 0;
    }
}
