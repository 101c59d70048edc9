package io.clouddragon.storage.engine;

/** Told while a data directory is being loaded. */
@FunctionalInterface
public interface LoadProgress {
    LoadProgress NONE = (bytesRead, bytesTotal, records) -> {};

    void loaded(long bytesRead, long bytesTotal, long records);
}
