package io.clouddragon.server.command;

import io.clouddragon.resp.Request;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A session's MULTI and WATCH: commands queued for EXEC, and keys that must not change until then.
 *
 * <p>A watched key is a waiter parked on the key: the one mechanism that tells of changes. Being touched marks the
 * transaction, whatever the key's value is afterwards. Event loop only.
 */
public final class Transaction {
    /** A queued command with its words. */
    public record Queued(Command command, Request request) {}

    /** What a queued command takes besides its words, and each of these besides its bytes: objects and references. */
    private static final int QUEUED_BYTES = 96;

    private static final int WORD_BYTES = 8;

    private final List<Queued> queue = new ArrayList<>();
    private final Map<Watched, WatchedKey> watched = new HashMap<>();
    private boolean open;
    private boolean faulty;
    private boolean touched;
    private final LongConsumer memory;
    private boolean mayWrite;
    private boolean writes;
    private boolean needsMemory;
    private boolean runsScripts;
    private long queuedBytes;

    /** @param memory told how much more memory, or less, is taken by commands that are queued */
    Transaction(LongConsumer memory) {
        this.memory = memory;
    }

    /** Between MULTI and EXEC. */
    public boolean isOpen() {
        return open;
    }

    public void open() {
        open = true;
    }

    /** @param request valid during the call only */
    public void queue(Command command, Request request) {
        if (faulty || touched) {
            // It will not be executed, and clients may send much without a look at the replies.
            return;
        }
        Request own = request.copy();
        queue.add(new Queued(command, own));
        mayWrite |= command.mayWrite();
        writes |= command.writes();
        needsMemory |= command.needsMemory();
        runsScripts |= command.runsScript();
        count(QUEUED_BYTES + (long) WORD_BYTES * own.count() + own.array().length);
    }

    private void count(long bytes) {
        queuedBytes += bytes;
        memory.accept(bytes);
    }

    /** Whether a queued command may change keys, or do what others see. */
    boolean mayWrite() {
        return mayWrite;
    }

    /** Whether a queued command is one that writes. */
    boolean writes() {
        return writes;
    }

    /** Whether a queued command may need more memory. */
    boolean needsMemory() {
        return needsMemory;
    }

    /** Whether a queued command runs a script. */
    public boolean runsScripts() {
        return runsScripts;
    }

    /** About how much memory the queued commands take, bytes. */
    public long queuedBytes() {
        return queuedBytes;
    }

    public List<Queued> queued() {
        return queue;
    }

    /** A command could not be queued: EXEC will refuse. */
    public void markFaulty() {
        if (open) {
            faulty = true;
        }
    }

    public boolean isFaulty() {
        return faulty;
    }

    /** Whether a watched key was touched. */
    public boolean isTouched() {
        return touched;
    }

    /** Ends MULTI without executing. */
    public void discard() {
        open = false;
        faulty = false;
        mayWrite = false;
        writes = false;
        needsMemory = false;
        runsScripts = false;
        count(-queuedBytes);
        queue.clear();
    }

    public void watch(Engine engine, Database db, Bytes key) {
        Watched place = new Watched(db, key.owned());
        if (!watched.containsKey(place)) {
            WatchedKey mark = new WatchedKey(engine);
            watched.put(place, mark);
            engine.park(mark, db, Waiter.Kind.KEY, Waiter.FOR_EVER, key);
        }
    }

    public void unwatch() {
        for (WatchedKey mark : watched.values()) {
            mark.engine.unpark(mark);
        }
        watched.clear();
        touched = false;
    }

    private record Watched(Database db, Bytes key) {}

    private final class WatchedKey extends Waiter {
        private final Engine engine;

        WatchedKey(Engine engine) {
            this.engine = engine;
        }

        @Override
        protected boolean serve(Tx tx) {
            touched = true;
            return true;
        }

        @Override
        protected void expire(Tx tx) {
            // Parked without a deadline.
        }

        @Override
        protected void settled(long dependency) {
            // Nothing is told before EXEC.
        }

        @Override
        protected void failed(RuntimeException cause) {
            touched = true;
        }

        @Override
        protected void cannotBeTold(Throwable cause) {
            touched = true;
        }
    }
}
