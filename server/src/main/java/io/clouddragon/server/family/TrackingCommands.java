package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.tracking.Tracking;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/** CLIENT TRACKING and what belongs to it: client-side caches that are told of changes. */
final class TrackingCommands {
    /** The prefix of all keys. */
    private static final Bytes EVERYTHING = new Bytes();

    private final Sessions sessions;
    private final TrackingTable table;

    TrackingCommands(ServerContext context) {
        this.sessions = context.sessions();
        this.table = context.tracking();
    }

    void declare(Command client) {
        Flag[] flags = {Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        client.subcommand("TRACKING", this::tracking)
                .summary("Enable or disable server assisted client side caching support")
                .since("6.0.0")
                .complexity("O(1). Some options may introduce additional complexity.")
                .flags(flags)
                .args(
                        oneOf("status", word("ON"), word("OFF")),
                        integer("client-id").after("REDIRECT").maybe(),
                        string("prefix").after("PREFIX").manyTokens().maybe(),
                        word("BCAST").maybe(),
                        word("OPTIN").maybe(),
                        word("OPTOUT").maybe(),
                        word("NOLOOP").maybe());
        client.subcommand("CACHING", TrackingCommands::caching)
                .summary("Instruct the server about tracking or not keys in the next request")
                .since("6.0.0")
                .complexity("O(1)")
                .flags(flags)
                .args(oneOf("mode", word("YES"), word("NO")));
        client.subcommand("GETREDIR", TrackingCommands::getRedir)
                .summary("Get tracking notifications redirection client ID if any")
                .since("6.0.0")
                .complexity("O(1)")
                .flags(flags);
        client.subcommand("TRACKINGINFO", TrackingCommands::trackingInfo)
                .summary("Return information about server assisted client side caching for the current connection")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(flags);
    }

    // ---- CLIENT TRACKING

    /** The words that may follow in CLIENT TRACKING. */
    private static final class Options {
        private long redirect = Tracking.NO_REDIRECT;
        private boolean broadcast;
        private boolean optIn;
        private boolean optOut;
        private boolean noLoop;
        private final List<Bytes> prefixes = new ArrayList<>();

        Tracking.Mode mode() {
            if (broadcast) {
                return Tracking.Mode.BROADCAST;
            }
            return optIn ? Tracking.Mode.OPT_IN : optOut ? Tracking.Mode.OPT_OUT : Tracking.Mode.READS;
        }
    }

    private void tracking(Call call) {
        Options options = new Options();
        Tracking tracking = call.session().tracking();
        if (!read(call, options)) {
            return;
        }
        if (call.isWord(2, "ON")) {
            String refusal = refusal(options, tracking);
            if (refusal != null) {
                call.error(refusal);
                return;
            }
            if (options.broadcast && options.prefixes.isEmpty()) {
                options.prefixes.add(EVERYTHING);
            }
            table.begin(tracking, options.mode(), options.noLoop, options.redirect, options.prefixes);
        } else if (call.isWord(2, "OFF")) {
            table.end(tracking);
        } else {
            call.syntaxError();
            return;
        }
        call.reply().ok();
    }

    /** False when they are wrong: the error has been written. */
    private boolean read(Call call, Options options) {
        for (int i = 3; i < call.count(); i++) {
            boolean hasValue = i + 1 < call.count();
            if (hasValue && call.isWord(i, "REDIRECT")) {
                i++;
                if (!readRedirect(call, i, options)) {
                    return false;
                }
            } else if (hasValue && call.isWord(i, "PREFIX")) {
                i++;
                options.prefixes.add(call.arg(i));
            } else if (call.isWord(i, "BCAST")) {
                options.broadcast = true;
            } else if (call.isWord(i, "OPTIN")) {
                options.optIn = true;
            } else if (call.isWord(i, "OPTOUT")) {
                options.optOut = true;
            } else if (call.isWord(i, "NOLOOP")) {
                options.noLoop = true;
            } else {
                call.syntaxError();
                return false;
            }
        }
        return true;
    }

    private boolean readRedirect(Call call, int i, Options options) {
        if (options.redirect != Tracking.NO_REDIRECT) {
            call.error("ERR A client can only redirect to a single other client");
            return false;
        }
        if (!call.integer(i)) {
            return false;
        }
        options.redirect = call.number();
        if (sessions.byId(options.redirect) == null) {
            call.error("ERR The client ID you want redirect to does not exist");
            return false;
        }
        return true;
    }

    /** Why the options do not go together, or not with what was asked for before; null when they do. */
    private static String refusal(Options options, Tracking before) {
        boolean wasBroadcast = before.mode() == Tracking.Mode.BROADCAST;
        if (!options.broadcast && !options.prefixes.isEmpty()) {
            return "ERR PREFIX option requires BCAST mode to be enabled";
        }
        if (before.isOn() && wasBroadcast != options.broadcast) {
            return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling"
                    + " it with a different mode.";
        }
        if (options.broadcast && (options.optIn || options.optOut)) {
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (options.optIn && options.optOut) {
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (options.optIn && before.mode() == Tracking.Mode.OPT_OUT
                || options.optOut && before.mode() == Tracking.Mode.OPT_IN) {
            return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling"
                    + " it with a different mode.";
        }
        return overlap(options.prefixes, before.prefixes());
    }

    /** A key must not be told of twice. */
    private static String overlap(List<Bytes> prefixes, List<Bytes> existing) {
        for (int i = 0; i < prefixes.size(); i++) {
            for (Bytes other : existing) {
                if (overlap(prefixes.get(i), other)) {
                    return overlapError(prefixes.get(i), "an existing", other);
                }
            }
            for (Bytes other : prefixes.subList(i + 1, prefixes.size())) {
                if (overlap(prefixes.get(i), other)) {
                    return overlapError(prefixes.get(i), "another provided", other);
                }
            }
        }
        return null;
    }

    private static boolean overlap(Bytes a, Bytes b) {
        return TrackingTable.startsWith(a, b) || TrackingTable.startsWith(b, a);
    }

    private static String overlapError(Bytes prefix, String which, Bytes other) {
        return "ERR Prefix '" + Errors.shown(prefix) + "' overlaps with " + which + " prefix '" + Errors.shown(other)
                + "'. Prefixes for a single client must not overlap.";
    }

    // ---- the others

    private static void caching(Call call) {
        Tracking tracking = call.session().tracking();
        boolean yes = call.isWord(2, "YES");
        if (!tracking.isOn()) {
            call.error(
                    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode"
                            + " enabled");
        } else if (!yes && !call.isWord(2, "NO")) {
            call.syntaxError();
        } else if (yes && tracking.mode() != Tracking.Mode.OPT_IN) {
            call.error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
        } else if (!yes && tracking.mode() != Tracking.Mode.OPT_OUT) {
            call.error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
        } else {
            tracking.sayCaching();
            call.reply().ok();
        }
    }

    private static void getRedir(Call call) {
        call.reply().integer(redirectOf(call.session().tracking()));
    }

    /** Id of the client that messages go to, 0 for none, -1 without tracking: as CLIENT LIST shows it, too. */
    static long redirectOf(Tracking tracking) {
        return tracking.isOn() ? tracking.redirect() : -1;
    }

    private static void trackingInfo(Call call) {
        Tracking tracking = call.session().tracking();
        ReplyWriter reply = call.reply();
        List<String> flags = flags(tracking);
        reply.map(3);
        reply.bulk("flags");
        reply.set(flags.size());
        flags.forEach(reply::bulk);
        reply.bulk("redirect");
        reply.integer(redirectOf(tracking));
        reply.bulk("prefixes");
        reply.array(tracking.prefixes().size());
        tracking.prefixes().stream().sorted().forEach(call::replyBytes);
    }

    private static List<String> flags(Tracking tracking) {
        List<String> flags = new ArrayList<>();
        flags.add(tracking.isOn() ? "on" : "off");
        switch (tracking.mode()) {
            case BROADCAST -> flags.add("bcast");
            case OPT_IN -> flags.addAll(tracking.isCachingSaid() ? List.of("optin", "caching-yes") : List.of("optin"));
            case OPT_OUT ->
                flags.addAll(tracking.isCachingSaid() ? List.of("optout", "caching-no") : List.of("optout"));
            case OFF, READS -> {}
        }
        if (tracking.isNoLoop()) {
            flags.add("noloop");
        }
        if (tracking.isRedirectBroken()) {
            flags.add("broken_redirect");
        }
        return flags;
    }
}
