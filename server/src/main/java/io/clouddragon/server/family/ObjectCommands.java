package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.key;

import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Handler;
import io.clouddragon.server.command.KeyFlag;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.bytes.Decimal;
import io.clouddragon.storage.collection.PackedElements;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;

/**
 * OBJECT: how a value is represented, told in Redis' terms because clients and their tests ask in them. What it would be in
 * Redis follows from the value: integers are shared below 10,000, strings are embedded up to 44 bytes.
 *
 * <p>Two things cannot be told from the value and are answered as for a value that was set: an integer that INCRBYFLOAT left
 * ({@code embstr} there), and how many share a small integer after COPY.
 */
public final class ObjectCommands {
    /** Redis embeds strings up to here in the object's header. */
    private static final int MAX_EMBEDDED_BYTES = 44;
    /** Redis has one object for each integer from 0 to here... */
    private static final long SHARED_INTEGERS = 10_000;
    /** ...which counts as referred to so many times. */
    private static final int SHARED_REFERENCES = Integer.MAX_VALUE;

    private static final String[] HELP = {
        "ENCODING <key>",
        "    Return the kind of internal representation used in order to store the value",
        "    associated with a <key>.",
        "FREQ <key>",
        "    Return the access frequency index of the <key>. The returned integer is",
        "    proportional to the logarithm of the recent access frequency of the key.",
        "IDLETIME <key>",
        "    Return the idle time of the <key>, that is the approximated number of",
        "    seconds elapsed since the last access to the key.",
        "REFCOUNT <key>",
        "    Return the number of references of the value associated with the specified",
        "    <key>."
    };

    private ObjectCommands() {}

    public static void declare(CommandTable table) {
        Command object = table.container("OBJECT")
                .group(Group.GENERIC)
                .summary("A container for object introspection commands")
                .since("2.2.3")
                .complexity("Depends on subcommand.");
        declare(object, "ENCODING", ObjectCommands::encoding)
                .summary("Inspect the internal encoding of a Redis object");
        declare(object, "FREQ", ObjectCommands::freq)
                .summary("Get the logarithmic access frequency counter of a Redis object")
                .since("4.0.0");
        declare(object, "IDLETIME", ObjectCommands::idletime)
                .summary("Get the time since a Redis object was last accessed");
        declare(object, "REFCOUNT", ObjectCommands::refcount)
                .summary("Get the number of references to the value of the key");
        Help.declare(object, "6.2.0", HELP);
    }

    private static Command declare(Command object, String name, Handler handler) {
        return object.subcommand(name, call -> onEntry(call, handler))
                .complexity("O(1)")
                .flags(Flag.READONLY)
                .tips("nondeterministic_output")
                .args(key("key", KeyFlag.RO));
    }

    /** Runs the handler on {@link Call#entry}, or answers null for a key that does not exist. */
    private static void onEntry(Call call, Handler handler) {
        if (call.tx().peek(call.db(), call.arg(2), call.entry())) {
            handler.run(call);
        } else {
            call.reply().nullBulk();
        }
    }

    private static void encoding(Call call) {
        Entry entry = call.entry();
        boolean compact = entry.kind().isCollection() && entry.flags() != PackedElements.CONVERTED;
        call.reply()
                .bulk(
                        switch (entry.kind()) {
                            case LIST -> "quicklist";
                            case HASH -> compact ? "listpack" : "hashtable";
                            case SET -> compact ? "intset" : "hashtable";
                            case SORTED_SET -> compact ? "listpack" : "skiplist";
                            default -> stringEncoding(entry, entry.value(call.value()));
                        });
    }

    private static String stringEncoding(Entry entry, Bytes value) {
        if (isInteger(entry, value)) {
            return "int";
        }
        return entry.kind() == Kind.EDITED || value.length() > MAX_EMBEDDED_BYTES ? "raw" : "embstr";
    }

    private static boolean isInteger(Entry entry, Bytes value) {
        return entry.type() == Kind.Type.STRING && entry.kind() != Kind.EDITED && Decimal.isLong(value);
    }

    private static void refcount(Call call) {
        Bytes value = call.entry().value(call.value());
        boolean shared = isInteger(call.entry(), value) && isShared(Decimal.toLong(value));
        call.reply().integer(shared ? SHARED_REFERENCES : 1);
    }

    private static boolean isShared(long number) {
        return number >= 0 && number < SHARED_INTEGERS;
    }

    private static void idletime(Call call) {
        call.reply().integer(call.entry().idleSeconds(call.now()));
    }

    private static void freq(Call call) {
        call.error(
                "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching"
                        + " between policies at runtime LRU and LFU data will take some time to adjust.");
    }
}
