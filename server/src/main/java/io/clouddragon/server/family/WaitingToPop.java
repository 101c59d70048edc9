package io.clouddragon.server.family;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.BlockedCall;
import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind.Type;

/**
 * A command that waits to take something from one of its keys: BLPOP, BZPOPMIN and the like. As in Redis
 * (handleClientsBlockedOnKeys) it is served from the key that became ready, whichever stands first among its words, and
 * waits on while a key holds another type.
 */
abstract class WaitingToPop extends BlockedCall {
    private final Database db;
    private final Type type;
    private final Bytes[] keys;
    private final Bytes key = new Bytes();
    private final Entry entry = new Entry();

    /** @param keys owned */
    WaitingToPop(Call call, Type type, Bytes... keys) {
        super(call);
        this.db = call.db();
        this.type = type;
        this.keys = keys;
    }

    /** Takes from the key, which holds a value of the type, and writes the reply. */
    protected abstract void take(Tx tx, Database db, Bytes key, Entry entry, ReplyWriter reply);

    @Override
    protected final boolean attempt(Tx tx, ReplyWriter reply) {
        key.set(readyKey(), 0, readyKey().length);
        if (!tx.peek(db, key, entry) || entry.type() != type) {
            return false;
        }
        take(tx, db, key, entry, reply);
        return true;
    }

    @Override
    protected final void timedOut(Tx tx, ReplyWriter reply) {
        // Tells that there was nothing to take: what took it must be durable too.
        for (Bytes waitedFor : keys) {
            tx.exists(db, waitedFor);
        }
        reply.nullArray();
    }
}
