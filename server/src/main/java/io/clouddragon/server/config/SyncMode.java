package io.clouddragon.server.config;

/** Who syncs the log. */
public enum SyncMode {
    /** The one of the others that suits the measured times: of a sync, and of an iteration of the event loop. */
    AUTO,
    /** The event loop, at the end of an iteration. Best when a sync is fast. */
    INLINE,
    /** A thread of its own, so that reads go on meanwhile. Best when a sync takes milliseconds. */
    THREAD,
    /** The kernel, while the event loop goes on. Needs io_uring. Best when a sync is slow or an iteration long. */
    KERNEL
}
