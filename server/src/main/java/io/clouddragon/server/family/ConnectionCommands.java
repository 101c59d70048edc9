package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.block;
import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.string;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.acl.User;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.acl.Words;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Session;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;

/** The handshake: protocol version, login, database. */
final class ConnectionCommands {
    /** The version of Redis whose behaviour clients may count on: they choose commands by it. */
    static final String REDIS_VERSION = "7.0.15";

    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD =
            "ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?";
    private static final String HELLO_NO_AUTH = "NOAUTH HELLO must be called with the client already authenticated,"
            + " otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and"
            + " select the RESP protocol version at the same time";

    private static final byte[] NOTHING = {};

    private final ServerContext context;

    ConnectionCommands(ServerContext context) {
        this.context = context;
    }

    void declare(CommandTable table) {
        Flag[] handshake = {
            Flag.NOSCRIPT, Flag.LOADING, Flag.STALE, Flag.FAST, Flag.NO_AUTH, Flag.ALLOW_BUSY,
        };
        table.command("PING", ConnectionCommands::ping)
                .group(Group.CONNECTION)
                .summary("Ping the server")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.FAST)
                .tips("request_policy:all_shards", "response_policy:all_succeeded")
                .args(string("message").maybe())
                .allowedWhenSubscribed();
        table.command("ECHO", call -> call.replyBytes(call.arg(1)))
                .group(Group.CONNECTION)
                .summary("Echo the given string")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.LOADING, Flag.STALE, Flag.FAST)
                .args(string("message"));
        table.command("QUIT", ConnectionCommands::quit)
                .group(Group.CONNECTION)
                .summary("Close the connection")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(handshake)
                .arity(-1)
                .endsMulti()
                .allowedWhenSubscribed();
        table.command("RESET", this::reset)
                .group(Group.CONNECTION)
                .summary("Reset the connection")
                .since("6.2.0")
                .complexity("O(1)")
                .flags(handshake)
                .endsMulti()
                .allowedWhenSubscribed();
        table.command("SELECT", this::select)
                .group(Group.CONNECTION)
                .summary("Change the selected database for the current connection")
                .since("1.0.0")
                .complexity("O(1)")
                .flags(Flag.LOADING, Flag.STALE, Flag.FAST)
                .args(integer("index"));
        table.command("HELLO", this::hello)
                .group(Group.CONNECTION)
                .summary("Handshake with Redis")
                .since("6.0.0")
                .complexity("O(1)")
                .flags(handshake)
                .args(block(
                                "arguments",
                                integer("protover"),
                                block("username_password", string("username"), string("password"))
                                        .after("AUTH")
                                        .maybe(),
                                string("clientname").after("SETNAME").maybe())
                        .maybe());
        table.command("AUTH", this::auth)
                .group(Group.CONNECTION)
                .summary("Authenticate to the server")
                .since("1.0.0")
                .complexity("O(N) where N is the number of passwords defined for the user")
                .flags(handshake)
                .args(string("username").since("6.0.0").maybe(), string("password"));
    }

    private static void ping(Call call) {
        if (call.count() > 2) {
            call.error(Errors.arity("ping"));
        } else if (call.session().isSubscribedMode()) {
            // What is read in this mode is an array, always.
            call.reply().array(2);
            call.reply().bulk("pong");
            call.reply().bulk(call.count() == 2 ? call.arg(1).copy() : NOTHING);
        } else if (call.count() == 2) {
            call.replyBytes(call.arg(1));
        } else {
            call.reply().pong();
        }
    }

    private static void quit(Call call) {
        call.reply().ok();
        call.session().connection().closeAfterReplies();
    }

    /** Everything as after connecting, the protocol version too. */
    private void reset(Call call) {
        Session session = call.session();
        session.transaction().discard();
        session.transaction().unwatch();
        session.subscriptions().removeAll();
        context.tracking().end(session.tracking());
        context.executor().monitors().remove(session);
        session.select(context.sessions().firstDatabase());
        session.name("");
        // CLIENT REPLY SKIP just before means this very reply.
        if (session.replyMode() != Session.ReplyMode.SKIP) {
            session.replyMode(Session.ReplyMode.ON);
        }
        session.noEvict(false);
        session.noTouch(false);
        context.executor().resetLogin(session);
        call.reply().protocol(2);
        call.reply().simpleString("RESET");
    }

    private void select(Call call) {
        Database database = DatabaseNames.find(call, 1, context.settings().databases());
        if (database != null) {
            call.session().select(database);
            call.reply().ok();
        }
    }

    // ---- AUTH

    private void auth(Call call) {
        for (int i = 1; i < call.count(); i++) {
            call.redact(i);
        }
        if (call.count() > 3) {
            call.syntaxError();
        } else if (call.count() == 2 && context.users().defaultUser().needsNoPassword()) {
            call.error(NO_PASSWORD);
        } else if (login(call, call.count() == 2 ? Users.DEFAULT : Words.of(call.arg(1)), call.arg(call.count() - 1))) {
            call.reply().ok();
        }
    }

    /** Logs in; false when that was refused: the error has been written. */
    private boolean login(Call call, String name, Bytes password) {
        User user = context.users().login(name, password);
        if (user == null) {
            context.executor().permissions().logFailedLogin(call, name);
            call.error(WRONG_PASSWORD);
            return false;
        }
        call.session().user(user, true);
        return true;
    }

    // ---- HELLO

    private void hello(Call call) {
        redactPasswords(call);
        long version = 0;
        if (call.count() > 1) {
            if (!call.integer(1, "ERR Protocol version is not an integer or out of range")) {
                return;
            }
            version = call.number();
            if (version != 2 && version != 3) {
                call.error("NOPROTO unsupported protocol version");
                return;
            }
        }
        for (int i = 2; i < call.count(); i++) {
            int more = call.count() - 1 - i;
            if (call.isWord(i, "AUTH") && more >= 2) {
                if (!login(call, Words.of(call.arg(i + 1)), call.arg(i + 2))) {
                    return;
                }
                i += 2;
            } else if (call.isWord(i, "SETNAME") && more >= 1) {
                if (!ClientCommands.takeName(call, ++i)) {
                    return;
                }
            } else {
                call.error("ERR Syntax error in HELLO option '" + Errors.shown(call.arg(i)) + "'");
                return;
            }
        }
        if (!call.session().isAuthenticated()) {
            call.error(HELLO_NO_AUTH);
            return;
        }
        if (version != 0) {
            call.reply().protocol((int) version);
        }
        replyToHello(call);
    }

    /** Before anything is judged: a call that is refused is shown to others too. */
    private static void redactPasswords(Call call) {
        for (int i = 1; i < call.count(); i++) {
            if (call.isWord(i, "AUTH")) {
                call.redact(i + 1);
                call.redact(i + 2);
            }
        }
    }

    private static void replyToHello(Call call) {
        ReplyWriter reply = call.reply();
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(REDIS_VERSION);
        reply.bulk("proto");
        reply.integer(reply.protocol());
        reply.bulk("id");
        reply.integer(call.session().id());
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk("master");
        reply.bulk("modules");
        reply.array(0);
    }
}
