package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Keyspace;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.memory.TimerWheel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The parked commands of all databases: who waits how long, whom the last transaction has woken, and who is answered when.
 * Engine thread only.
 */
final class Parking {
    private final Engine engine;
    private final TimerWheel waits = new TimerWheel(0);
    private final ArrayDeque<WaitQueues.Queue> ready = new ArrayDeque<>();
    private final Operation serveWaiter = this::serve;
    private final Operation expireWaiter = this::expire;
    private int size;

    // What the prepared operations above work on.
    private Waiter waiter;
    private boolean served;
    private WaitQueues.Queue servedQueue;
    private final Bytes queueKey = new Bytes();

    Parking(Engine engine) {
        this.engine = engine;
    }

    /**
     * Parks a command at the end of its keys' queues.
     *
     * @param keys copied; the same key twice counts once for each
     * @param deadlineMillis on the engine's clock, or {@link Waiter#FOR_EVER}
     */
    void park(Waiter newcomer, Database db, Waiter.Kind kind, long deadlineMillis, Bytes... keys) {
        WaitQueues queues = db.waiters(kind);
        newcomer.nodes = new WaitQueues.Node[keys.length];
        for (int i = 0; i < keys.length; i++) {
            newcomer.nodes[i] = queues.append(keys[i], newcomer);
        }
        newcomer.parking = this;
        newcomer.database = db;
        newcomer.kind = kind;
        newcomer.parked = true;
        size++;
        if (deadlineMillis != Waiter.FOR_EVER) {
            waits.schedule(newcomer, deadlineMillis);
        }
    }

    /** Takes a waiter away without an answer; nothing happens when it is not parked. */
    void unpark(Waiter leaver) {
        if (!leaver.parked) {
            return;
        }
        leaver.parked = false;
        size--;
        for (WaitQueues.Node node : leaver.nodes) {
            WaitQueues.leave(node);
        }
        leaver.nodes = null;
        waits.cancel(leaver);
    }

    /** Commands that are parked now. */
    int size() {
        return size;
    }

    /** Lets waits run out whose deadline has come, at most so many. */
    void advance(long engineMillis, int max) {
        waits.advance(engineMillis, max);
    }

    /** On the engine's clock. */
    long nextDeadline() {
        return waits.nextDeadline();
    }

    /** What is done after a transaction stands in no line, even if that transaction served somebody from its queue. */
    void transactionEnded() {
        servedQueue = null;
    }

    /** Nothing can be granted any more: every parked command is told why, once, and none is left. */
    void failWaiters(LogFailedException cause) {
        List<Waiter> all = new ArrayList<>();
        for (Database database : engine.databases().all()) {
            for (Waiter.Kind kind : Waiter.Kind.values()) {
                database.waiters(kind).forEach(queue -> ((WaitQueues.Queue) queue).addTo(all));
            }
        }
        for (Waiter each : all) {
            // One that waits for several keys stands in several queues.
            if (each.parked) {
                leaveWith(each, cause);
            }
        }
    }

    /** Answers a parked command that it was in vain. */
    void timeIsUp(Waiter ended) {
        waiter = ended;
        unpark(ended);
        answer(ended, expireWaiter);
        serveReady();
    }

    /**
     * Lets a waiter answer, in a transaction of its own. What goes wrong there is the waiter's matter: it must not look as
     * if the transaction that woke it had failed.
     *
     * @return whether it has answered, and so has left or is to leave
     */
    private boolean answer(Waiter answering, Operation operation) {
        long dependency;
        try {
            dependency = engine.execute(operation);
        } catch (RuntimeException | OutOfMemoryError failure) {
            leaveWith(answering, failure);
            return true;
        }
        if (operation == serveWaiter && !served) {
            return false;
        }
        unpark(answering);
        try {
            answering.settled(dependency);
        } catch (RuntimeException | OutOfMemoryError failure) {
            answering.cannotBeTold(failure);
        }
        return true;
    }

    private void leaveWith(Waiter leaver, Throwable cause) {
        unpark(leaver);
        try {
            leaver.failed(
                    cause instanceof OutOfMemoryError e ? new NotEnoughMemoryException(e) : (RuntimeException) cause);
        } catch (RuntimeException | OutOfMemoryError failure) {
            leaver.cannotBeTold(failure);
        }
    }

    private void expire(Tx current) {
        waiter.expire(current);
    }

    void ready(WaitQueues.Queue queue) {
        if (!queue.ready) {
            queue.ready = true;
            ready.add(queue);
        }
    }

    /** Keys were replaced as a whole: wakes whoever waits for one that is or was there. For others nothing has changed. */
    void readyAll(WaitQueues queues, Keyspace before, Keyspace after) {
        Bytes key = new Bytes();
        queues.forEach(element -> {
            WaitQueues.Queue queue = (WaitQueues.Queue) element;
            key.set(queue.key, 0, queue.key.length);
            if (before.find(key, before.hash(key)) != null || after.find(key, after.hash(key)) != null) {
                ready(queue);
            }
        });
    }

    /** How many queues are ready: those that a transaction finds are not its own to forget. */
    int readyQueues() {
        return ready.size();
    }

    /** Forgets the queues that a transaction made ready which is now taken back: all but the first {@code before}. */
    void forgetReady(int before) {
        while (ready.size() > before) {
            ready.removeLast().ready = false;
        }
    }

    /** A lock may be taken by a newcomer when nobody waits, else only by who is being served from its queue. */
    boolean mayTake(WaitQueues.Queue queue) {
        return queue == null || queue == servedQueue;
    }

    /** Serves whom the last transaction has woken, each in a transaction of its own, and whom those wake. */
    void serveReady() {
        for (WaitQueues.Queue queue = ready.poll(); queue != null; queue = ready.poll()) {
            queue.ready = false;
            serveQueue(queue);
        }
    }

    private void serveQueue(WaitQueues.Queue queue) {
        WaitQueues.Node last = queue.tail;
        WaitQueues.Node node = queue.head;
        while (node != null) {
            // Serving may let others leave; a node that left still knows who came after it.
            WaitQueues.Node after = node.next;
            boolean isLast = node == last;
            if (node.queue != null
                    && (!mayBeServed(node) || !serveNode(node) && node.waiter.kind == Waiter.Kind.LOCK)) {
                return;
            }
            if (isLast) {
                return;
            }
            node = after;
        }
    }

    /** Ten thousand who wait for an element of one list are not all asked when one element came. */
    private boolean mayBeServed(WaitQueues.Node node) {
        if (node.waiter.kind != Waiter.Kind.POP) {
            return true;
        }
        Keyspace keys = node.waiter.database.keys();
        queueKey.set(node.queue.key, 0, node.queue.key.length);
        return keys.find(queueKey, keys.hash(queueKey)) != null;
    }

    private boolean serveNode(WaitQueues.Node node) {
        Waiter candidate = node.waiter;
        if (!candidate.isAlive()) {
            unpark(candidate);
            return true;
        }
        waiter = candidate;
        candidate.readyKey(node.queue.key);
        served = false;
        // Until the end of the transaction only: what the answer may lead to stands in no line.
        servedQueue = node.queue;
        return answer(candidate, serveWaiter);
    }

    private void serve(Tx current) {
        served = waiter.serve(current);
    }
}
