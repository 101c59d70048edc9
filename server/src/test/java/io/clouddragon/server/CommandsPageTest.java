package io.clouddragon.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.command.Argument;
import io.clouddragon.server.command.Command;
import io.clouddragon.server.command.Group;
import io.clouddragon.server.config.Setting;
import io.clouddragon.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/commands.md} is made from the declarations of the commands. After a change there:
 *
 * <pre>mvn -pl server -am test -Dtest=CommandsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write</pre>
 */
class CommandsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "commands.md");

    private static final String INTRODUCTION = """
            # Commands

            <!-- Made from the declarations of the commands by CommandsPageTest. Change them, not this page. -->

            What has a name that Redis 7 knows takes the arguments, gives the replies and has the error texts of Redis 7.0; `COMMAND
            DOCS` tells the same as this page, and redis-cli completes from it. Some are of later versions (`SET … IFEQ`, `DELEX`,
            `WAITAOF`).
            The DRAGON family is Cloud Dragon's own; how programs use it: [clients.md](clients.md).

            **Databases are names.** Wherever Redis takes a database number, a name of 1 to 64 of `A-Z a-z 0-9 . _ -` may stand:
            `SELECT dev` is HTTP's `/db/dev`, and `SELECT 0` to `SELECT 15` are the databases called `0` to `15`.
            Other numbers are refused, as in Redis; the setting `databases` allows more.

            **Versions.** Every key has one: the revision of the transaction that last changed it; 0 = the key does not exist.
            `DRAGON.GET` answers `[value, version]` for each key. `DRAGON.SET` answers the new version, or null when the version is not
            the one of `IFVERSION`; it replaces whatever the key holds, as SET does. `DRAGON.DEL` answers 1 or 0. Of a list, hash, set
            or sorted set the version is told, and null for the value.

            **Locks.** `DRAGON.LOCK` answers `[handle, till]` (`till` in Unix milliseconds), or null when the lock was not to be had in
            time. `WAIT` absent or 0 = try once; a lease is 1 millisecond to 24 hours. `DRAGON.UNLOCK` answers 1, `DRAGON.EXTEND` the
            new `till`; under a handle that is not the present one both answer `NOTOWNER …`. `DRAGON.LOCKINFO` answers a map of
            `handle`, `till`, `owner`, `waiters`, or null when the lock is free.

            **Watches.** `DRAGON.WATCH key version … timeout` answers `[key, version, value]` of the first key whose version is not the
            one given, at once or as soon as it changes; of a key that is gone `[key, 0, null]`. Null after the timeout (seconds,
            decimals allowed; 0 = wait without limit).

            **Idempotency.** `DRAGON.ONCE` is the first command inside MULTI. If one of its ids was used before in this database
            within its time to live (`EX`, default a day), EXEC answers `DUPLICATE …` and nothing happens; else the ids are used up
            together with the effects.

            **Where nothing can wait**, in MULTI and in scripts, what would wait answers at once, as if its time were up. Scripts may
            not call `DRAGON.WATCH`, `DRAGON.ONCE` and `DRAGON.BACKUP`.

            **Not as in Redis**: FLUSHDB, FLUSHALL and SWAPDB concern keys; locks and used ids stay. SWAPDB tells clients with tracking to
            forget all, since the values behind their names have changed. Who publishes to a channel that it has subscribed to gets the
            message behind the reply. Inside MULTI, messages go to who is subscribed, and invalidations to who tracks, when the
            transaction ends. Of a script, the keys that it has read are tracked, not all that were declared.

            **Not there**: streams (`XADD` and the like), HyperLogLog (`PFADD`), geo commands (`GEOADD`), `DUMP`, `RESTORE`, `MIGRATE`,
            `CLUSTER`, `MODULE`, `READONLY`, commands of replication. They answer `ERR unknown command`; called by a script `ERR
            Unknown Redis command called from script`, as in Redis, without its name.

            **Clients and frameworks tried**, the same steps against Redis 7.0.15 and Cloud Dragon; hiredis, phpredis, redigo and go-redis
            by their own tests:

            | | works | does not |
            | --- | --- | --- |
            | Java | Jedis 7.5, Lettuce 7.7, Redisson 4.7 with RESP2 and RESP3 (locks, synchronizers, queues, maps, local caches, topics, executor, remote service, transactions, batches), Spring Data Redis and Spring Session 3.5, Spring Integration, ShedLock, bucket4j | Redisson's RStream, RReliableTopic, RGeo, RHyperLogLog, `dump`; Jedis's client-side cache wants Redis 7.4 |
            | Node.js | ioredis 6, node-redis 6 with client-side cache, Bull 4.16, bee-queue 2, node-resque 9, redlock 5, redis-semaphore 5.8, rate-limiter-flexible 11, rate-limit-redis 6, bottleneck 2.19, keyv 5, connect-redis 7, socket.io redis-adapter 8 (plain and sharded) | BullMQ 6: streams; cluster clients |
            | Python | redis-py 4.3, Celery 5.2 with kombu 5.2, django-redis 5.2, channels_redis 4.0 | RQ 1.13: streams |
            | Ruby | redis-rb 4.8, redis-namespace, Sidekiq 6.4 | |
            | PHP | phpredis 5.3 with its session locking, Predis 1.1 | |
            | Go, C, Perl | redigo 1.8, go-redis 5, hiredis 0.14, Redis.pm 2.0 | |
            | programs | redis-cli, redis-benchmark, webdis, redis_exporter | |
            """;

    @TempDir
    Path directory;

    @Test
    void thePageSaysWhatTheDeclarationsSay() throws Exception {
        String page = page();
        if (System.getProperty("docs.write") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).as("run with -Ddocs.write").isEqualTo(page);
    }

    private String page() throws Exception {
        Server server = Server.start(
                Settings.of(Map.of(Setting.DIR, directory.toString(), Setting.PORT, "0", Setting.HTTP_PORT, "0")));
        try {
            StringBuilder page = new StringBuilder(INTRODUCTION);
            for (Group group : Group.values()) {
                List<Command> commands = server.commands().all().stream()
                        .filter(command -> command.group() == group)
                        .sorted(Comparator.comparing(Command::name))
                        .toList();
                if (!commands.isEmpty()) {
                    page.append("\n## ").append(title(group)).append("\n\n| command | |\n| --- | --- |\n");
                    commands.forEach(command -> append(page, command));
                }
            }
            return page.toString();
        } finally {
            server.stop();
        }
    }

    private static String title(Group group) {
        String word = group.word();
        return word.equals("dragon") ? "DRAGON" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static void append(StringBuilder page, Command command) {
        if (command.handler() != null) {
            page.append("| `")
                    .append(usage(command))
                    .append("` | ")
                    .append(command.summary())
                    .append(" |\n");
        }
        command.subcommands().forEach(sub -> append(page, sub));
    }

    private static String usage(Command command) {
        String name = command.fullName().toUpperCase(Locale.ROOT).replace('|', ' ');
        return command.arguments().stream()
                .map(argument -> " " + usage(argument))
                .collect(Collectors.joining("", name, ""));
    }

    private static String usage(Argument argument) {
        String one = switch (argument.type()) {
            case "pure-token" -> argument.token();
            case "oneof" ->
                argument.members().stream().map(CommandsPageTest::usage).collect(Collectors.joining(" \\| "));
            case "block" ->
                argument.members().stream().map(CommandsPageTest::usage).collect(Collectors.joining(" "));
            default -> argument.name();
        };
        if (argument.token() != null && !argument.type().equals("pure-token")) {
            one = argument.token() + " " + one;
        }
        if (argument.multiple()) {
            String again = argument.multipleToken() || argument.token() == null
                    ? one
                    : one.substring(argument.token().length() + 1);
            one = one + " [" + again + " …]";
        }
        if (argument.optional()) {
            return "[" + one + "]";
        }
        return argument.type().equals("oneof") ? "<" + one + ">" : one;
    }
}
