package io.clouddragon.server.command;

/**
 * What the server must know of a command besides its function. Explained once, here; the words are those of COMMAND INFO
 * (Redis' {@code server.h}, CMD_*) and their order is the one in which it lists them.
 */
public enum Flag {
    /** May change keys: refused while writes are refused. */
    WRITE("write"),
    /** Reads keys and changes nothing. */
    READONLY("readonly"),
    /** May need more memory: refused with OOM beyond maxmemory. */
    DENYOOM("denyoom"),
    MODULE("module"),
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
    SENTINEL("sentinel"),
    /** Keys may be missing from its words: scripts. */
    NO_MANDATORY_KEYS("no_mandatory_keys"),
    NO_ASYNC_LOADING("no_async_loading"),
    /** Cannot be queued by MULTI. */
    NO_MULTI("no_multi"),
    /** Key positions cannot be told by first, last and step; derived where a count of keys says so. */
    MOVABLEKEYS("movablekeys"),
    /** Served while a script is busy. */
    ALLOW_BUSY("allow_busy"),
    /** May do what others see: PUBLISH, scripts. Waits when writes are paused. COMMAND does not tell of it. */
    MAY_REPLICATE(null);

    private final String word;

    Flag(String word) {
        this.word = word;
    }

    /** Null for one that is not told. */
    public String word() {
        return word;
    }
}
