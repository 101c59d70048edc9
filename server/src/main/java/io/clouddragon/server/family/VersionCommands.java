package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.key;
import static io.clouddragon.server.command.Argument.number;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.family.LockCommands.dragon;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.BlockedCall;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.server.command.KeyReference;
import io.clouddragon.server.command.KeySpec;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.engine.KeyspaceEvent;
import io.clouddragon.storage.engine.Tx;
import io.clouddragon.storage.engine.Waiter;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Versions over RESP: DRAGON.GET, SET, DEL and WATCH, which know the revision that last changed a key, and DRAGON.ONCE,
 * which makes a transaction happen at most once.
 */
final class VersionCommands {
    /** How long an idempotency id is remembered unless told otherwise, seconds: a day, as over HTTP. */
    private static final long DEFAULT_ONCE_SECONDS = 24L * 60 * 60;

    private static final Set<KeyFlag> ID_USE = Set.of(KeyFlag.RW, KeyFlag.INSERT, KeyFlag.NOT_KEY);

    private static final long UNCONDITIONAL = -1;

    private VersionCommands() {}

    static void declare(CommandTable table) {
        dragon(table.command("DRAGON.GET", VersionCommands::get))
                .summary("Returns values with their versions.")
                .complexity("O(N) where N is the number of keys.")
                .flags(Flag.READONLY, Flag.FAST)
                .args(key("key", KeyFlag.RO, KeyFlag.ACCESS).many());
        dragon(table.command("DRAGON.SET", VersionCommands::set))
                .summary("Sets a key, if it has a certain version, and returns its new version.")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.FAST)
                .args(
                        key("key", KeyFlag.RW, KeyFlag.ACCESS, KeyFlag.UPDATE),
                        string("value"),
                        integer("version").after("IFVERSION").maybe(),
                        oneOf(
                                        "expiration",
                                        block("px", integer("milliseconds").after("PX")),
                                        block("ex", integer("seconds").after("EX")))
                                .maybe());
        dragon(table.command("DRAGON.DEL", VersionCommands::delete))
                .summary("Deletes a key, if it has a certain version.")
                .complexity("O(1)")
                .flags(Flag.WRITE, Flag.FAST)
                .args(
                        key("key", KeyFlag.RM, KeyFlag.DELETE),
                        integer("version").after("IFVERSION").maybe());
        dragon(table.command("DRAGON.WATCH", VersionCommands::watch))
                .summary("Waits until one of the keys has another version than the one given.")
                .complexity("O(N) where N is the number of keys.")
                .flags(Flag.READONLY, Flag.BLOCKING, Flag.NOSCRIPT)
                .args(
                        block("data", key("key", KeyFlag.RO, KeyFlag.ACCESS), integer("version"))
                                .many(),
                        number("timeout"));
        dragon(table.command("DRAGON.ONCE", VersionCommands::once))
                .summary("First inside MULTI: nothing happens if one of the ids was used before.")
                .complexity("O(N) where N is the number of ids.")
                .flags(Flag.WRITE, Flag.DENYOOM, Flag.NOSCRIPT, Flag.FAST)
                .args(
                        key("id", KeyFlag.RW, KeyFlag.INSERT, KeyFlag.NOT_KEY).many(),
                        integer("seconds").after("EX").maybe())
                .keys(new KeySpec(ID_USE, 1, 0, 1, false), KeySpec.unknown(KeyFlag.RW, KeyFlag.INSERT, KeyFlag.NOT_KEY))
                .keyFinder(VersionCommands::findMoreIds)
                .guardsExec();
    }

    private static void get(Call call) {
        call.reply().array(call.count() - 1);
        for (int i = 1; i < call.count(); i++) {
            call.reply().array(2);
            if (call.tx().get(call.db(), call.arg(i), call.entry())) {
                replyStringOrNull(call.reply(), call.entry(), call.value());
                call.reply().integer(call.entry().version());
            } else {
                call.reply().nullBulk();
                call.reply().integer(0);
            }
        }
    }

    /** The value of a string; of another type, which has a version too, null. */
    private static void replyStringOrNull(ReplyWriter reply, Entry entry, Bytes scratch) {
        if (entry.type() == Kind.Type.STRING) {
            Bytes value = entry.value(scratch);
            reply.bulk(value.array(), value.offset(), value.length());
        } else {
            reply.nullBulk();
        }
    }

    private static void set(Call call) {
        long version = UNCONDITIONAL;
        long deadline = Entry.NO_DEADLINE;
        for (int i = 3; i < call.count(); i += 2) {
            boolean isVersion = call.isWord(i, "IFVERSION");
            boolean isSeconds = call.isWord(i, "EX");
            boolean known = isVersion && version == UNCONDITIONAL
                    || (isSeconds || call.isWord(i, "PX")) && deadline == Entry.NO_DEADLINE;
            if (!known || i + 1 == call.count()) {
                call.syntaxError();
                return;
            }
            if (!call.integer(i + 1)) {
                return;
            }
            if (isVersion) {
                version = call.number();
                if (!isVersion(call)) {
                    return;
                }
            } else {
                deadline = deadline(call, isSeconds ? 1000 : 1);
                if (deadline < 0) {
                    call.error(Errors.invalidExpire(call.command().fullName()));
                    return;
                }
            }
        }
        if (isMet(call, version)) {
            call.tx().put(call.db(), call.arg(1), Kind.RAW, call.arg(2), deadline);
            call.notify(KeyspaceEvent.STRING, "set", call.arg(1));
            if (deadline != Entry.NO_DEADLINE) {
                call.notify(KeyspaceEvent.GENERIC, "expire", call.arg(1));
            }
            call.reply().integer(call.tx().revision());
        } else {
            call.reply().nullBulk();
        }
    }

    private static boolean isVersion(Call call) {
        if (call.number() < 0) {
            call.error("ERR version is negative");
            return false;
        }
        return true;
    }

    private static boolean isMet(Call call, long version) {
        return version == UNCONDITIONAL || call.tx().version(call.db(), call.arg(1)) == version;
    }

    /** Unix milliseconds; -1 when the time to live is not positive or too long. */
    private static long deadline(Call call, long unitMillis) {
        long ttl = call.number();
        if (ttl <= 0 || ttl > (Long.MAX_VALUE - 1 - call.now()) / unitMillis) {
            return -1;
        }
        return call.now() + ttl * unitMillis;
    }

    private static void delete(Call call) {
        long version = UNCONDITIONAL;
        if (call.count() > 2) {
            if (call.count() != 4 || !call.isWord(2, "IFVERSION")) {
                call.syntaxError();
                return;
            }
            if (!call.integer(3) || !isVersion(call)) {
                return;
            }
            version = call.number();
        }
        boolean deleted = isMet(call, version) && call.tx().delete(call.db(), call.arg(1));
        if (deleted) {
            call.notify(KeyspaceEvent.GENERIC, "del", call.arg(1));
        }
        call.reply().integer(deleted ? 1 : 0);
    }

    // ---- watching

    private static void watch(Call call) {
        if (call.count() % 2 != 0) {
            call.error(Errors.arity(call.command().fullName()));
            return;
        }
        int last = call.count() - 1;
        if (!call.timeoutSeconds(last)) {
            return;
        }
        long millis = call.number();
        int pairs = (last - 1) / 2;
        Bytes[] keys = new Bytes[pairs];
        long[] versions = new long[pairs];
        for (int i = 0; i < pairs; i++) {
            if (!call.integer(2 + i * 2) || !isVersion(call)) {
                return;
            }
            keys[i] = call.arg(1 + i * 2);
            versions[i] = call.number();
        }
        if (!tellChange(call.tx(), call.db(), keys, versions, call.reply(), call.entry(), call.value())) {
            if (call.mayBlock()) {
                for (int i = 0; i < pairs; i++) {
                    keys[i] = keys[i].owned();
                }
                call.block(new WaitingForChange(call, keys, versions), Waiter.Kind.KEY, millis, keys);
            } else {
                call.reply().nullArray();
            }
        }
    }

    /** Replies {@code [key, version, value]} for the first key whose version differs; false when there is none. */
    private static boolean tellChange(
            Tx tx, Database db, Bytes[] keys, long[] versions, ReplyWriter reply, Entry entry, Bytes scratch) {
        for (int i = 0; i < keys.length; i++) {
            boolean exists = tx.peek(db, keys[i], entry);
            long version = exists ? entry.version() : 0;
            if (version != versions[i]) {
                reply.array(3);
                reply.bulk(keys[i].array(), keys[i].offset(), keys[i].length());
                reply.integer(version);
                if (exists) {
                    replyStringOrNull(reply, entry, scratch);
                } else {
                    reply.nullBulk();
                }
                return true;
            }
        }
        return false;
    }

    /** A DRAGON.WATCH that waits. */
    private static final class WaitingForChange extends BlockedCall {
        private final Database db;
        private final Bytes[] keys;
        private final long[] versions;

        WaitingForChange(Call call, Bytes[] keys, long[] versions) {
            super(call);
            this.db = call.db();
            this.keys = keys;
            this.versions = versions;
        }

        @Override
        protected boolean attempt(Tx tx, ReplyWriter reply) {
            return tellChange(tx, db, keys, versions, reply, new Entry(), new Bytes());
        }

        @Override
        protected void timedOut(Tx tx, ReplyWriter reply) {
            // Tells that the versions are those that were given: they must be durable too.
            for (Bytes key : keys) {
                tx.exists(db, key);
            }
            reply.nullArray();
        }
    }

    // ---- idempotency

    private static void once(Call call) {
        if (call.positionInExec() != 1) {
            String text = "ERR DRAGON.ONCE is allowed only as the first command inside MULTI";
            if (call.positionInExec() > 1) {
                call.abortExec(text);
            }
            call.error(text);
            return;
        }
        int end = endOfIds(call.count(), call::arg);
        long seconds = DEFAULT_ONCE_SECONDS;
        if (end < call.count()) {
            int last = call.count() - 1;
            boolean valid = call.integer(last) && call.number() > 0 && call.number() < Long.MAX_VALUE / 2000;
            if (!valid) {
                call.abortExec(Errors.invalidExpire(call.command().fullName()));
                return;
            }
            seconds = call.number();
        }
        for (int i = 1; i < end; i++) {
            if (!call.tx().once(call.db(), call.arg(i), seconds * 1000)) {
                call.abortExec("DUPLICATE idempotency id '" + call.arg(i) + "' was used before: nothing was done");
                return;
            }
        }
        call.reply().ok();
    }

    /** Position behind the last id: of EX, or of nothing. A first word is an id, whatever it is. */
    private static int endOfIds(int words, IntFunction<Bytes> word) {
        boolean hasTtl = words >= 4 && word.apply(words - 2).isWord("EX");
        return hasTtl ? words - 2 : words;
    }

    /** Those behind the first one. */
    private static void findMoreIds(int words, IntFunction<Bytes> word, List<KeyReference> into) {
        int end = endOfIds(words, word);
        for (int i = 2; i < end; i++) {
            into.add(new KeyReference(i, ID_USE));
        }
    }
}
