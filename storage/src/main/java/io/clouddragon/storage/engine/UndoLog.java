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
    /** Room for this many steps is kept; that of a large MSET is given back. */
    private static final int KEPT_STEPS = 1024;
    /** More than the usual change takes. */
    private static final int STEPS_OF_A_CHANGE = 8;

    private final Steps kept = new Steps(KEPT_STEPS);
    private Undoable[] targets;
    private Object[] written;
    private Object[] replaced;
    private long[] numbers;
    private int count;

    /** The arrays that are kept. */
    private record Steps(Undoable[] targets, Object[] written, Object[] replaced, long[] numbers) {
        Steps(int room) {
            this(new Undoable[room], new Object[room], new Object[room], new long[room]);
        }
    }

    UndoLog() {
        use(kept);
    }

    private void use(Steps steps) {
        targets = steps.targets;
        written = steps.written;
        replaced = steps.replaced;
        numbers = steps.numbers;
    }

    /** Before a change: once it is made, there must be room to note it. */
    void reserve() {
        if (count + STEPS_OF_A_CHANGE > targets.length) {
            grow();
        }
    }

    private void grow() {
        int room = targets.length * 2;
        use(new Steps(
                Arrays.copyOf(targets, room),
                Arrays.copyOf(written, room),
                Arrays.copyOf(replaced, room),
                Arrays.copyOf(numbers, room)));
    }

    @Override
    public void add(Undoable target, Object writtenElement, Object replacedElement, long number) {
        if (count == targets.length) {
            grow();
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

    /** Needs no memory: what has been committed must not fail afterwards. */
    void clear() {
        use(kept);
        int used = Math.min(count, KEPT_STEPS);
        Arrays.fill(targets, 0, used, null);
        Arrays.fill(written, 0, used, null);
        Arrays.fill(replaced, 0, used, null);
        count = 0;
    }
}
