package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compaction that cannot be begun. */
class CompactionStartTest {
    private boolean full;

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1) {
        @Override
        public void execute(Runnable task) {
            if (full) {
                throw new OutOfMemoryError("full");
            }
            super.execute(task);
        }
    };

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    @Test
    void oneThatCannotBeBegunForWantOfMemoryDoesNotKeepOthersFromIt(@TempDir Path directory) throws Exception {
        Engine engine = new TestEngine(directory).engine();
        Compaction compaction = new Compaction(engine, thread, new CompactionPolicy(0, 0));
        AtomicInteger told = new AtomicInteger();
        compaction.whenFinished(told::incrementAndGet);
        full = true;
        assertThat(compaction.start()).isFalse();
        assertThat(compaction.lastSucceeded()).isFalse();
        assertThat(compaction.isRunning()).isFalse();
        assertThat(told).hasValue(1);
        full = false;
        assertThat(compaction.start()).isTrue();
        await().until(() -> compaction.completed() == 1);
    }
}
