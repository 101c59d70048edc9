package io.clouddragon.storage.collection;

/** Something that can take its own changes back, given what it noted of each; last change first. */
public interface Undoable {
    void undo(Object written, Object replaced, long number);
}
