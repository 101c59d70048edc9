package io.clouddragon.storage.engine;

/** Where the log is synced. */
public enum SyncPlace {
    /** On the engine thread, at the end of each turn: the quickest way on a quick disk. */
    INLINE,
    /** On a thread of its own: reads go on meanwhile. */
    THREAD,
    /** By the measured time of syncs; and by the operating system itself where it can and that is the quickest way. */
    AUTO
}
