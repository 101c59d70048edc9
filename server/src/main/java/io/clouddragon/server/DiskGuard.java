package io.clouddragon.server;

import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses writes before the disk is full, since a write of the log that fails is the end: first what needs more room; below
 * the last reserve everything, as a delete is a record of the log, too. Between the two, deletes, unlocks and extensions go
 * on. Event loop only.
 */
final class DiskGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);

    /** Short enough that no log fills what is kept free in the meantime. */
    static final int LOOK_MILLIS = 100;

    /** What grows is refused below so many free bytes on the data directory's file system... */
    private static final long MIN_FREE_BYTES = 64L << 20;
    /** ...and taken again above so many. */
    private static final long ENOUGH_FREE_BYTES = 96L << 20;

    /** The same for what does not grow. */
    private static final long LAST_FREE_BYTES = 16L << 20;

    private static final long ENOUGH_TO_DELETE_BYTES = 32L << 20;

    private final EngineLoop loop;
    private final Engine engine;
    private final Path directory;
    private boolean refusesGrowth;

    DiskGuard(EngineLoop loop, Path directory) {
        this.loop = loop;
        this.engine = loop.engine();
        this.directory = directory;
    }

    /** Whether writes are refused: those that need more room, or all. */
    boolean refuses(boolean growing) {
        return engine.isReadOnly() || growing && refusesGrowth;
    }

    void look() {
        long free;
        try {
            free = engine.log().freeBytes();
        } catch (IOException e) {
            LOG.warn("Cannot tell how much room there is on disk: {}", e.getMessage());
            return;
        }
        boolean nearlyFull = free < (refusesGrowth ? ENOUGH_FREE_BYTES : MIN_FREE_BYTES);
        boolean full = free < (engine.isReadOnly() ? ENOUGH_TO_DELETE_BYTES : LAST_FREE_BYTES);
        if (nearlyFull == refusesGrowth && full == engine.isReadOnly()) {
            return;
        }
        if (full) {
            LOG.error("Only {} MiB are free for {}: all writes are refused", free >> 20, directory);
        } else if (nearlyFull) {
            LOG.error("Only {} MiB are free for {}: writes but deletes are refused", free >> 20, directory);
        } else {
            LOG.info("{} MiB are free for {} again: writes are taken", free >> 20, directory);
        }
        loop.enter();
        refusesGrowth = nearlyFull;
        engine.readOnly(full);
    }
}
