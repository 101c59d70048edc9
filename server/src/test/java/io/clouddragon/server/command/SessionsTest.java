package io.clouddragon.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.config.Settings;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.engine.CompactionPolicy;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.SyncPlace;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What many pauses, one upon the other, cost. */
class SessionsTest {
    private static final int PAUSES = 100;
    private static final long SHORT_MILLIS = 20;
    private static final long LONG_MILLIS = 60_000;

    @Test
    void whileAPauseLastsOneTimerWaitsForItsEnd(@TempDir Path directory) throws Exception {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
        thread.submit(() -> {
                    Engine engine = new Engine(
                            new NioDisk(directory),
                            LogOptions.defaults(SyncMode.NO),
                            new EngineOptions(1, 2, 1),
                            LoadProgress.NONE);
                    EngineLoop loop =
                            new EngineLoop(engine, thread, SyncPlace.INLINE, new CompactionPolicy(0, 0), failure -> {});
                    loop.enter();
                    Sessions sessions = new Sessions(
                            loop,
                            new PubSub(),
                            new TrackingTable(loop::execute, id -> null, 0),
                            () -> 0,
                            1,
                            Settings.of(Map.of()).outputBufferLimits());
                    for (int i = 0; i < PAUSES; i++) {
                        sessions.pause(engine.wallMillis() + SHORT_MILLIS, false);
                    }
                    sessions.pause(engine.wallMillis() + LONG_MILLIS, false);
                    return null;
                })
                .get();
        // Long enough for the timers of the short pauses to have run.
        Thread.sleep(20 * SHORT_MILLIS);
        assertThat(thread.getQueue()).hasSizeLessThan(PAUSES / 10);
        thread.shutdownNow();
    }
}
