package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.pattern;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.BlockedCall;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.Session;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.bytes.Glob;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import java.util.ArrayList;
import java.util.List;

/**
 * Locks over RESP: DRAGON.LOCK, UNLOCK, EXTEND, LOCKINFO, LOCKS. A lock is a lease on a name; its handle is a fencing token:
 * the revision of the grant, larger than that of any grant before.
 */
final class LockCommands {
    /** Longest lease, milliseconds: a day, as over HTTP. */
    private static final long MAX_LEASE_MILLIS = 24L * 60 * 60 * 1000;

    private static final long DEFAULT_SCAN_COUNT = 10;
    /** Of an option with a number from 0 on. */
    private static final long NOT_SAID = -1;

    private static final String NOT_OWNER = "NOTOWNER the lock is not held under this handle";
    private static final Bytes NO_OWNER = new Bytes();

    private LockCommands() {}

    static void declare(CommandTable table) {
        dragon(table.command("DRAGON.LOCK", LockCommands::lock))
                .summary("Acquires a lock, waiting in line for it if asked to.")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.BLOCKING, Flag.FAST)
                .args(
                        key("lock", KeyFlag.RW, KeyFlag.UPDATE, KeyFlag.NOT_KEY),
                        lease(),
                        integer("milliseconds").after("WAIT").maybe(),
                        string("text").after("OWNER").maybe());
        dragon(table.command("DRAGON.UNLOCK", LockCommands::unlock))
                .summary("Releases a lock that is held under a handle.")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("lock", KeyFlag.RW, KeyFlag.DELETE, KeyFlag.NOT_KEY), integer("handle"));
        dragon(table.command("DRAGON.EXTEND", LockCommands::extend))
                .summary("Lets a lock that is held under a handle last some time from now.")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(key("lock", KeyFlag.RW, KeyFlag.UPDATE, KeyFlag.NOT_KEY), integer("handle"), lease());
        dragon(table.command("DRAGON.LOCKINFO", LockCommands::lockInfo))
                .summary("Tells who holds a lock, until when, and how many wait for it.")
                .complexity("O(1)")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("lock", KeyFlag.RO, KeyFlag.ACCESS, KeyFlag.NOT_KEY));
        dragon(table.command("DRAGON.LOCKS", LockCommands::locks))
                .summary("Iterates over the names of held locks.")
                .complexity("O(1) for every call. O(N) for a complete iteration.")
                .flags(Flag.READONLY)
                .args(
                        integer("cursor"),
                        pattern("pattern").after("MATCH").maybe(),
                        integer("count").after("COUNT").maybe());
    }

    /** What all commands of the family have in common. */
    static Command dragon(Command command) {
        return command.group(Group.DRAGON).since("1.0.0");
    }

    private static Argument lease() {
        return oneOf(
                "lease",
                block("px", integer("milliseconds").after("PX")),
                block("ex", integer("seconds").after("EX")));
    }

    private static void lock(Call call) {
        long lease = lease(call, 2);
        if (lease < 0) {
            return;
        }
        long wait = NOT_SAID;
        Bytes owner = null;
        for (int i = 4; i < call.count(); i += 2) {
            boolean isLast = i + 1 == call.count();
            if (!isLast && wait == NOT_SAID && call.isWord(i, "WAIT")) {
                if (!call.integer(i + 1) || isNegative(call)) {
                    return;
                }
                wait = call.number();
            } else if (!isLast && owner == null && call.isWord(i, "OWNER")) {
                owner = call.arg(i + 1);
            } else {
                call.syntaxError();
                return;
            }
        }
        lock(call, lease, Math.max(wait, 0), owner == null ? NO_OWNER : owner);
    }

    private static void lock(Call call, long lease, long wait, Bytes owner) {
        Bytes name = call.arg(1);
        long handle = call.tx().locks().acquire(call.db(), name, lease, owner);
        if (handle != 0) {
            granted(call.session(), call.reply(), call.db(), name, handle, call.now() + lease);
        } else if (wait == 0 || !call.mayBlock()) {
            call.reply().nullArray();
        } else {
            call.block(new WaitingForLock(call, lease, owner), Waiter.Kind.LOCK, wait, name);
        }
    }

    private static boolean isNegative(Call call) {
        if (call.number() < 0) {
            call.error(Errors.TIMEOUT_NEGATIVE);
            return true;
        }
        return false;
    }

    private static void granted(
            Session session, ReplyWriter reply, Database db, Bytes name, long handle, long tillMillis) {
        session.connection().granted(db, name.copy(), handle);
        reply.array(2);
        reply.integer(handle);
        reply.integer(tillMillis);
    }

    /** A DRAGON.LOCK in line. */
    private static final class WaitingForLock extends BlockedCall {
        private final Database db;
        private final Bytes name;
        private final long lease;
        private final Bytes owner;

        WaitingForLock(Call call, long lease, Bytes owner) {
            super(call);
            this.db = call.db();
            this.name = call.arg(1).owned();
            this.lease = lease;
            this.owner = owner.owned();
        }

        @Override
        protected boolean attempt(Tx tx, ReplyWriter reply) {
            long handle = tx.locks().acquire(db, name, lease, owner);
            if (handle == 0) {
                return false;
            }
            granted(session(), reply, db, name, handle, tx.now() + lease);
            return true;
        }

        @Override
        protected void timedOut(Tx tx, ReplyWriter reply) {
            // Tells that somebody else holds it: that grant must be durable too.
            tx.locks().dependOn(db, name);
            reply.nullArray();
        }
    }

    private static void unlock(Call call) {
        if (!call.integer(2)) {
            return;
        }
        if (call.tx().locks().release(call.db(), call.arg(1), call.number())) {
            call.reply().integer(1);
        } else {
            call.error(NOT_OWNER);
        }
    }

    private static void extend(Call call) {
        if (!call.integer(2)) {
            return;
        }
        long handle = call.number();
        long lease = lease(call, 3);
        if (lease < 0) {
            return;
        }
        if (call.count() > 5) {
            call.syntaxError();
        } else if (call.tx().locks().extend(call.db(), call.arg(1), handle, lease)) {
            call.reply().integer(call.now() + lease);
        } else {
            call.error(NOT_OWNER);
        }
    }

    /** Reads {@code PX ms} or {@code EX s} at word {@code i}; -1 when the error has been written. */
    private static long lease(Call call, int i) {
        boolean seconds = call.isWord(i, "EX");
        if (!seconds && !call.isWord(i, "PX")) {
            call.syntaxError();
            return -1;
        }
        if (!call.integer(i + 1)) {
            return -1;
        }
        long unit = seconds ? 1000 : 1;
        if (call.number() <= 0 || call.number() > MAX_LEASE_MILLIS / unit) {
            call.error(
                    "ERR invalid lease in '" + call.command().fullName() + "' command: from 1 millisecond to 24 hours");
            return -1;
        }
        return call.number() * unit;
    }

    private static void lockInfo(Call call) {
        Bytes name = call.arg(1);
        if (!call.tx().locks().holder(call.db(), name, call.entry())) {
            call.reply().nullArray();
            return;
        }
        ReplyWriter reply = call.reply();
        reply.map(4);
        reply.bulk("handle");
        reply.integer(call.entry().version());
        reply.bulk("till");
        reply.integer(call.tx().locks().leaseEnd(call.entry()));
        reply.bulk("owner");
        call.replyBytes(call.entry().stored(call.value()));
        reply.bulk("waiters");
        reply.integer(call.tx().locks().waiters(call.db(), name));
    }

    private static void locks(Call call) {
        if (!Decimal.isLong(call.arg(1)) || Decimal.toLong(call.arg(1)) < 0) {
            call.error("ERR invalid cursor");
            return;
        }
        long cursor = Decimal.toLong(call.arg(1));
        Bytes match = null;
        long count = NOT_SAID;
        for (int i = 2; i < call.count(); i += 2) {
            boolean isLast = i + 1 == call.count();
            boolean valid = false;
            if (!isLast && match == null && call.isWord(i, "MATCH")) {
                match = call.arg(i + 1);
                valid = true;
            } else if (!isLast && count == NOT_SAID && call.isWord(i, "COUNT")) {
                if (!call.integer(i + 1)) {
                    return;
                }
                count = call.number();
                valid = count > 0;
            }
            if (!valid) {
                call.syntaxError();
                return;
            }
        }
        scan(call, cursor, match, count == NOT_SAID ? DEFAULT_SCAN_COUNT : count);
    }

    private static void scan(Call call, long from, Bytes match, long count) {
        List<byte[]> names = new ArrayList<>();
        Bytes name = call.value();
        long[] seen = {0};
        long cursor = from;
        do {
            cursor = call.tx().scan(call.db(), Tx.Space.LOCKS, cursor, lock -> {
                seen[0]++;
                if (match == null || Glob.selects(match, lock.key(name))) {
                    names.add(lock.key(name).copy());
                }
            });
        } while (cursor != 0 && seen[0] < count);
        call.reply().array(2);
        call.reply().bulk(Long.toString(cursor));
        call.reply().array(names.size());
        names.forEach(call.reply()::bulk);
    }
}
