package io.clouddragon.http;

import io.clouddragon.http.json.JsonWriter;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Operation;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.keyspace.Entry;

/** Looks whether a key's version differs from the one that a client knows. Reused; event loop only. */
final class Watch implements Operation {
    private final Answer answer;
    private final HttpLimits limits;
    private final Entry entry = new Entry();
    private final Bytes scratch = new Bytes();

    private Database db;
    private Bytes key;
    private long known;
    private Access.Caller user;
    private boolean differs;

    Watch(Answer answer, HttpLimits limits) {
        this.answer = answer;
        this.limits = limits;
    }

    Watch of(Database database, Bytes watched, long knownVersion, Access.Caller asks) {
        db = database;
        key = watched;
        known = knownVersion;
        user = asks;
        return this;
    }

    /** Whether it does, or the user may not know; then the answer is written. */
    boolean differs() {
        return differs;
    }

    @Override
    public void run(Tx tx) {
        String refusal = user.isUnrestricted() ? null : user.refusal(Access.Operation.WATCH, key);
        if (refusal != null) {
            differs = true;
            answer.refuse(HttpError.FORBIDDEN, refusal, key);
            return;
        }
        boolean exists = tx.peek(db, key, entry);
        differs = (exists ? entry.version() : 0) != known;
        if (!differs) {
            return;
        }
        if (exists && !Values.fits(entry, answer, limits, scratch)) {
            return;
        }
        JsonWriter json = answer.ok().openObject().name(Answer.KEY).string(key);
        if (!exists) {
            Values.writeMissing(json);
        } else if (Values.isTellable(entry)) {
            Values.write(json, entry, scratch);
        } else {
            Values.writeType(json, entry);
        }
        json.closeObject();
        Values.fits(answer, limits);
    }
}
