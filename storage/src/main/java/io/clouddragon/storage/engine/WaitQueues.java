package io.clouddragon.storage.engine;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HashTable;
import java.util.Arrays;
import java.util.List;

/**
 * The commands of one database that are parked on a key, by key: first in, first out. Empty queues are dropped at once,
 * so the table holds only keys that somebody waits for.
 */
final class WaitQueues extends HashTable {
    WaitQueues(long seed) {
        super(seed);
    }

    /** The waiters of one key, in order of arrival. */
    static final class Queue {
        final WaitQueues home;
        final byte[] key;
        final long hash;
        Node head;
        Node tail;
        int count;
        /** Already among those that the engine serves after this transaction. */
        boolean ready;

        Queue(WaitQueues home, byte[] key, long hash) {
            this.home = home;
            this.key = key;
            this.hash = hash;
        }

        void addTo(List<Waiter> waiters) {
            for (Node node = head; node != null; node = node.next) {
                waiters.add(node.waiter);
            }
        }
    }

    /**
     * A waiter's place in one queue. A node that left keeps its {@code next}, so that a walk that stands on it goes on;
     * {@code queue} null says that it left.
     */
    static final class Node {
        final Waiter waiter;
        Queue queue;
        Node previous;
        Node next;

        Node(Waiter waiter) {
            this.waiter = waiter;
        }
    }

    /** The key's queue, or null when nobody waits. */
    Queue queue(Bytes key) {
        return size() == 0 ? null : (Queue) find(key, hash(key));
    }

    Node append(Bytes key, Waiter waiter) {
        long hash = hash(key);
        Queue queue = (Queue) find(key, hash);
        if (queue == null) {
            queue = new Queue(this, key.copy(), hash);
            put(key, hash, queue);
        }
        Node node = new Node(waiter);
        node.queue = queue;
        node.previous = queue.tail;
        if (queue.tail == null) {
            queue.head = node;
        } else {
            queue.tail.next = node;
        }
        queue.tail = node;
        queue.count++;
        return node;
    }

    static void leave(Node node) {
        Queue queue = node.queue;
        if (queue == null) {
            return;
        }
        if (node.previous == null) {
            queue.head = node.next;
        } else {
            node.previous.next = node.next;
        }
        if (node.next == null) {
            queue.tail = node.previous;
        } else {
            node.next.previous = node.previous;
        }
        node.queue = null;
        if (--queue.count == 0) {
            queue.home.remove(new Bytes(queue.key), queue.hash);
        }
    }

    @Override
    protected boolean keyEquals(Object element, byte[] key, int offset, int length) {
        byte[] own = ((Queue) element).key;
        return Arrays.equals(own, 0, own.length, key, offset, offset + length);
    }

    @Override
    protected long hashOf(Object element) {
        return ((Queue) element).hash;
    }
}
