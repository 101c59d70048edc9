package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JVM counts what appending leaves to the garbage collector. */
@Timeout(60)
class LogAllocationTest {
    private static final int WARM_UP = 500;
    private static final int BATCHES = 2_000;

    @TempDir
    Path directory;

    @Test
    void appendingAndFlushingLeaveNoGarbage() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Log log = Log.open(new NioDisk(directory), LogOptions.defaults(SyncMode.ALWAYS), new Recorded());
        byte[] payload = new byte[200];
        run(log, payload, WARM_UP);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        run(log, payload, BATCHES);
        long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        log.close(0);
        System.out.println("garbage of " + BATCHES + " batches, bytes: " + bytes);
        assertThat(bytes).isLessThan(BATCHES);
    }

    private static void run(Log log, byte[] payload, int batches) {
        for (int i = 0; i < batches; i++) {
            for (int j = 0; j < 3; j++) {
                log.begin().raw(payload, 0, payload.length);
                log.commit(i);
            }
            log.begin().raw(payload, 0, payload.length);
            log.rollback();
            log.flush();
        }
    }
}
