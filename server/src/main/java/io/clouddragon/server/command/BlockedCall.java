package io.clouddragon.server.command;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command of a RESP session that is parked: DRAGON.LOCK, DRAGON.WATCH, BLPOP and the like extend this with how to try
 * again. While it is parked the session reads no further command. Event loop only.
 */
public abstract class BlockedCall extends Waiter {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedCall.class);

    private static final int NO_REPLY = -1;

    private final Session session;
    private final EngineLoop loop;
    private final boolean silent;
    /** Where the reply begins that is being written. */
    private int mark = NO_REPLY;

    private boolean isUnblocked;
    private boolean unblockedWithError;

    protected BlockedCall(Call call) {
        this.session = call.session();
        this.loop = call.loop();
        this.silent = session.isSilent();
    }

    protected final Session session() {
        return session;
    }

    /**
     * Tries again, with what it copied from its words.
     *
     * @return true when it has written its reply
     */
    protected abstract boolean attempt(Tx tx, ReplyWriter reply);

    /** Writes the reply to having waited in vain. */
    protected abstract void timedOut(Tx tx, ReplyWriter reply);

    @Override
    protected final boolean serve(Tx tx) {
        mark = session.connection().mark();
        session.executing();
        boolean served = attempt(tx, session.reply());
        if (!served) {
            mark = NO_REPLY;
            session.executed();
        }
        return served;
    }

    @Override
    protected final void expire(Tx tx) {
        mark = session.connection().mark();
        session.executing();
        if (unblockedWithError) {
            session.reply().error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
        } else {
            timedOut(tx, session.reply());
        }
    }

    @Override
    protected final void settled(long dependency) {
        session.dependOn(dependency);
        ended();
    }

    @Override
    protected final void failed(RuntimeException cause) {
        if (mark == NO_REPLY) {
            mark = session.connection().mark();
        } else {
            session.connection().rewind(mark);
        }
        session.reply().error(Errors.ofFailure(cause));
        if (!Errors.isRefusal(cause)) {
            LOG.error("A blocked command failed; nothing of it was done", cause);
        }
        ended();
    }

    @Override
    protected final void cannotBeTold(Throwable cause) {
        LOG.error(
                "Closing {}: the reply it waited for is lost",
                session.connection().peerAddress(),
                cause);
        session.connection().close();
    }

    private void ended() {
        if (silent) {
            session.connection().rewind(mark);
        }
        session.executed();
        session.unblocked(loop.engine().wallMillis());
        session.connection().replied();
        session.connection().resume();
    }

    @Override
    protected final boolean isAlive() {
        return session.connection().isOpen();
    }

    /**
     * CLIENT UNBLOCK: answers soon, as if time were up or with an error. Not at once: the caller is inside a transaction.
     *
     * @return false when that has been asked for before
     */
    public final boolean unblock(boolean withError) {
        if (isUnblocked) {
            return false;
        }
        isUnblocked = true;
        unblockedWithError = withError;
        loop.execute(this::expireNow);
        return true;
    }

    /** What it waited for has come about outside of any transaction: {@link #timedOut} writes the reply. */
    protected final void expireNow() {
        if (isParked()) {
            loop.enter();
            loop.engine().expireNow(this);
        }
    }

    final void cancel() {
        loop.engine().unpark(this);
    }
}
