package io.clouddragon.server.command;

import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Denial;
import io.clouddragon.server.acl.Selector;
import io.clouddragon.server.acl.User;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.acl.Words;
import io.clouddragon.storage.bytes.Bytes;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * Holds a command's words against the rights of a user: at the gates, when EXEC runs what was queued, for commands that
 * scripts call, for ACL DRYRUN. Who asks tells the client why it was refused ({@link Denial}) and has it logged.
 *
 * <p>Nobody need ask for a user who {@linkplain User#isUnrestricted may do everything}. Event loop only.
 */
public final class Permissions {
    /** Where the words after a command's own begin. */
    private static int firstArgument(Command command) {
        return command.parent() == null ? 1 : 2;
    }

    private final Users users;
    private final AclLog log;
    private final BiFunction<Session, Call, String> clientInfo;
    private int deniedWord;

    /** @param clientInfo a session as CLIENT LIST tells it */
    public Permissions(Users users, AclLog log, BiFunction<Session, Call, String> clientInfo) {
        this.users = users;
        this.log = log;
        this.clientInfo = clientInfo;
    }

    public Users users() {
        return users;
    }

    public AclLog log() {
        return log;
    }

    /**
     * Whether a user may give this command.
     *
     * @param words how many there are, the command's name included
     * @param word its i-th word
     * @return null when it may
     */
    public Denial denial(User user, Command command, int words, IntFunction<Bytes> word) {
        deniedWord = 0;
        if (user.isUnrestricted()) {
            return null;
        }
        List<KeyReference> keys = null;
        Denial told = Denial.COMMAND;
        int toldWord = 0;
        for (Selector selector : user.selectors()) {
            Denial denial = null;
            if (!allowsCommand(selector, command, words, word)) {
                denial = Denial.COMMAND;
            } else {
                if (keys == null) {
                    keys = keys(command, words, word);
                }
                denial = denialOfNames(selector, command, keys, words, word);
            }
            if (denial == null) {
                return null;
            }
            if (denial.compareTo(told) > 0 || denial == told && deniedWord > toldWord) {
                told = denial;
                toldWord = deniedWord;
            }
        }
        deniedWord = toldWord;
        return told;
    }

    /** The word that the latest {@link #denial} is about: the name of a key or a channel. */
    public int deniedWord() {
        return deniedWord;
    }

    private static boolean allowsCommand(Selector selector, Command command, int words, IntFunction<Bytes> word) {
        if (command.isWithoutAuth() || selector.allows(command)) {
            return true;
        }
        int first = firstArgument(command);
        return words > first && selector.asksForFirstWord(command) && selector.allowsWith(command, word.apply(first));
    }

    /** Names of locks and used ids count as keys here. What PUBLISH and its kin have in their places are channels. */
    private static List<KeyReference> keys(Command command, int words, IntFunction<Bytes> word) {
        return command.has(Flag.PUBSUB) ? List.of() : command.keys(words, word);
    }

    private Denial denialOfNames(
            Selector selector, Command command, List<KeyReference> keys, int words, IntFunction<Bytes> word) {
        for (KeyReference key : keys) {
            if (!selector.allowsKey(word.apply(key.position()), key.reads(), key.writes())) {
                deniedWord = key.position();
                return Denial.KEY;
            }
        }
        if (command.channels() == Channels.NONE || selector.allowsAllChannels()) {
            return null;
        }
        int last = command.channels() == Channels.ONE ? 1 : words - 1;
        for (int i = 1; i <= last; i++) {
            Bytes channel = word.apply(i);
            boolean allowed = command.channels() == Channels.PATTERNS
                    ? selector.allowsChannelPattern(channel)
                    : selector.allowsChannel(channel);
            if (!allowed) {
                deniedWord = i;
                return Denial.CHANNEL;
            }
        }
        return null;
    }

    /**
     * Whether a user may give this command and read whatever key it comes upon: SORT reads keys that its patterns make (BY,
     * GET), which nobody knows before.
     */
    public boolean mayReadAnyKey(User user, Command command, int words, IntFunction<Bytes> word) {
        if (user.isUnrestricted()) {
            return true;
        }
        List<KeyReference> keys = keys(command, words, word);
        return user.selectors().stream()
                .anyMatch(selector -> selector.allowsAnyKey(true, false)
                        && allowsCommand(selector, command, words, word)
                        && denialOfNames(selector, command, keys, words, word) == null);
    }

    // ---- ACL LOG

    /** Logs what {@link #denial} has just told. */
    public void logDenial(Call call, Command command, Denial denial, AclLog.Context context, IntFunction<Bytes> word) {
        String object = denial == Denial.COMMAND ? command.fullName() : Words.of(word.apply(deniedWord));
        add(call, denial, context, object, call.session().user().name());
    }

    /** Logs a login in vain. */
    public void logFailedLogin(Call call, String username) {
        add(call, Denial.AUTH, context(call), Words.of(call.arg(0)), username);
    }

    static AclLog.Context context(Call call) {
        boolean multi = call.session().transaction().isOpen() || call.positionInExec() > 0;
        return multi ? AclLog.Context.MULTI : AclLog.Context.TOPLEVEL;
    }

    private void add(Call call, Denial denial, AclLog.Context context, String object, String username) {
        long now = call.loop().engine().wallMillis();
        log.add(denial, context, object, username, clientInfo.apply(call.session(), call), now);
    }
}
