package io.clouddragon.storage.collection;

/** Where a change notes how it is taken back, should its transaction fail. */
@FunctionalInterface
public interface Undo {
    /** For changes that are never taken back: replay. */
    Undo NONE = (target, written, replaced, number) -> {};

    /** Notes a step; {@code target} is called back with the same three. */
    void add(Undoable target, Object written, Object replaced, long number);
}
