package io.clouddragon.server.config;

/** Who syncs the log. */
public enum SyncMode {
    /** The one of the others that suits the measured time of a sync. */
    AUTO,
    /** The event loop, at the end of an iteration. Best when a sync is fast. */
    INLINE,
    /** A thread of its own, so that reads go on meanwhile. Best when a sync takes milliseconds. */
    THREAD
}
