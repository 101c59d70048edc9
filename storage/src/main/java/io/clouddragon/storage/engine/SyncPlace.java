package io.clouddragon.storage.engine;

/** Where the log is synced. */
public enum SyncPlace {
    /** On the engine thread, at the end of each turn: the quickest way on a quick disk. */
    INLINE,
    /** On a thread of its own: reads go on meanwhile. */
    THREAD,
    /** The one of the two that suits the measured time of a sync. */
    AUTO
}
