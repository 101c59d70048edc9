package io.clouddragon.server.config;

/** Who syncs the log. */
public enum SyncMode {
    /**
     * The one of the others that suits the measured time of a sync; or the kernel while the event loop goes on, where io_uring
     * is the transport, and syncs are slow or the turns of the loop long.
     */
    AUTO,
    /** The event loop, at the end of an iteration. Best when a sync is fast. */
    INLINE,
    /** A thread of its own, so that reads go on meanwhile. Best when a sync takes milliseconds. */
    THREAD
}
