package io.clouddragon.server.config;

/** What happens when data need more than {@code maxmemory}. */
public enum MaxmemoryPolicy {
    /** Writes that grow are refused; nothing is evicted. */
    NOEVICTION
}
