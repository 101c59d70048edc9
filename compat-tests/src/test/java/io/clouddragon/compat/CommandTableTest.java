package io.clouddragon.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * COMMAND INFO and COMMAND DOCS of every command that both servers know are the same: clients route, complete and cache by
 * them. Intended differences stand in {@code command-table-differences.txt}, one {@code pattern<TAB>reason} a line, the pattern
 * held against the path of a fact such as {@code set.docs.arguments.3.token}.
 */
class CommandTableTest {
    /** What COMMAND INFO tells, in its order. */
    private static final List<String> INFO =
            List.of("name", "arity", "flags", "first", "last", "step", "acl", "tips", "keyspecs", "subcommands");

    /** Told in own words, or of no use to a client. */
    private static final Set<String> OWN_WORDS = Set.of("summary", "complexity", "history", "subcommands");

    /** The commands that Cloud Dragon promises and redis-server 7.0 has as well. */
    private static final String PROMISED = """
            ping echo quit reset select hello auth acl client info config command dbsize flushdb flushall time lastsave bgsave
            bgrewriteaof save shutdown slowlog latency memory debug wait swapdb lolwut
            set get getdel getex getset setnx setex psetex mget mset msetnx append strlen getrange setrange substr incr decr
            incrby decrby incrbyfloat lcs del unlink exists type ttl pttl expire pexpire expireat pexpireat expiretime
            pexpiretime persist rename renamenx copy move keys scan randomkey touch object
            hset hsetnx hmset hget hmget hgetall hkeys hvals hlen hstrlen hexists hdel hincrby hincrbyfloat hrandfield hscan
            sadd srem smove sismember smismember scard smembers sscan spop srandmember
            sinter sunion sdiff sinterstore sunionstore sdiffstore sintercard
            zadd zincrby zrem zscore zmscore zcard zcount zlexcount zrank zrevrank zrange zrangestore zrangebyscore
            zrevrangebyscore zrangebylex zrevrangebylex zrevrange zremrangebyrank zremrangebyscore zremrangebylex zpopmin
            zpopmax zmpop bzpopmin bzpopmax bzmpop zrandmember zunion zinter zdiff zunionstore zinterstore zdiffstore
            zintercard zscan
            setbit getbit bitcount bitpos bitop bitfield bitfield_ro
            lpush rpush lpushx rpushx lpop rpop llen lrange lindex lset linsert lrem ltrim lpos lmove rpoplpush lmpop
            blpop brpop blmove brpoplpush blmpop sort sort_ro
            multi exec discard watch unwatch
            subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe publish spublish pubsub monitor
            """;

    /** Those that it has beyond it. */
    private static final String PROMISED_BEYOND = """
            waitaof delex delifeq dragon.lock dragon.unlock dragon.extend dragon.lockinfo dragon.locks dragon.get dragon.set
            dragon.del dragon.watch dragon.once
            """;

    @RegisterExtension
    static final ServerExtension redis = ServerExtension.redis();

    @RegisterExtension
    static final ServerExtension subject = ServerExtension.target();

    @Test
    void everyPromisedCommandIsListed() {
        String promised = PROMISED + (Target.current() == Target.DRAGON ? PROMISED_BEYOND : "");
        try (RespConnection connection = subject.connect()) {
            assertThat(names(connection)).contains(promised.trim().split("\\s+"));
        }
    }

    @Test
    void commandInfoAndDocsAreThoseOfRedis() throws IOException {
        Map<Pattern, String> intended = intendedDifferences();
        Set<Pattern> met = new HashSet<>();
        List<String> differences = new ArrayList<>();
        Set<String> absent = new TreeSet<>();
        int compared = 0;
        int own = 0;
        try (RespConnection reference = redis.connect().hello(3);
                RespConnection tested = subject.connect().hello(3)) {
            for (String name : names(tested)) {
                Map<String, String> expected = facts(reference, name);
                if (expected.isEmpty()) {
                    own++;
                    continue;
                }
                compared++;
                Map<String, String> actual = facts(tested, name);
                expected.keySet().removeIf(path -> {
                    var subcommand = Pattern.compile("(.*\\|[^.]+)\\..*").matcher(path);
                    boolean missing = subcommand.matches() && !actual.containsKey(subcommand.group(1) + ".arity");
                    if (missing) {
                        absent.add(subcommand.group(1));
                    }
                    return missing;
                });
                differences.addAll(differences(expected, actual));
            }
        }
        differences.removeIf(difference -> intended.keySet().stream()
                .filter(pattern -> pattern.matcher(difference).lookingAt())
                .peek(met::add)
                .findFirst()
                .isPresent());
        System.out.printf("command table: %d commands compared, %d only here%n", compared, own);
        System.out.println("subcommands of Redis that are absent here: " + absent);
        intended.forEach((pattern, reason) -> System.out.println(
                "difference " + (met.contains(pattern) ? "met: " : "not met: ") + pattern + ": " + reason));
        assertThat(compared).isGreaterThan(80);
        assertThat(differences).isEmpty();
    }

    private static Set<String> names(RespConnection connection) {
        Set<String> names = new TreeSet<>();
        connection
                .send("COMMAND LIST")
                .items()
                .forEach(name -> names.add(name.text().toLowerCase(Locale.ROOT)));
        return names;
    }

    private static List<String> differences(Map<String, String> expected, Map<String, String> actual) {
        Set<String> paths = new TreeSet<>(expected.keySet());
        paths.addAll(actual.keySet());
        return paths.stream()
                .filter(path -> !expected.getOrDefault(path, "").equals(actual.getOrDefault(path, "")))
                .map(path -> path + ": expected [" + expected.get(path) + "] but was [" + actual.get(path) + "]")
                .toList();
    }

    /** Everything that a server tells of a command, by path; empty when it does not know it. */
    private static Map<String, String> facts(RespConnection connection, String name) {
        Map<String, String> facts = new TreeMap<>();
        RespValue info = connection.send("COMMAND INFO " + name).item(0);
        if (!info.isNull()) {
            addInfo(info, facts);
            addDocs(connection.send("COMMAND DOCS " + name), facts);
        }
        return facts;
    }

    private static void addInfo(RespValue info, Map<String, String> facts) {
        String name = info.item(0).text();
        for (int i = 1; i < INFO.size() - 1; i++) {
            flatten(name + "." + INFO.get(i), info.item(i), facts);
        }
        info.item(INFO.size() - 1).items().forEach(subcommand -> addInfo(subcommand, facts));
    }

    private static void addDocs(RespValue docsByName, Map<String, String> facts) {
        pairs(docsByName)
                .forEach((name, docs) -> pairs(docs).forEach((field, value) -> {
                    if (field.equals("subcommands")) {
                        addDocs(value, facts);
                    } else if (!OWN_WORDS.contains(field)) {
                        flatten(name + ".docs." + field, value, facts);
                    }
                }));
    }

    private static Map<String, RespValue> pairs(RespValue map) {
        Map<String, RespValue> pairs = new LinkedHashMap<>();
        for (int i = 0; i < map.items().size(); i += 2) {
            pairs.put(map.item(i).text(), map.item(i + 1));
        }
        return pairs;
    }

    /** Maps by key, lists of plain values (flags, categories) in alphabetical order, lists of others by position. */
    private static void flatten(String path, RespValue value, Map<String, String> facts) {
        if (!value.isAggregate()) {
            facts.put(path, value.toString());
        } else if (value.marker() == '%') {
            pairs(value).forEach((key, item) -> flatten(path + "." + key, item, facts));
        } else if (value.items().stream().noneMatch(RespValue::isAggregate)) {
            facts.put(
                    path,
                    value.items().stream()
                            .map(RespValue::text)
                            .sorted()
                            .toList()
                            .toString());
        } else {
            for (int i = 0; i < value.items().size(); i++) {
                flatten(path + "." + i, value.item(i), facts);
            }
        }
    }

    private static Map<Pattern, String> intendedDifferences() throws IOException {
        Map<Pattern, String> intended = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(Path.of("src/test/resources/command-table-differences.txt"))) {
            lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .forEach(parts -> intended.put(Pattern.compile(parts[0]), parts[1]));
        }
        return intended;
    }
}
