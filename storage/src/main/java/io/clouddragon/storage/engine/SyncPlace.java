package io.clouddragon.storage.engine;

/** Where the log is synced. */
public enum SyncPlace {
    /** On the engine thread, at the end of each turn: the quickest way on a quick disk. */
    INLINE,
    /** On a thread of its own: reads go on meanwhile. */
    THREAD,
    /** By the operating system, which tells the completion to the engine thread; where that cannot be, as {@link #THREAD}. */
    KERNEL,
    /** The one of the others that suits the measured times of syncs and of turns. */
    AUTO
}
