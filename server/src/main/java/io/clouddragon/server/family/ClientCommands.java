package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.RawText;
import io.clouddragon.server.acl.User;
import io.clouddragon.server.acl.Words;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.storage.bytes.Bytes;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * CLIENT: what a client says of itself, and how those who run the server see clients and deal with them. Sockets are
 * closed after the running transaction, never within it.
 */
final class ClientCommands {
    /** What a client may be; those that replicate are not here. */
    private static final Set<String> TYPES = Set.of("normal", "master", "slave", "replica", "pubsub");

    private static final String INVALID_ID = "ERR Invalid client ID";

    private final Sessions sessions;
    private final TrackingCommands tracking;

    ClientCommands(ServerContext context) {
        this.sessions = context.sessions();
        this.tracking = new TrackingCommands(context);
    }

    void declare(CommandTable table) {
        Command client = table.container("CLIENT")
                .group(Group.CONNECTION)
                .summary("A container for client connection commands")
                .since("2.4.0")
                .complexity("Depends on subcommand.");
        declareOwn(client);
        declareOverview(client);
        declareControl(client);
        tracking.declare(client);
        Help.declare(client, "5.0.0", HELP);
    }

    private void declareOwn(Command client) {
        Flag[] flags = {Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        client.subcommand("ID", call -> call.reply().integer(call.session().id()))
                .summary("Returns the client ID for the current connection")
                .since("5.0.0")
                .complexity("O(1)")
                .flags(flags);
        client.subcommand("GETNAME", ClientCommands::getName)
                .summary("Get the current connection name")
                .since("2.6.9")
                .complexity("O(1)")
                .flags(flags);
        client.subcommand("SETNAME", ClientCommands::setName)
                .summary("Set the current connection name")
                .since("2.6.9")
                .complexity("O(1)")
                .flags(flags)
                .args(string("connection-name"));
        client.subcommand("SETINFO", ClientCommands::setInfo)
                .summary("Set client or connection specific info")
                .since("7.2.0")
                .complexity("O(1)")
                .flags(flags)
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .args(oneOf(
                        "attr",
                        string("libname").after("LIB-NAME"),
                        string("libver").after("LIB-VER")));
        client.subcommand("NO-EVICT", call -> onOff(call, call.session()::noEvict))
                .summary("Set client eviction mode for the current connection")
                .since("7.0.0")
                .complexity("O(1)")
                .flags(Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE)
                .args(oneOf("enabled", word("ON"), word("OFF")));
        client.subcommand("NO-TOUCH", call -> onOff(call, call.session()::noTouch))
                .summary("Controls whether commands sent by the client affect the LRU/LFU of accessed keys")
                .since("7.2.0")
                .complexity("O(1)")
                .flags(flags)
                .args(oneOf("enabled", word("ON"), word("OFF")));
        client.subcommand("REPLY", ClientCommands::replyMode)
                .summary("Instruct the server whether to reply to commands")
                .since("3.2.0")
                .complexity("O(1)")
                .flags(flags)
                .args(oneOf("on_off_skip", word("ON"), word("OFF"), word("SKIP")));
    }

    private void declareOverview(Command client) {
        client.subcommand("INFO", ClientCommands::info)
                .summary("Returns information about the current client connection.")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(Flag.NOSCRIPT, Flag.LOADING, Flag.STALE)
                .tips("nondeterministic_output");
        client.subcommand("LIST", this::list)
                .summary("Get the list of client connections")
                .since("2.4.0")
                .complexity("O(N) where N is the number of client connections")
                .flags(Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE)
                .tips("nondeterministic_output")
                .args(
                        oneOf(
                                        "normal_master_replica_pubsub",
                                        word("NORMAL"),
                                        word("MASTER"),
                                        word("REPLICA"),
                                        word("PUBSUB"))
                                .after("TYPE")
                                .since("5.0.0")
                                .maybe(),
                        block("id", integer("client-id").many())
                                .after("ID")
                                .since("6.2.0")
                                .maybe());
    }

    private void declareControl(Command client) {
        Flag[] flags = {Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        client.subcommand("KILL", this::kill)
                .summary("Kill the connection of a client")
                .since("2.4.0")
                .complexity("O(N) where N is the number of client connections")
                .flags(flags)
                .arity(-3)
                .args(oneOf(
                        "filter",
                        string("ip:port"),
                        oneOf(
                                        "new-format",
                                        integer("client-id")
                                                .after("ID")
                                                .since("2.8.12")
                                                .maybe(),
                                        oneOf(
                                                        "normal_master_slave_pubsub",
                                                        word("NORMAL"),
                                                        word("MASTER").since("3.2.0"),
                                                        word("SLAVE"),
                                                        word("REPLICA").since("5.0.0"),
                                                        word("PUBSUB"))
                                                .after("TYPE")
                                                .since("2.8.12")
                                                .maybe(),
                                        string("username").after("USER").maybe(),
                                        string("ip:port").after("ADDR").maybe(),
                                        string("ip:port")
                                                .after("LADDR")
                                                .since("6.2.0")
                                                .maybe(),
                                        string("yes/no").after("SKIPME").maybe())
                                .many()));
        client.subcommand("PAUSE", this::pause)
                .summary("Stop processing commands from clients for some time")
                .since("2.9.50")
                .complexity("O(1)")
                .flags(flags)
                .args(
                        integer("timeout"),
                        oneOf("mode", word("WRITE"), word("ALL")).since("6.2.0").maybe());
        client.subcommand("UNPAUSE", this::unpause)
                .summary("Resume processing of clients that were paused")
                .since("6.2.0")
                .complexity("O(N) Where N is the number of paused clients")
                .flags(flags);
        client.subcommand("UNBLOCK", this::unblock)
                .summary("Unblock a client blocked in a blocking command from a different connection")
                .since("5.0.0")
                .complexity("O(log N) where N is the number of client connections")
                .flags(flags)
                .args(
                        integer("client-id"),
                        oneOf("timeout_error", word("TIMEOUT"), word("ERROR")).maybe());
    }

    // ---- of itself

    private static void getName(Call call) {
        String name = call.session().name();
        if (name.isEmpty()) {
            call.reply().nullBulk();
        } else {
            call.reply().bulk(name);
        }
    }

    private static void setName(Call call) {
        if (takeName(call, 2)) {
            call.reply().ok();
        }
    }

    /** Gives the session the name in word {@code i}; false when it is none: the error has been written. */
    static boolean takeName(Call call, int i) {
        boolean valid = isValidName(call.arg(i));
        if (valid) {
            call.session().name(call.arg(i).toString());
        } else {
            call.error(invalid("Client names"));
        }
        return valid;
    }

    private static void setInfo(Call call) {
        Bytes value = call.arg(3);
        boolean isName = call.isWord(2, "LIB-NAME");
        if (!isName && !call.isWord(2, "LIB-VER")) {
            call.error("ERR Unrecognized option '" + Errors.shown(call.arg(2)) + "'");
        } else if (!isValidName(value)) {
            call.error(invalid(isName ? "lib-name" : "lib-ver"));
        } else {
            if (isName) {
                call.session().libraryName(value.toString());
            } else {
                call.session().libraryVersion(value.toString());
            }
            call.reply().ok();
        }
    }

    /** So that a line of CLIENT LIST stays one: printable ASCII without space. */
    private static boolean isValidName(Bytes name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.at(i) < '!' || name.at(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static String invalid(String what) {
        return "ERR " + what + " cannot contain spaces, newlines or special characters.";
    }

    private static void onOff(Call call, Consumer<Boolean> setting) {
        boolean on = call.isWord(2, "ON");
        if (on || call.isWord(2, "OFF")) {
            setting.accept(on);
            call.reply().ok();
        } else {
            call.syntaxError();
        }
    }

    private static void replyMode(Call call) {
        Session session = call.session();
        if (call.isWord(2, "ON")) {
            session.replyMode(Session.ReplyMode.ON);
            call.reply().ok();
        } else if (call.isWord(2, "OFF")) {
            session.replyMode(Session.ReplyMode.OFF);
        } else if (!call.isWord(2, "SKIP")) {
            call.syntaxError();
        } else if (session.replyMode() != Session.ReplyMode.OFF) {
            session.replyMode(Session.ReplyMode.SKIP_NEXT);
        }
    }

    // ---- overview

    private static void info(Call call) {
        StringBuilder text = new StringBuilder();
        ClientLine.append(text, call.session(), call);
        verbatim(call, text.append('\n'));
    }

    private void list(Call call) {
        Set<Long> ids = null;
        String type = null;
        if (call.count() == 4 && call.isWord(2, "TYPE")) {
            if (!isType(call, 3)) {
                return;
            }
            type = call.arg(3).toString();
        } else if (call.count() > 3 && call.isWord(2, "ID")) {
            ids = new HashSet<>();
            for (int i = 3; i < call.count(); i++) {
                if (!call.integer(i, INVALID_ID)) {
                    return;
                }
                ids.add(call.number());
            }
        } else if (call.count() != 2) {
            call.syntaxError();
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Session session : sessions.all()) {
            if (isOfType(session, type) && (ids == null || ids.contains(session.id()))) {
                ClientLine.append(text, session, call);
                text.append('\n');
            }
        }
        verbatim(call, text);
    }

    /** @param type null for any */
    private static boolean isOfType(Session session, String type) {
        return type == null || session.clientClass().name().equalsIgnoreCase(type);
    }

    private static boolean isType(Call call, int i) {
        boolean known = TYPES.contains(call.arg(i).toString().toLowerCase(Locale.ROOT));
        if (!known) {
            call.error("ERR Unknown client type '" + Errors.shown(call.arg(i)) + "'");
        }
        return known;
    }

    private static void verbatim(Call call, StringBuilder text) {
        call.reply().verbatim("txt", RawText.bytes(text.toString()));
    }

    // ---- control

    private void kill(Call call) {
        if (call.count() == 3) {
            KillFilter filter = new KillFilter();
            filter.address = call.arg(2).toString();
            filter.skipMe = false;
            if (kill(call, filter) == 0) {
                call.error("ERR No such client");
            } else {
                call.reply().ok();
            }
        } else {
            KillFilter filter = killFilter(call);
            if (filter != null) {
                call.reply().integer(kill(call, filter));
            }
        }
    }

    private int kill(Call call, KillFilter filter) {
        int killed = 0;
        for (Session session : sessions.all()) {
            if (session.connection().isOpen() && filter.matches(session, call.session())) {
                killed++;
                if (session == call.session()) {
                    session.connection().closeAfterReplies();
                } else {
                    session.connection().close();
                }
            }
        }
        return killed;
    }

    /** Null when the error has been written. */
    private static KillFilter killFilter(Call call) {
        KillFilter filter = new KillFilter();
        for (int i = 2; i < call.count(); i += 2) {
            if (i + 1 == call.count() || !filter.read(call, i)) {
                if (!call.hasFailed()) {
                    call.syntaxError();
                }
                return null;
            }
        }
        return filter;
    }

    private static final class KillFilter {
        private long id;
        private String address;
        private String localAddress;
        private String type;
        private User user;
        private boolean skipMe = true;

        /** Reads a word and its value; false when the word is unknown or the value wrong. */
        boolean read(Call call, int i) {
            String value = call.arg(i + 1).toString();
            if (call.isWord(i, "ID")) {
                call.integer(i + 1, 1, "ERR client-id should be greater than 0");
                id = call.number();
            } else if (call.isWord(i, "TYPE")) {
                type = value;
                return isType(call, i + 1);
            } else if (call.isWord(i, "ADDR")) {
                address = value;
            } else if (call.isWord(i, "LADDR")) {
                localAddress = value;
            } else if (call.isWord(i, "USER")) {
                user = call.executor().permissions().users().named(Words.of(call.arg(i + 1)));
                if (user == null) {
                    call.error("ERR No such user '" + Errors.shown(call.arg(i + 1)) + "'");
                }
            } else if (call.isWord(i, "SKIPME")) {
                skipMe = call.isWord(i + 1, "YES");
                return skipMe || call.isWord(i + 1, "NO");
            } else {
                return false;
            }
            return !call.hasFailed();
        }

        boolean matches(Session session, Session asking) {
            return (id == 0 || session.id() == id)
                    && isOfType(session, type)
                    && (address == null || session.connection().peerAddress().equals(address))
                    && (localAddress == null
                            || session.connection().localAddress().equals(localAddress))
                    && (user == null || session.user() == user)
                    && !(skipMe && session == asking);
        }
    }

    private void pause(Call call) {
        boolean writesOnly = false;
        if (call.count() == 4) {
            writesOnly = call.isWord(3, "WRITE");
            if (!writesOnly && !call.isWord(3, "ALL")) {
                call.error("ERR CLIENT PAUSE mode must be WRITE or ALL");
                return;
            }
        } else if (call.count() > 4) {
            call.error(Errors.subcommandSyntax(call));
            return;
        }
        if (call.timeoutMillis(2)) {
            sessions.pause(call.now() + call.number(), writesOnly);
            call.reply().ok();
        }
    }

    private void unpause(Call call) {
        sessions.unpause();
        call.reply().ok();
    }

    private void unblock(Call call) {
        boolean withError = false;
        if (call.count() == 4) {
            withError = call.isWord(3, "ERROR");
            if (!withError && !call.isWord(3, "TIMEOUT")) {
                call.error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
                return;
            }
        } else if (call.count() > 4) {
            call.error(Errors.subcommandSyntax(call));
            return;
        }
        if (call.integer(2)) {
            Session target = sessions.byId(call.number());
            boolean unblocked =
                    target != null && target.isBlocked() && target.blockedOn().unblock(withError);
            call.reply().integer(unblocked ? 1 : 0);
        }
    }

    private static final String[] HELP = {
        "CACHING (YES|NO)",
        "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
        "GETREDIR",
        "    Return the client ID we are redirecting to when tracking is enabled.",
        "GETNAME",
        "    Return the name of the current connection.",
        "ID",
        "    Return the ID of the current connection.",
        "INFO",
        "    Return information about the current client connection.",
        "KILL <ip:port>",
        "    Kill connection made from <ip:port>.",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Kill connections. Options are:",
        "    * ADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made from the specified address",
        "    * LADDR (<ip:port>|<unixsocket>:0)",
        "      Kill connections made to specified local address",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Kill connections by type.",
        "    * USER <username>",
        "      Kill connections authenticated by <username>.",
        "    * SKIPME (YES|NO)",
        "      Skip killing current connection (default: yes).",
        "LIST [options ...]",
        "    Return information about client connections. Options:",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
        "      Return clients of specified type.",
        "UNPAUSE",
        "    Stop the current client pause, resuming traffic.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Suspend all, or just write, clients for <timeout> milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Control the replies sent to the current connection.",
        "SETINFO (LIB-NAME|LIB-VER) <value>",
        "    Tell the client library's name or version.",
        "SETNAME <name>",
        "    Assign the name <name> to the current connection.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    Unblock the specified blocked client.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Control server assisted client side caching.",
        "TRACKINGINFO",
        "    Report tracking status for the current connection.",
        "NO-EVICT (ON|OFF)",
        "    Protect current client connection from eviction.",
        "NO-TOUCH (ON|OFF)",
        "    Keep the uses of keys by the current connection from counting.",
    };
}
