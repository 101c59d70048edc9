package io.clouddragon.storage.engine;

/**
 * When the log is compacted without being asked: as Redis' {@code auto-aof-rewrite-percentage} and
 * {@code auto-aof-rewrite-min-size}.
 *
 * @param growthPercent compact once the log behind the last snapshot is so large against that snapshot; 0 = never
 * @param minBytes but not before it has this size
 */
public record CompactionPolicy(int growthPercent, long minBytes) {}
