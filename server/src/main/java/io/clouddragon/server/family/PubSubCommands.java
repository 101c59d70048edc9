package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Channels;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.pubsub.Fanout;
import io.clouddragon.server.pubsub.Outbox;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.pubsub.Subscriptions;
import io.clouddragon.server.pubsub.Topic;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Glob;
import java.util.List;
import java.util.Set;

/**
 * Subscribing and publishing. A message that is published inside MULTI or a script leaves when that has committed and is
 * durable; to who published it, it comes behind the reply.
 */
final class PubSubCommands {
    private static final Flag[] SUBSCRIBING = {Flag.PUBSUB, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};

    private static final String[] HELP = {
        "CHANNELS [<pattern>]",
        "    Return the currently active channels matching a <pattern> (default: '*').",
        "NUMPAT",
        "    Return number of subscriptions to patterns.",
        "NUMSUB [<channel> ...]",
        "    Return the number of subscribers for the specified channels, excluding",
        "    pattern subscriptions(default: no channels).",
        "SHARDCHANNELS [<pattern>]",
        "    Return the currently active shard level channels matching a <pattern> (default: '*').",
        "SHARDNUMSUB [<shardchannel> ...]",
        "    Return the number of subscribers for the specified shard level channel(s)",
    };

    private final PubSub pubsub;
    private final Outbox outbox;
    private final Fanout fanout = new Fanout();

    PubSubCommands(ServerContext context) {
        this.pubsub = context.pubsub();
        this.outbox = context.outbox();
    }

    void declare(CommandTable table) {
        declareChannels(table);
        declarePatterns(table);
        declareShardChannels(table);
        declareOverview(table);
    }

    // ---- declarations

    private static Command command(CommandTable table, String name, Handler handler, Flag... flags) {
        return table.command(name, handler).group(Group.PUBSUB).since("2.0.0").flags(flags);
    }

    private void declareChannels(CommandTable table) {
        command(table, "SUBSCRIBE", call -> subscribe(call, Topic.CHANNEL), SUBSCRIBING)
                .summary("Listen for messages published to the given channels")
                .complexity("O(N) where N is the number of channels to subscribe to.")
                .args(string("channel").many())
                .channels(Channels.MANY)
                .allowedWhenSubscribed();
        command(table, "UNSUBSCRIBE", call -> unsubscribe(call, Topic.CHANNEL), SUBSCRIBING)
                .summary("Stop listening for messages posted to the given channels")
                .complexity("O(N) where N is the number of clients already subscribed to a channel.")
                .args(string("channel").many().maybe())
                .allowedWhenSubscribed();
        command(
                        table,
                        "PUBLISH",
                        call -> publish(call, Topic.CHANNEL),
                        Flag.PUBSUB,
                        Flag.LOADING,
                        Flag.STALE,
                        Flag.FAST,
                        Flag.MAY_REPLICATE)
                .summary("Post a message to a channel")
                .complexity(
                        "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total"
                                + " number of subscribed patterns (by any client).")
                .args(string("channel"), string("message"))
                .channels(Channels.ONE);
    }

    private void declarePatterns(CommandTable table) {
        command(table, "PSUBSCRIBE", call -> subscribe(call, Topic.PATTERN), SUBSCRIBING)
                .summary("Listen for messages published to channels matching the given patterns")
                .complexity("O(N) where N is the number of patterns the client is already subscribed to.")
                .args(block("pattern", pattern("pattern")).many())
                .channels(Channels.PATTERNS)
                .allowedWhenSubscribed();
        command(table, "PUNSUBSCRIBE", call -> unsubscribe(call, Topic.PATTERN), SUBSCRIBING)
                .summary("Stop listening for messages posted to channels matching the given patterns")
                .complexity(
                        "O(N+M) where N is the number of patterns the client is already subscribed and M is the number"
                                + " of total patterns subscribed in the system (by any client).")
                .args(pattern("pattern").many().maybe())
                .allowedWhenSubscribed();
    }

    private void declareShardChannels(CommandTable table) {
        command(table, "SSUBSCRIBE", this::ssubscribe, SUBSCRIBING)
                .summary("Listen for messages published to the given shard channels")
                .since("7.0.0")
                .complexity("O(N) where N is the number of shard channels to subscribe to.")
                .args(string("shardchannel").many())
                .keys(slotOf(-1))
                .channels(Channels.MANY)
                .allowedWhenSubscribed();
        command(table, "SUNSUBSCRIBE", call -> unsubscribe(call, Topic.SHARD_CHANNEL), SUBSCRIBING)
                .summary("Stop listening for messages posted to the given shard channels")
                .since("7.0.0")
                .complexity("O(N) where N is the number of clients already subscribed to a shard channel.")
                .args(string("shardchannel").many().maybe())
                .keys(slotOf(-1))
                .allowedWhenSubscribed();
        command(
                        table,
                        "SPUBLISH",
                        call -> publish(call, Topic.SHARD_CHANNEL),
                        Flag.PUBSUB,
                        Flag.LOADING,
                        Flag.STALE,
                        Flag.FAST,
                        Flag.MAY_REPLICATE)
                .summary("Post a message to a shard channel")
                .since("7.0.0")
                .complexity("O(N) where N is the number of clients subscribed to the receiving shard channel.")
                .args(string("shardchannel"), string("message"))
                .keys(slotOf(0))
                .channels(Channels.ONE);
    }

    /** Cluster clients find the node of a shard channel as they find that of a key. */
    private static KeySpec slotOf(int last) {
        return new KeySpec(Set.of(KeyFlag.NOT_KEY), 1, last, 1, false);
    }

    private void declareOverview(CommandTable table) {
        Flag[] flags = {Flag.PUBSUB, Flag.LOADING, Flag.STALE};
        Command container = table.container("PUBSUB")
                .group(Group.PUBSUB)
                .summary("A container for Pub/Sub commands")
                .since("2.8.0")
                .complexity("Depends on subcommand.");
        container
                .subcommand("CHANNELS", call -> channels(call, Topic.CHANNEL))
                .summary("List active channels")
                .complexity("O(N) where N is the number of active channels, and assuming constant time pattern matching"
                        + " (relatively short channels and patterns)")
                .flags(flags)
                .args(pattern("pattern").maybe());
        container
                .subcommand(
                        "NUMPAT",
                        call -> call.reply().integer(pubsub.names(Topic.PATTERN).size()))
                .summary("Get the count of unique patterns pattern subscriptions")
                .complexity("O(1)")
                .flags(flags);
        container
                .subcommand("NUMSUB", call -> subscribers(call, Topic.CHANNEL))
                .summary("Get the count of subscribers for channels")
                .complexity("O(N) for the NUMSUB subcommand, where N is the number of requested channels")
                .flags(flags)
                .args(string("channel").many().maybe());
        container
                .subcommand("SHARDCHANNELS", call -> channels(call, Topic.SHARD_CHANNEL))
                .summary("List active shard channels")
                .since("7.0.0")
                .complexity("O(N) where N is the number of active shard channels, and assuming constant time pattern"
                        + " matching (relatively short shard channels).")
                .flags(flags)
                .args(pattern("pattern").maybe());
        container
                .subcommand("SHARDNUMSUB", call -> subscribers(call, Topic.SHARD_CHANNEL))
                .summary("Get the count of subscribers for shard channels")
                .since("7.0.0")
                .complexity("O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels")
                .flags(flags)
                .args(string("shardchannel").many().maybe());
        Help.declare(container, "6.2.0", HELP);
    }

    // ---- subscribing

    private void ssubscribe(Call call) {
        if (call.mayBlock()) {
            subscribe(call, Topic.SHARD_CHANNEL);
        } else {
            call.error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
        }
    }

    private void subscribe(Call call, Topic topic) {
        for (int i = 1; i < call.count(); i++) {
            call.session().subscriptions().add(topic, call.arg(i));
            confirm(call, topic, topic.subscribed(), call.arg(i));
        }
    }

    private void unsubscribe(Call call, Topic topic) {
        Subscriptions subscriptions = call.session().subscriptions();
        if (call.count() > 1) {
            for (int i = 1; i < call.count(); i++) {
                subscriptions.remove(topic, call.arg(i));
                confirm(call, topic, topic.unsubscribed(), call.arg(i));
            }
        } else if (subscriptions.count(topic) == 0) {
            confirm(call, topic, topic.unsubscribed(), null);
        } else {
            for (Bytes name : List.copyOf(subscriptions.of(topic))) {
                subscriptions.remove(topic, name);
                confirm(call, topic, topic.unsubscribed(), name);
            }
        }
    }

    /** Tells how many subscriptions there are now. This is no reply: CLIENT REPLY OFF does not silence it. */
    private void confirm(Call call, Topic topic, String what, Bytes name) {
        Session session = call.session();
        int count = session.subscriptions().countedWith(topic);
        if (session.isSilent()) {
            fanout.send(to -> writeConfirmation(to, what, name, count), session, 0);
        } else {
            writeConfirmation(call.reply(), what, name, count);
        }
    }

    private static void writeConfirmation(ReplyWriter to, String what, Bytes name, int count) {
        to.push(3);
        to.bulk(what);
        if (name == null) {
            to.nullBulk();
        } else {
            to.bulk(name.array(), name.offset(), name.length());
        }
        to.integer(count);
    }

    // ---- publishing

    private void publish(Call call, Topic topic) {
        call.reply().integer(outbox.publish(topic, call.arg(1), call.arg(2)));
    }

    // ---- overview

    private void channels(Call call, Topic topic) {
        if (call.count() > 3) {
            call.error(Errors.subcommandSyntax(call));
            return;
        }
        List<Bytes> found = pubsub.names(topic).stream()
                .filter(name -> call.count() == 2 || Glob.matches(call.arg(2), name))
                .toList();
        call.reply().array(found.size());
        found.forEach(call::replyBytes);
    }

    private void subscribers(Call call, Topic topic) {
        call.reply().array((call.count() - 2) * 2);
        for (int i = 2; i < call.count(); i++) {
            call.replyBytes(call.arg(i));
            call.reply().integer(pubsub.subscribers(topic, call.arg(i)));
        }
    }
}
