package io.clouddragon.compat.differential;

/**
 * Channels, patterns and shard channels of three connections, which publish to each other. Inside MULTI only the transcripts
 * publish: here a message leaves when the transaction has ended, to who is subscribed then.
 */
final class PubSubFamily extends Family {
    PubSubFamily() {
        super("channels", 3);
        values("channel", "a", "b", "ab", "news.1", "news.2", "", "bin\0\r\n\u00ff", "*");
        values("glob", "*", "a*", "?", "news.[12]", "news.*", "[^a]", "\\*", "none", "", "bin*", "__keyevent@0__:*");
        values("message", "m1", "m2", "", "\0\r\n", "x".repeat(70_000));
        values("publish", "return redis.call('publish',ARGV[1],ARGV[2])");
        subscriptions();
        publications();
        others();
    }

    private void subscriptions() {
        messages(10, "SUBSCRIBE {channel}...");
        messages(6, "UNSUBSCRIBE {channel}...");
        messages(8, "PSUBSCRIBE {glob}...");
        messages(6, "PUNSUBSCRIBE {glob}...");
        messages(8, "SSUBSCRIBE {channel}...");
        messages(5, "SUNSUBSCRIBE {channel}...");
        messages(3, "(UNSUBSCRIBE|PUNSUBSCRIBE|SUNSUBSCRIBE)");
        messages(1, "(SUBSCRIBE|PSUBSCRIBE|SSUBSCRIBE)");
    }

    private void publications() {
        messages(30, "PUBLISH {channel} {message}");
        messages(12, "SPUBLISH {channel} {message}");
        messages(3, "EVAL {publish} 0 {channel} {message}");
        messages(4, "PUBSUB (CHANNELS|SHARDCHANNELS) [{glob}]");
        messages(2, "PUBSUB (CHANNELS|SHARDCHANNELS) {glob} {glob}");
        messages(4, "PUBSUB (NUMSUB|SHARDNUMSUB) [{channel}...]");
        messages(3, "PUBSUB NUMPAT");
        messages(1, "PUBSUB (NOPE|NUMPAT {channel}|NUMSUB)");
    }

    /** What a subscribed client may do depends on its protocol. */
    private void others() {
        messages(5, "SET {key} {value}");
        messages(3, "GET {key}");
        messages(2, "PING [{message}]");
        messages(1, "NOSUCHCOMMAND");
        messages(2, "RESET");
        messages(1, "QUIT");
    }
}
