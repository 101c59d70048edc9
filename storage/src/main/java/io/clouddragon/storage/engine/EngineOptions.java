package io.clouddragon.storage.engine;

/**
 * @param hashSeed secret of the hash tables; another one each start
 * @param randomSeed of the engine's random choices (RANDOMKEY)
 * @param maxDatabases how many databases there may be
 */
public record EngineOptions(long hashSeed, long randomSeed, int maxDatabases) {}
