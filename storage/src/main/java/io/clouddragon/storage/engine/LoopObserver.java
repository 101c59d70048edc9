package io.clouddragon.storage.engine;

/** Told how long the engine's own work kept the engine thread (or the sync thread) busy. Engine thread only. */
public interface LoopObserver {
    /** Hears nothing. */
    LoopObserver NONE = new LoopObserver() {
        @Override
        public void synced(long nanos) {
            // Nobody wants to know.
        }

        @Override
        public void compactedSlice(long nanos) {
            // Nobody wants to know.
        }
    };

    /** A batch was written and synced. */
    void synced(long nanos);

    /** A slice of a compaction was done, between turns. */
    void compactedSlice(long nanos);
}
