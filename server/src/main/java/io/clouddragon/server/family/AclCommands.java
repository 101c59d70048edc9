package io.clouddragon.server.family;

import static io.clouddragon.server.command.Argument.integer;
import static io.clouddragon.server.command.Argument.oneOf;
import static io.clouddragon.server.command.Argument.string;
import static io.clouddragon.server.command.Argument.word;

import io.clouddragon.resp.ReplyWriter;
import io.clouddragon.server.acl.AclFile;
import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Denial;
import io.clouddragon.server.acl.Governed;
import io.clouddragon.server.acl.InvalidRuleException;
import io.clouddragon.server.acl.Selector;
import io.clouddragon.server.acl.User;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.acl.Words;
import io.clouddragon.server.command.Call;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Errors;
import io.clouddragon.server.command.Flag;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.command.Permissions;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.pubsub.Subscriptions;
import io.clouddragon.server.pubsub.Topic;
import io.clouddragon.storage.bytes.Bytes;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ACL: users and what they may do. The rules are {@code server.acl}'s; here they become commands. */
final class AclCommands {
    private static final Logger LOG = LoggerFactory.getLogger(AclCommands.class);

    private static final int GENPASS_BITS = 256;
    private static final int GENPASS_MAX_BITS = 4096;
    private static final int LOG_COUNT = 10;

    private static final String NO_FILE =
            "ERR This Redis instance is not configured to use an ACL file. You may want to"
                    + " specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis"
                    + " configuration file set) in order to store users in the Redis configuration.";

    private final ServerContext context;
    private final Users users;
    private final Permissions permissions;
    private final SecureRandom random = new SecureRandom();

    AclCommands(ServerContext context) {
        this.context = context;
        this.users = context.users();
        this.permissions = context.executor().permissions();
    }

    void declare(CommandTable table) {
        Command acl = table.container("ACL")
                .group(Group.SERVER)
                .summary("A container for Access List Control commands")
                .since("6.0.0")
                .complexity("Depends on subcommand.");
        declareChanges(acl);
        declareQuestions(acl);
        Help.declare(acl, "6.0.0", HELP);
    }

    private void declareChanges(Command acl) {
        Flag[] flags = {Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        acl.subcommand("SETUSER", this::setUser)
                .summary("Modify or create the rules for a specific ACL user")
                .complexity("O(N). Where N is the number of rules provided.")
                .flags(flags)
                .args(string("username"), string("rule").maybe().many());
        acl.subcommand("DELUSER", this::delUser)
                .summary("Remove the specified ACL users and the associated rules")
                .complexity("O(1) amortized time considering the typical user.")
                .flags(flags)
                .args(string("username").many());
        acl.subcommand("LOAD", this::load)
                .summary("Reload the ACLs from the configured ACL file")
                .complexity("O(N). Where N is the number of configured users.")
                .flags(flags);
        acl.subcommand("SAVE", this::save)
                .summary("Save the current ACL rules in the configured ACL file")
                .complexity("O(N). Where N is the number of configured users.")
                .flags(flags);
        acl.subcommand("LOG", this::log)
                .summary("List latest events denied because of ACLs in place")
                .complexity("O(N) with N being the number of entries shown.")
                .flags(flags)
                .args(oneOf("operation", integer("count"), word("RESET")).maybe());
    }

    private void declareQuestions(Command acl) {
        Flag[] flags = {Flag.ADMIN, Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        Flag[] harmless = {Flag.NOSCRIPT, Flag.LOADING, Flag.STALE};
        acl.subcommand("GETUSER", this::getUser)
                .summary("Get the rules for a specific ACL user")
                .complexity("O(N). Where N is the number of password, command and pattern rules that the user has.")
                .flags(flags)
                .args(string("username"));
        acl.subcommand("LIST", this::list)
                .summary("List the current ACL rules in ACL config file format")
                .complexity("O(N). Where N is the number of configured users.")
                .flags(flags);
        acl.subcommand("USERS", this::names)
                .summary("List the username of all the configured ACL rules")
                .complexity("O(N). Where N is the number of configured users.")
                .flags(flags);
        acl.subcommand("DRYRUN", this::dryRun)
                .summary("Returns whether the user can execute the given command without executing the command.")
                .since("7.0.0")
                .complexity("O(1).")
                .flags(flags)
                .args(
                        string("username"),
                        string("command"),
                        string("arg").maybe().many());
        acl.subcommand("CAT", this::cat)
                .summary("List the ACL categories or the commands inside a category")
                .complexity("O(1) since the categories and commands are a fixed set.")
                .flags(harmless)
                .args(string("categoryname").maybe());
        acl.subcommand("GENPASS", this::genPass)
                .summary("Generate a pseudorandom secure password to use for ACL users")
                .complexity("O(1)")
                .flags(harmless)
                .args(integer("bits").maybe());
        acl.subcommand("WHOAMI", call -> replyWord(call, call.session().user().name()))
                .summary("Return the name of the user associated to the current connection")
                .complexity("O(1)")
                .flags(harmless);
    }

    // ---- changes

    private void setUser(Call call) {
        List<String> rules = new ArrayList<>();
        for (int i = 2; i < call.count(); i++) {
            call.redact(i);
            rules.add(Words.of(call.arg(i)));
        }
        String name = rules.remove(0);
        if (!Users.isValidName(name)) {
            call.error("ERR Usernames can't contain spaces or null characters");
            return;
        }
        User draft;
        try {
            draft = users.draft(name, rules);
        } catch (InvalidRuleException e) {
            call.error("ERR " + e.getMessage());
            return;
        }
        String refusal = context.settings().refusalWithoutPassword();
        if (refusal != null && users.needsLogin() && users.wouldBeOpen(draft)) {
            call.error("ERR " + refusal);
            return;
        }
        users.put(draft);
        disconnect(call, session -> session.user().name().equals(name) && hearsTooMuch(session));
        call.reply().ok();
    }

    /** Whether it is subscribed to what its user may not use any more. */
    private static boolean hearsTooMuch(Session session) {
        User user = session.user();
        Subscriptions subscriptions = session.subscriptions();
        return !user.isUnrestricted()
                && !(subscriptions.of(Topic.CHANNEL).stream().allMatch(user::mayUseChannel)
                        && subscriptions.of(Topic.SHARD_CHANNEL).stream().allMatch(user::mayUseChannel)
                        && subscriptions.of(Topic.PATTERN).stream().allMatch(user::mayUseChannelPattern));
    }

    private void delUser(Call call) {
        for (int i = 2; i < call.count(); i++) {
            if (call.arg(i).equals(Bytes.of(Users.DEFAULT))) {
                call.error("ERR The 'default' user cannot be removed");
                return;
            }
        }
        List<User> gone = new ArrayList<>();
        for (int i = 2; i < call.count(); i++) {
            User user = users.remove(Words.of(call.arg(i)));
            if (user != null) {
                gone.add(user);
            }
        }
        disconnect(call, session -> gone.contains(session.user()));
        call.reply().integer(gone.size());
    }

    /** They are nobody from now on; the one that asks still gets its reply. */
    private void disconnect(Call call, Predicate<Session> whom) {
        for (Session session : context.sessions().all()) {
            if (whom.test(session)) {
                session.user(users.defaultUser(), false);
                if (session == call.session()) {
                    session.connection().closeAfterReplies();
                } else {
                    session.connection().close();
                }
            }
        }
    }

    private void load(Call call) {
        if (context.settings().aclfile().isEmpty()) {
            call.error(NO_FILE);
            return;
        }
        AclFile file = new AclFile(context.settings().aclfile());
        String refusal = context.settings().refusalWithoutPassword();
        try {
            if (refusal != null && users.needsLogin() && file.wouldBeOpen(users)) {
                call.error("ERR " + refusal);
                return;
            }
            List<User> gone = file.load(users);
            disconnect(call, session -> gone.contains(session.user()) || hearsTooMuch(session));
            call.reply().ok();
        } catch (InvalidRuleException e) {
            call.error("ERR " + e.getMessage());
        }
    }

    private void save(Call call) {
        if (context.settings().aclfile().isEmpty()) {
            call.error(NO_FILE);
            return;
        }
        try {
            new AclFile(context.settings().aclfile()).save(users);
            call.reply().ok();
        } catch (IOException e) {
            LOG.warn("Cannot save the users to {}: {}", context.settings().aclfile(), e.toString());
            call.error(
                    "ERR There was an error trying to save the ACLs. Please check the server logs for more information");
        }
    }

    // ---- questions

    private void getUser(Call call) {
        User user = users.named(Words.of(call.arg(2)));
        if (user == null) {
            call.reply().nullBulk();
            return;
        }
        ReplyWriter reply = call.reply();
        reply.map(6);
        reply.bulk("flags");
        reply.set(user.flags().size());
        user.flags().forEach(reply::bulk);
        reply.bulk("passwords");
        reply.array(user.passwords().size());
        user.passwords().forEach(reply::bulk);
        describe(call, user.selectors().get(0));
        reply.bulk("selectors");
        reply.array(user.selectors().size() - 1);
        for (Selector selector : user.selectors().subList(1, user.selectors().size())) {
            reply.map(3);
            describe(call, selector);
        }
    }

    private static void describe(Call call, Selector selector) {
        call.reply().bulk("commands");
        replyWord(call, selector.describeCommands());
        call.reply().bulk("keys");
        replyWord(call, selector.describeKeys());
        call.reply().bulk("channels");
        replyWord(call, selector.describeChannels());
    }

    private void list(Call call) {
        call.reply().array(users.all().size());
        users.all().forEach(user -> replyWord(call, user.line()));
    }

    private void names(Call call) {
        call.reply().array(users.all().size());
        users.all().forEach(user -> replyWord(call, user.name()));
    }

    private static void replyWord(Call call, String word) {
        call.replyBytes(Words.bytes(word));
    }

    private void cat(Call call) {
        if (call.count() > 3) {
            call.error(Errors.subcommandSyntax(call));
        } else if (call.count() == 2) {
            Collection<String> categories = users.catalogue().categories();
            call.reply().array(categories.size());
            categories.forEach(call.reply()::bulk);
        } else {
            List<Governed> commands = users.catalogue().inCategory(Words.of(call.arg(2)));
            if (commands == null) {
                call.error("ERR Unknown category '" + Errors.shown(call.arg(2)) + "'");
                return;
            }
            call.reply().array(commands.size());
            commands.forEach(command -> call.reply().bulk(command.fullName()));
        }
    }

    private void genPass(Call call) {
        long bits = GENPASS_BITS;
        if (call.count() > 3) {
            call.error(Errors.subcommandSyntax(call));
            return;
        }
        if (call.count() == 3) {
            if (!call.integer(2)) {
                return;
            }
            bits = call.number();
        }
        if (bits <= 0 || bits > GENPASS_MAX_BITS) {
            call.error("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number"
                    + " up to " + GENPASS_MAX_BITS);
            return;
        }
        int digits = (int) (bits + 3) / 4;
        byte[] secret = new byte[(digits + 1) / 2];
        random.nextBytes(secret);
        call.reply().bulk(HexFormat.of().formatHex(secret).substring(0, digits));
    }

    private void dryRun(Call call) {
        User user = users.named(Words.of(call.arg(2)));
        if (user == null) {
            call.error("ERR User '" + Errors.shown(call.arg(2)) + "' not found");
            return;
        }
        IntFunction<Bytes> word = i -> call.arg(i + 3);
        int words = call.count() - 3;
        Command command = context.table().find(word.apply(0));
        if (command != null && command.isContainer() && words > 1) {
            command = command.subcommand(word.apply(1).toString().toLowerCase(Locale.ROOT));
        }
        if (command == null) {
            call.error("ERR Command '" + Errors.shown(word.apply(0)) + "' not found");
            return;
        }
        if (!command.accepts(words)) {
            call.error(Errors.arity(command.fullName()));
            return;
        }
        Denial denial = permissions.denial(user, command, words, word);
        if (denial == null) {
            call.reply().ok();
        } else {
            boolean isCommand = denial == Denial.COMMAND;
            replyWord(
                    call,
                    denial.dryRun(
                            isCommand
                                    ? command.fullName()
                                    : Words.upToNul(Words.of(word.apply(permissions.deniedWord())))));
        }
    }

    // ---- LOG

    private void log(Call call) {
        AclLog log = permissions.log();
        if (call.count() > 3) {
            call.error(Errors.subcommandSyntax(call));
        } else if (call.count() == 3 && call.isWord(2, "RESET")) {
            log.clear();
            call.reply().ok();
        } else if (call.count() == 2 || call.integer(2)) {
            List<AclLog.Entry> entries = log.latest(call.count() == 2 ? LOG_COUNT : call.number());
            call.reply().array(entries.size());
            entries.forEach(entry -> reply(call, entry));
        }
    }

    private static void reply(Call call, AclLog.Entry entry) {
        ReplyWriter reply = call.reply();
        reply.map(7);
        reply.bulk("count");
        reply.integer(entry.count());
        reply.bulk("reason");
        reply.bulk(entry.reason());
        reply.bulk("context");
        reply.bulk(entry.context());
        reply.bulk("object");
        replyWord(call, entry.object());
        reply.bulk("username");
        replyWord(call, entry.username());
        reply.bulk("age-seconds");
        reply.doubleValue(entry.ageSeconds(call.now()));
        reply.bulk("client-info");
        reply.bulk(entry.clientInfo());
    }

    private static final String[] HELP = {
        "CAT [<category>]",
        "    List all commands that belong to <category>, or all command categories",
        "    when no category is specified.",
        "DELUSER <username> [<username> ...]",
        "    Delete a list of users.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Returns whether the user can execute the given command without executing the command.",
        "GETUSER <username>",
        "    Get the user's details.",
        "GENPASS [<bits>]",
        "    Generate a secure 256-bit user password. The optional `bits` argument can",
        "    be used to specify a different size.",
        "LIST",
        "    Show users details in config file format.",
        "LOAD",
        "    Reload users from the ACL file.",
        "LOG [<count> | RESET]",
        "    Show the ACL log entries.",
        "SAVE",
        "    Save the current config to the ACL file.",
        "SETUSER <username> <attribute> [<attribute> ...]",
        "    Create or modify a user with the specified attributes.",
        "USERS",
        "    List all the registered usernames.",
        "WHOAMI",
        "    Return the current connection username.",
    };
}
