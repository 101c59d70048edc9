package io.clouddragon.server.tracking;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.pubsub.Fanout;
import io.clouddragon.server.pubsub.Push;
import io.clouddragon.server.pubsub.Subscriber;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceListener;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;

/**
 * Remembers which client has read which key and tells it, once, when that key has changed: the client then drops it from its
 * cache. Who tracks by prefix is told of each change, in one message a turn.
 *
 * <p>As in Redis a key counts by its name alone, whatever its database. What a running transaction changes is taken from the
 * table at once, told when it has committed, not before it is durable, and put back if it is taken back. Event loop only.
 */
public final class TrackingTable implements KeyspaceListener {
    private static final String CHANNEL = "__redis__:invalidate";

    /** Bytes of keys that are remembered at most: names may be as long as memory, and of keys that do not exist. */
    static final long MAX_KEY_BYTES = Runtime.getRuntime().maxMemory() / 16;

    /**
     * A change by the running transaction; a null key stands for all keys, of which those are told who tracked at that moment:
     * {@code all}.
     */
    private record Change(Bytes key, Tracking by, Map<Bytes, Holders> holders, List<Tracking> all) {}

    /** Those who track a prefix, and what has changed under it since they were told: each key with who changed it last. */
    private static final class Prefix {
        private final Set<Tracking> clients = new LinkedHashSet<>();
        private final Map<Bytes, Tracking> changed = new TreeMap<>();
    }

    private final Executor later;
    private final LongFunction<Subscriber> subscribers;
    private final Fanout fanout = new Fanout();
    private final Runnable broadcast = this::broadcast;

    /** In the order in which keys were read first: when there are too many, the oldest goes. */
    private Map<Bytes, Holders> holders = new LinkedHashMap<>();

    private final Set<Tracking> clients = new LinkedHashSet<>();
    private final Map<Bytes, Prefix> prefixes = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Subscriber> receivers = new ArrayList<>();
    private Tracking executing;
    private long maxKeys;
    private long items;
    private long keyBytes;
    private boolean broadcastScheduled;
    private long broadcastDependency;

    /**
     * @param later runs a task after what the event loop does now
     * @param subscribers finds a client by its id; null when it is gone
     */
    public TrackingTable(Executor later, LongFunction<Subscriber> subscribers, long maxKeys) {
        this.later = later;
        this.subscribers = subscribers;
        this.maxKeys = maxKeys;
    }

    /** How many keys are remembered at most ({@code tracking-table-max-keys}); 0 = as many as there are. */
    public void maxKeys(long keys) {
        maxKeys = keys;
        forgetOldest();
    }

    // ---- CLIENT TRACKING

    /** @param prefixesToAdd for {@link Tracking.Mode#BROADCAST}, in addition to those that it has */
    public void begin(Tracking client, Tracking.Mode mode, boolean noLoop, long redirect, List<Bytes> prefixesToAdd) {
        List<Bytes> all = new ArrayList<>(client.prefixes());
        for (Bytes prefix : prefixesToAdd) {
            if (!all.contains(prefix)) {
                all.add(prefix.owned());
            }
        }
        // In the order in which Redis lists them, and names the first that a later one overlaps.
        Collections.sort(all);
        for (Bytes prefix : all) {
            prefixes.computeIfAbsent(prefix, absent -> new Prefix()).clients.add(client);
        }
        clients.add(client);
        client.begin(mode, noLoop, redirect, all);
    }

    /** What is remembered of its reads stays in the table and is passed over. */
    public void end(Tracking client) {
        for (Bytes name : client.prefixes()) {
            Prefix prefix = prefixes.get(name);
            prefix.clients.remove(client);
            if (prefix.clients.isEmpty()) {
                prefixes.remove(name);
            }
        }
        clients.remove(client);
        client.end();
    }

    public void disconnected(Tracking client) {
        if (client.isOn()) {
            end(client);
        }
        client.disconnected();
    }

    // ---- reads

    /** Whose command runs now: it makes the reads and changes told from now on; null for nobody's. */
    public void executing(Tracking client) {
        executing = client;
    }

    /** Whether what is read now is to be remembered, by {@link #remember}. */
    public boolean remembersReads() {
        return executing != null && executing.remembersReads();
    }

    /** The client whose command runs now is about to be told what the key holds. */
    public void remember(Bytes key) {
        remember(executing, key);
        forgetOldest();
    }

    private void remember(Tracking client, Bytes key) {
        Holders known = holders.get(key);
        if (known == null) {
            known = new Holders();
            holders.put(key.owned(), known);
            keyBytes += key.length();
        }
        if (known.add(client)) {
            items++;
        }
    }

    /** Who is no longer told of a key must not keep it. */
    private void forgetOldest() {
        while (maxKeys > 0 && holders.size() > maxKeys || keyBytes > MAX_KEY_BYTES) {
            Iterator<Map.Entry<Bytes, Holders>> oldest = holders.entrySet().iterator();
            Map.Entry<Bytes, Holders> entry = oldest.next();
            oldest.remove();
            items -= entry.getValue().size();
            keyBytes -= entry.getKey().length();
            tellHolders(entry.getKey(), entry.getValue(), null, 0);
        }
    }

    // ---- changes

    @Override
    public void changed(Database db, Bytes key) {
        if (isIdle()) {
            return;
        }
        Holders of = holders.remove(key);
        if (of != null) {
            items -= of.size();
            keyBytes -= key.length();
        }
        if (of != null || !prefixes.isEmpty()) {
            Bytes owned = key.owned();
            changes.add(new Change(owned, executing, of == null ? Map.of() : Map.of(owned, of), List.of()));
        }
    }

    /** Nobody tracks, and nobody did who could do so again and be told of what it has read before. */
    private boolean isIdle() {
        return clients.isEmpty() && holders.isEmpty();
    }

    @Override
    public void replaced(Database db) {
        boolean isTold = !changes.isEmpty() && changes.get(changes.size() - 1).key == null;
        if (!isIdle() && !(isTold && holders.isEmpty())) {
            changes.add(new Change(null, executing, holders, List.copyOf(clients)));
            holders = new LinkedHashMap<>();
            items = 0;
            keyBytes = 0;
        }
    }

    @Override
    public void committed(long dependency) {
        if (changes.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            if (change.key == null) {
                tell(change.all, allKeys(), dependency);
            } else {
                change.holders.forEach((key, of) -> tellHolders(key, of, change.by, dependency));
                broadcastLater(change, dependency);
            }
        }
        changes.clear();
    }

    @Override
    public void rolledBack() {
        for (Change change : changes) {
            change.holders.forEach((key, of) -> of.forEach(client -> remember(client, key)));
        }
        changes.clear();
    }

    // ---- telling

    private void tellHolders(Bytes key, Holders of, Tracking by, long dependency) {
        List<Tracking> told = new ArrayList<>(of.size());
        of.forEach(client -> {
            boolean isReader = client.isOn() && client.mode() != Tracking.Mode.BROADCAST;
            if (isReader && !(client.isNoLoop() && client == by)) {
                told.add(client);
            }
        });
        tell(told, keys(List.of(key)), dependency);
    }

    private void tell(Collection<Tracking> told, Push message, long dependency) {
        receivers.clear();
        for (Tracking client : told) {
            Subscriber receiver = receiver(client);
            if (receiver != null) {
                receivers.add(receiver);
            }
        }
        fanout.send(message, receivers, dependency);
        receivers.clear();
    }

    /** Who gets a client's messages: null when there is nobody who could read them. */
    private Subscriber receiver(Tracking client) {
        Subscriber own = client.subscriber();
        if (own == null) {
            // It has left while the script ran that made the change.
            return null;
        }
        if (client.redirect() == Tracking.NO_REDIRECT) {
            return own.protocol() == 3 ? own : null;
        }
        Subscriber receiver = subscribers.apply(client.redirect());
        if (receiver == null) {
            client.breakRedirect();
            if (own.protocol() == 3) {
                fanout.send(brokenRedirect(client.redirect()), own, 0);
            }
            return null;
        }
        return receiver.protocol() == 3 || receiver.isSubscribed() ? receiver : null;
    }

    private void broadcastLater(Change change, long dependency) {
        for (Map.Entry<Bytes, Prefix> entry : prefixes.entrySet()) {
            if (startsWith(change.key, entry.getKey())) {
                entry.getValue().changed.put(change.key, change.by);
                broadcastDependency = Math.max(broadcastDependency, dependency);
                if (!broadcastScheduled) {
                    broadcastScheduled = true;
                    later.execute(broadcast);
                }
            }
        }
    }

    private void broadcast() {
        for (Prefix prefix : prefixes.values()) {
            List<Tracking> everything = new ArrayList<>();
            for (Tracking client : prefix.clients) {
                if (client.isNoLoop() && prefix.changed.containsValue(client)) {
                    List<Bytes> ofOthers = new ArrayList<>(prefix.changed.keySet());
                    ofOthers.removeIf(key -> prefix.changed.get(key) == client);
                    if (!ofOthers.isEmpty()) {
                        tell(List.of(client), keys(ofOthers), broadcastDependency);
                    }
                } else {
                    everything.add(client);
                }
            }
            if (!prefix.changed.isEmpty()) {
                tell(everything, keys(prefix.changed.keySet()), broadcastDependency);
                prefix.changed.clear();
            }
        }
        broadcastScheduled = false;
        broadcastDependency = 0;
    }

    /** Whether {@code key} begins with {@code prefix}. */
    public static boolean startsWith(Bytes key, Bytes prefix) {
        return key.length() >= prefix.length() && prefix.equalTo(key.array(), key.offset(), prefix.length());
    }

    private static Push keys(Collection<Bytes> keys) {
        return to -> {
            writeHeader(to);
            to.array(keys.size());
            keys.forEach(key -> to.bulk(key.array(), key.offset(), key.length()));
        };
    }

    private static Push allKeys() {
        return to -> {
            writeHeader(to);
            to.nullBulk();
        };
    }

    /** In RESP2 it is a message of a channel, to who receives other clients' messages. */
    private static void writeHeader(ReplyWriter to) {
        if (to.protocol() == 3) {
            to.push(2);
            to.bulk("invalidate");
        } else {
            to.array(3);
            to.bulk("message");
            to.bulk(CHANNEL);
        }
    }

    private static Push brokenRedirect(long id) {
        return to -> {
            to.push(2);
            to.bulk("tracking-redir-broken");
            to.integer(id);
        };
    }

    // ---- figures for INFO

    public int clients() {
        return clients.size();
    }

    /** Keys that somebody may have in a cache. */
    public int keys() {
        return holders.size();
    }

    /** The same, counted once for each client. */
    public long items() {
        return items;
    }

    public int prefixes() {
        return prefixes.size();
    }
}
