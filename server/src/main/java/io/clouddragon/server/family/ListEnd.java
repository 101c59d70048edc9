package io.clouddragon.server.family;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.ListView;

/**
 * One end of a list, and the steps at it that commands have in common, whether they are served at once or after waiting:
 * each changes the list, writes the reply and tells the events, in Redis' order. The caller has looked the list up,
 * and lends a view for elements.
 */
enum ListEnd {
    LEFT("lpush", "lpop"),
    RIGHT("rpush", "rpop");

    private final String pushEvent;
    private final String popEvent;

    ListEnd(String pushEvent, String popEvent) {
        this.pushEvent = pushEvent;
        this.popEvent = popEvent;
    }

    String pushEvent() {
        return pushEvent;
    }

    /** The end that a word of a command names; null when it is none. */
    static ListEnd of(Bytes word) {
        if (word.isWord("LEFT")) {
            return LEFT;
        }
        return word.isWord("RIGHT") ? RIGHT : null;
    }

    /** Adds an element, as the list's first where there is no list. */
    void push(Tx tx, Database db, Bytes key, Bytes element) {
        if (this == LEFT) {
            tx.lists().prepend(db, key, element);
        } else {
            tx.lists().append(db, key, element);
        }
    }

    /** Takes one element and replies with it. */
    void pop(Tx tx, Database db, Bytes key, ListView list, Bytes element, ReplyWriter reply) {
        list.get(this == LEFT ? 0 : list.size() - 1, element);
        reply.bulk(element.array(), element.offset(), element.length());
        cut(tx, db, key, list.size(), 1);
    }

    /** Takes up to {@code count} elements and replies with an array of them, the outermost first. */
    void popMany(Tx tx, Database db, Bytes key, ListView list, long count, Bytes element, ReplyWriter reply) {
        long size = list.size();
        long taken = Math.min(count, size);
        reply.array((int) taken);
        list.seek(this == LEFT ? 0 : size);
        for (long i = 0; i < taken; i++) {
            if (this == LEFT) {
                list.next(element);
            } else {
                list.previous(element);
            }
            reply.bulk(element.array(), element.offset(), element.length());
        }
        cut(tx, db, key, size, taken);
    }

    /** Takes one element, adds it to another list at {@code end} (or to the same), and replies with it. */
    void move(Tx tx, Database db, Bytes key, ListView list, Bytes target, ListEnd end, ReplyWriter reply) {
        long size = list.size();
        Bytes element = list.get(this == LEFT ? 0 : size - 1, new Bytes()).owned();
        reply.bulk(element.array(), element.offset(), element.length());
        boolean rotates = key.equals(target);
        end.push(tx, db, target, element);
        tx.event(db, KeyspaceEvent.LIST, end.pushEvent, target);
        // Where one list rotates, the element lies behind what was added before it.
        long index = this == LEFT ? 0 : size - 1;
        tx.lists().cut(db, key, rotates && end == LEFT ? index + 1 : index, 1);
        tx.event(db, KeyspaceEvent.LIST, popEvent, key);
        if (size == 1 && !rotates) {
            tx.event(db, KeyspaceEvent.GENERIC, "del", key);
        }
    }

    /** Removes elements from this end and tells of it. */
    private void cut(Tx tx, Database db, Bytes key, long size, long count) {
        tx.lists().cut(db, key, this == LEFT ? 0 : size - count, count);
        tx.event(db, KeyspaceEvent.LIST, popEvent, key);
        if (count == size) {
            tx.event(db, KeyspaceEvent.GENERIC, "del", key);
        }
    }
}
