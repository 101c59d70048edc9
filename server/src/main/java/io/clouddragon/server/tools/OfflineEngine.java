package io.clouddragon.server.tools;

import io.clouddragon.storage.engine.CompactionPolicy;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.SyncPlace;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.SyncMode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * A whole engine without a server: a tool hands it pieces of work, each of which is one turn. What was done is on disk
 * when {@link #close} has returned. Compaction runs as in a server, so that a large import leaves no log many times as
 * large as the data.
 */
final class OfflineEngine implements Closeable {
    private static final CompactionPolicy COMPACTION = new CompactionPolicy(100, 64L << 20);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread engine = new Thread(task, "engine");
        engine.setDaemon(true);
        return engine;
    });
    private EngineLoop loop;
    private LogFailedException failure;

    /** Opens the data directory; makes it when absent. */
    OfflineEngine(Path directory, LoadProgress progress) throws IOException {
        SecureRandom random = new SecureRandom();
        try {
            run(() -> {
                Engine engine = new Engine(
                        DataDirectory.create(directory),
                        LogOptions.defaults(SyncMode.NO),
                        new EngineOptions(random.nextLong(), random.nextLong(), Integer.MAX_VALUE),
                        progress);
                loop = new EngineLoop(engine, thread, SyncPlace.INLINE, COMPACTION, failed -> failure = failed);
                return null;
            });
        } catch (IOException | RuntimeException e) {
            thread.shutdown();
            throw e;
        }
    }

    /** On the engine's thread only. */
    EngineLoop loop() {
        return loop;
    }

    /** Runs the work on the engine's thread, and returns what it returns. */
    <T> T run(Callable<T> work) throws IOException {
        try {
            return thread.submit(() -> {
                        if (failure != null) {
                            throw failure;
                        }
                        return work.call();
                    })
                    .get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw cause instanceof IOException io ? io : new IOException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** @throws IOException when what was done may not be on disk */
    @Override
    public void close() throws IOException {
        try {
            run(() -> {
                loop.close();
                return null;
            });
        } finally {
            thread.shutdown();
        }
    }
}
