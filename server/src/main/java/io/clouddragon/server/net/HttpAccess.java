package io.clouddragon.server.net;

import io.clouddragon.http.Access;
import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Denial;
import io.clouddragon.server.acl.User;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.acl.Words;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.Permissions;
import io.clouddragon.storage.bytes.Bytes;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The users of the Redis protocol, at the HTTP door: what a request does is held against the rules of the command that does
 * the same. Event loop only.
 */
public final class HttpAccess implements Access {
    private static final Map<Operation, String> COMMANDS = Map.ofEntries(
            Map.entry(Operation.GET, "dragon.get"),
            Map.entry(Operation.SET, "set"),
            Map.entry(Operation.SET_IF_VERSION, "dragon.set"),
            Map.entry(Operation.DELETE, "del"),
            Map.entry(Operation.DELETE_IF_VERSION, "dragon.del"),
            Map.entry(Operation.COUNT, "incrby"),
            Map.entry(Operation.LOCK, "dragon.lock"),
            Map.entry(Operation.EXTEND, "dragon.extend"),
            Map.entry(Operation.UNLOCK, "dragon.unlock"),
            Map.entry(Operation.ONCE, "dragon.once"),
            Map.entry(Operation.WATCH, "dragon.watch"));

    private static final Bytes NO_WORD = new Bytes();

    private final Map<Operation, Command> commands = new EnumMap<>(Operation.class);
    private Permissions permissions;
    private LongSupplier clock;

    /** The data and the users are loaded. Until then nobody asks: everything is answered with 503. */
    public void serve(CommandExecutor executor, LongSupplier wallMillis) {
        COMMANDS.forEach(
                (operation, name) -> commands.put(operation, executor.table().byName(name)));
        permissions = executor.permissions();
        clock = wallMillis;
    }

    @Override
    public boolean needsLogin() {
        return permissions.users().needsLogin();
    }

    @Override
    public Access.Caller withoutCredentials(String peer) {
        Users users = permissions.users();
        return users.needsLogin() ? null : new Visitor(users.defaultUser(), peer);
    }

    @Override
    public Access.Caller withPassword(String name, byte[] password, String peer) {
        String user = name.isEmpty() ? Users.DEFAULT : name;
        Access.Caller found = login(user, new Bytes(password), peer);
        return found == null ? refused(user, peer) : found;
    }

    @Override
    public Access.Caller withToken(byte[] token, String peer) {
        int colon = Words.of(new Bytes(token)).indexOf(':');
        String name = Words.of(new Bytes().set(token, 0, Math.max(0, colon)));
        boolean namesUser = colon >= 0 && permissions.users().named(name) != null;
        return namesUser
                ? withPassword(name, Arrays.copyOfRange(token, colon + 1, token.length), peer)
                : withPassword(Users.DEFAULT, token, peer);
    }

    private Access.Caller login(String name, Bytes password, String peer) {
        User user = permissions.users().login(name, password);
        return user == null ? null : new Visitor(user, peer);
    }

    private Access.Caller refused(String name, String peer) {
        log(Denial.AUTH, "http", name, peer);
        return null;
    }

    private void log(Denial denial, String object, String name, String peer) {
        String client = "addr=" + peer.replaceFirst("^/", "") + " user=" + Words.shown(name) + " http";
        permissions.log().add(denial, AclLog.Context.MODULE, object, name, client, clock.getAsLong());
    }

    /** A user for the length of a request. */
    private final class Visitor implements Access.Caller {
        private final User user;
        private final String peer;

        Visitor(User user, String peer) {
            this.user = user;
            this.peer = peer;
        }

        @Override
        public boolean isUnrestricted() {
            return user.isUnrestricted();
        }

        @Override
        public String refusal(Operation operation, Bytes name) {
            Command command = commands.get(operation);
            // As the shortest form of the command, its key in the first place.
            Denial denial = permissions.denial(user, command, Math.abs(command.arity()), i -> i == 1 ? name : NO_WORD);
            if (denial == null) {
                return null;
            }
            boolean isCommand = denial == Denial.COMMAND;
            log(denial, isCommand ? command.fullName() : Words.of(name), user.name(), peer);
            return denial.error(command.fullName()).substring("NOPERM ".length());
        }
    }
}
