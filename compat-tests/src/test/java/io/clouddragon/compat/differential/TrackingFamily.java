package io.clouddragon.compat.differential;

import java.util.stream.IntStream;

/**
 * CLIENT TRACKING on three connections that read and change the same keys: pushes in RESP3, redirected to a subscriber in RESP2.
 * No key expires: when Redis notices that is its own affair.
 *
 * <p>What differs is left to the transcripts: inside MULTI, who tracks is asked here when the transaction ends, in Redis at each
 * change; of a script, the keys that it has read are remembered here, in Redis all that were declared; and after RESET Redis
 * writes the null for "all keys" in the protocol of who tracks, not of who receives it.
 */
final class TrackingFamily extends Family {
    TrackingFamily() {
        super("tracking", 3);
        values("key", "a", "a:1", "a:2", "b", "b:1", "");
        values("prefix", "a", "a:", "a:1", "b", "c", "");
        values(
                "client",
                IntStream.range(0, Side.CONNECTIONS)
                        .mapToObj(number -> ClientIds.PREFIX + number)
                        .toArray(String[]::new));
        tracking();
        reading();
        changing();
        others();
    }

    private void tracking() {
        messages(6, "CLIENT TRACKING ON [NOLOOP]");
        messages(6, "CLIENT TRACKING ON REDIRECT {client} [NOLOOP]");
        messages(5, "CLIENT TRACKING ON BCAST [PREFIX {prefix}] [REDIRECT {client}] [NOLOOP]");
        messages(3, "CLIENT TRACKING ON BCAST PREFIX {prefix} PREFIX {prefix}");
        messages(5, "CLIENT TRACKING ON (OPTIN|OPTOUT) [NOLOOP] [REDIRECT {client}]");
        messages(2, "CLIENT TRACKING (ON|OFF|MAYBE) (BCAST|PREFIX {prefix}|OPTIN|OPTOUT|NOLOOP|REDIRECT {client})...");
        messages(1, "CLIENT TRACKING ON REDIRECT (99999999|-1|abc)");
        messages(10, "CLIENT TRACKING OFF");
        messages(8, "CLIENT CACHING (YES|NO)");
        messages(1, "CLIENT CACHING MAYBE");
        messages(3, "CLIENT (GETREDIR|TRACKINGINFO)");
        messages(8, "(SUBSCRIBE|UNSUBSCRIBE) __redis__:invalidate");
    }

    private void reading() {
        messages(25, "GET {key}");
        messages(8, "MGET {key}...");
        messages(3, "(EXISTS|STRLEN|TYPE) {key}");
    }

    private void changing() {
        messages(20, "SET {key} {value}");
        messages(6, "MSET ({key} {value})...");
        messages(6, "DEL {key}...");
        messages(3, "(APPEND|GETSET) {key} x");
        messages(2, "RENAME {key} {key}");
        messages(1, "COPY {key} {key} [REPLACE]");
        messages(1, "EXPIRE {key} {seconds}");
        messages(1, "(FLUSHDB|FLUSHALL)");
    }

    /** Not SWAPDB: in Redis it tells caches nothing, though the values behind the names have changed; here it does. */
    private void others() {
        messages(1, "NOSUCHCOMMAND");
        messages(2, "SELECT (0|1)");
        messages(1, "QUIT");
    }
}
