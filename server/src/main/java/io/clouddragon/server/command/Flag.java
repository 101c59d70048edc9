package io.clouddragon.server.command;

/**
 * What the server must know of a command besides its function. Explained once, here; the words are those of COMMAND INFO
 * (Redis' {@code server.h}, CMD_*).
 */
public enum Flag {
    /** May change keys: refused while writes are refused. */
    WRITE("write"),
    /** Reads keys and changes nothing. */
    READONLY("readonly"),
    /** May need more memory: refused with OOM beyond maxmemory. */
    DENYOOM("denyoom"),
    /** For those who run the server. */
    ADMIN("admin"),
    /** Publish/subscribe. */
    PUBSUB("pubsub"),
    /** Not from scripts. */
    NOSCRIPT("noscript"),
    /** May park the connection. */
    BLOCKING("blocking"),
    /** Served while the data is still being loaded. */
    LOADING("loading"),
    STALE("stale"),
    SKIP_MONITOR("skip_monitor"),
    SKIP_SLOWLOG("skip_slowlog"),
    ASKING("asking"),
    /** Constant or logarithmic time. */
    FAST("fast"),
    /** Served before authentication. */
    NO_AUTH("no_auth"),
    NO_ASYNC_LOADING("no_async_loading"),
    ALLOW_BUSY("allow_busy"),
    /** Cannot be queued by MULTI. */
    NO_MULTI("no_multi"),
    MOVABLEKEYS("movablekeys"),
    MAY_REPLICATE("may_replicate"),
    SENTINEL("sentinel"),
    MODULE("module");

    private final String word;

    Flag(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
