package io.clouddragon.server;

import io.clouddragon.storage.engine.LoadProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far loading is, once a second, when it takes that long. */
final class LoadReport implements LoadProgress {
    private static final Logger LOG = LoggerFactory.getLogger(LoadReport.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final long start = System.nanoTime();
    private long lastReport = start;

    @Override
    public void loaded(long bytesRead, long bytesTotal, long records) {
        long now = System.nanoTime();
        if (now - lastReport >= INTERVAL_NANOS) {
            lastReport = now;
            double seconds = (now - start) / 1e9;
            LOG.info(
                    "Loading: {} %, {} records, {} MB/s",
                    bytesTotal == 0 ? 100 : bytesRead * 100 / bytesTotal,
                    records,
                    String.format("%.0f", bytesRead / 1e6 / seconds));
        }
    }
}
