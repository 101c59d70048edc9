package io.clouddragon.storage.collection;

import java.util.ArrayDeque;
import java.util.Deque;

/** What changes note for undo, as a transaction keeps it. */
final class Steps implements Undo {
    private record Step(Undoable target, Object written, Object replaced, long number) {}

    private final Deque<Step> steps = new ArrayDeque<>();

    @Override
    public void add(Undoable target, Object written, Object replaced, long number) {
        steps.push(new Step(target, written, replaced, number));
    }

    void undoAll() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            step.target.undo(step.written, step.replaced, step.number);
        }
    }
}
