package io.clouddragon.http;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;

/** A request that waits in the engine: it costs no thread, only this object. Event loop only. */
abstract class LongPoll extends Waiter {
    final HttpConnection connection;
    final Request request;
    final Database db;
    final Exchange exchange;

    private LongPoll(HttpConnection connection, Request request, Database db, Exchange exchange) {
        this.connection = connection;
        this.request = request;
        this.db = db;
        this.exchange = exchange;
    }

    @Override
    protected final boolean isAlive() {
        return connection.isAlive();
    }

    @Override
    protected final void failed(RuntimeException cause) {
        HttpApi.refuse(exchange.answer, cause);
        connection.waitEnded(exchange.answer, request, 0);
    }

    @Override
    protected final void cannotBeTold(Throwable cause) {
        connection.broken(cause);
    }

    /** For a lock: runs the whole batch once the lock is free. */
    static final class ForLock extends LongPoll {
        private final Bytes lockId;

        /** The request's body is kept as it came and read again when its turn comes: that is smaller than what is read. */
        ForLock(HttpConnection connection, Request request, Database db, Exchange exchange, Bytes lockId) {
            super(connection, request, db, exchange);
            this.lockId = lockId.owned();
            request.own();
        }

        @Override
        protected boolean serve(Tx tx) {
            if (tx.locks().holder(db, lockId, exchange.entry)) {
                return false;
            }
            exchange.batchReader.read(request.body, request.bodyLength);
            exchange.batch
                    .ofOneThatWaited(db, exchange.batchReader.batch(), request.user)
                    .run(tx);
            return !exchange.batch.mustWait();
        }

        @Override
        protected void expire(Tx tx) {
            exchange.batch.refuseLock(tx, db, lockId);
        }

        @Override
        protected void settled(long dependency) {
            if (exchange.answer.isOk()) {
                exchange.answer.revision(exchange.batch.revision(dependency));
                connection.granted(db, lockId, exchange.batch.granted());
            }
            connection.waitEnded(exchange.answer, request, dependency);
        }
    }

    /** For a key to have another version. */
    static final class ForKey extends LongPoll {
        private final Bytes key;
        private final long known;

        ForKey(HttpConnection connection, Request request, Database db, Exchange exchange, Bytes key, long known) {
            super(connection, request, db, exchange);
            this.key = key.owned();
            this.known = known;
        }

        @Override
        protected boolean serve(Tx tx) {
            Watch watch = exchange.watch.of(db, key, known, request.user);
            watch.run(tx);
            return watch.differs();
        }

        @Override
        protected void expire(Tx tx) {
            exchange.answer.noContent();
        }

        @Override
        protected void settled(long dependency) {
            connection.waitEnded(exchange.answer, request, dependency);
        }
    }
}
