package io.clouddragon.storage.engine;

/** Counters since the start, for INFO. Engine thread only. */
public final class EngineStats {
    private long keyspaceHits;
    private long keyspaceMisses;
    private long expiredKeys;
    private long grantedLocks;
    private long expiredLocks;

    void hit() {
        keyspaceHits++;
    }

    void miss() {
        keyspaceMisses++;
    }

    void granted() {
        grantedLocks++;
    }

    void expiredKey() {
        expiredKeys++;
    }

    void expiredLock() {
        expiredLocks++;
    }

    public long keyspaceHits() {
        return keyspaceHits;
    }

    public long keyspaceMisses() {
        return keyspaceMisses;
    }

    public long expiredKeys() {
        return expiredKeys;
    }

    public long grantedLocks() {
        return grantedLocks;
    }

    public long expiredLocks() {
        return expiredLocks;
    }

    /** CONFIG RESETSTAT. */
    public void reset() {
        keyspaceHits = 0;
        keyspaceMisses = 0;
        expiredKeys = 0;
        grantedLocks = 0;
        expiredLocks = 0;
    }
}
