package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INFO, SLOWLOG, LATENCY and saving tell what has happened. */
class ServerFiguresTest {
    private static RunningServer server;
    private RawClient client;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        server = new RunningServer(directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        client = server.connect();
        client.call("CONFIG SET slowlog-log-slower-than 10000 slowlog-max-len 128 latency-monitor-threshold 0");
        client.call("CONFIG RESETSTAT");
        client.call("SLOWLOG RESET");
        client.call("LATENCY RESET");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private String info(String name) {
        return client.call("INFO everything")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("absent");
    }

    @Test
    void infoCountsCommandsErrorsKeysAndLocks() {
        client.call("SELECT figures");
        long revision = Long.parseLong(info("revision"));
        client.call("SET a 1");
        client.call("SET b 1 EX 1000");
        client.call("GET a");
        client.call("GET nothing");
        client.call("INCR");
        client.call("NOSUCH");
        client.call("DRAGON.LOCK l EX 100");
        assertThat(info("cmdstat_set")).startsWith("calls=2,").endsWith("rejected_calls=0,failed_calls=0");
        assertThat(info("cmdstat_incr")).startsWith("calls=0,").contains("rejected_calls=1");
        assertThat(info("errorstat_ERR")).isEqualTo("count=2");
        assertThat(info("total_error_replies")).isEqualTo("2");
        assertThat(info("keyspace_hits")).isEqualTo("1");
        assertThat(info("keyspace_misses")).isEqualTo("1");
        assertThat(info("dbfigures")).startsWith("keys=2,expires=1,avg_ttl=");
        assertThat(info("locks_held")).isEqualTo("1");
        assertThat(info("revision")).isEqualTo(Long.toString(revision + 3));
        assertThat(info("durable_revision")).isEqualTo(Long.toString(revision + 3));
        assertThat(info("latency_percentiles_usec_set")).matches("p50=[0-9.]+,p99=[0-9.]+,p99.9=[0-9.]+");
        assertThat(info("connected_clients")).isEqualTo("1");
        client.call("CONFIG RESETSTAT");
        assertThat(info("cmdstat_set")).isEqualTo("absent");
    }

    @Test
    void sleepingForWhatIsNoNumberIsNotSleeping() {
        for (String word : new String[] {"x", "\"\"", "nan", "0x0", "-1", "\"\\t1e-3s\""}) {
            assertThat(client.call("DEBUG SLEEP " + word)).as(word).isEqualTo("+OK");
        }
    }

    @Test
    void insideATransactionSavingIsOnlyScheduled() {
        for (String command : new String[] {"BGSAVE", "BGREWRITEAOF"}) {
            await().until(() -> client.call("SAVE").equals("+OK"));
            client.call("MULTI");
            client.call(command);
            assertThat(client.call("EXEC")).contains(" scheduled");
        }
    }

    @Test
    void sleepingTakesHexadecimalsToo() {
        long start = System.nanoTime();
        client.call("DEBUG SLEEP 0x.1s");
        client.call("DEBUG SLEEP 0x1p-4");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(125_000_000);
    }

    @Test
    void aCommandThatIsNamedAgainIsDescribedAgain() {
        for (String about : new String[] {"INFO", "DOCS"}) {
            String once = inside(client.call("COMMAND " + about + " get"));
            String others = inside(client.call("COMMAND " + about + " set"));
            assertThat(client.call("COMMAND " + about + " get set get get"))
                    .isEqualTo("[" + String.join(", ", once, others, once, once) + "]");
        }
    }

    private static String inside(String array) {
        return array.substring(1, array.length() - 1);
    }

    @Test
    void sortingForMoreResultsThanFitAReplyIsRefused() {
        client.call("EVAL \"for i = 1, 20000 do redis.call('rpush', KEYS[1], i) end\" 1 long");
        assertThat(client.call("SORT long" + " GET #".repeat(4_000))).isEqualTo("-ERR value is out of range");
        client.call("DEL long");
    }

    @Test
    void timeTellsMicroseconds() {
        assertThat(IntStream.range(0, 20).mapToObj(i -> client.call("TIME"))).anyMatch(time -> !time.endsWith("000]"));
    }

    /** A script may answer with an error of any text. */
    @Test
    void errorsAreCountedByPrefixWithinLimits() {
        client.call("EVAL \"return {err='A:1#\\\\nB:2 text'}\" 0");
        assertThat(info("errorstat_A_1_")).isEqualTo("count=1");
        assertThat(info("B")).isEqualTo("absent");
        client.call("EVAL \"return {err=string.rep('x', 10000) .. ' text'}\" 0");
        assertThat(info("errorstat_" + "x".repeat(64))).isEqualTo("count=1");
        for (int i = 0; i < 150; i++) {
            client.call("EVAL \"return {err=ARGV[1] .. ' text'}\" 0 E" + i);
        }
        assertThat(client.call("INFO errorstats").lines()).hasSizeBetween(100, 130);
        assertThat(info("errorstat_A_1_")).isEqualTo("count=1");
        assertThat(info("total_error_replies")).isEqualTo("152");
    }

    @Test
    void sectionsAreShownAsAskedFor() {
        assertThat(client.call("INFO")).contains("# Server", "# Dragon").doesNotContain("# Commandstats");
        assertThat(client.call("INFO all")).contains("# Commandstats", "# Latencystats");
        assertThat(client.call("INFO dragon CPU"))
                .startsWith("# CPU\r\n")
                .contains("\r\n\r\n# Dragon\r\n")
                .doesNotContain("# Server");
        assertThat(client.call("INFO nothing")).isEmpty();
    }

    @Test
    void theSlowLogKeepsTheLatestCutsWordsAndHidesSecrets() {
        client.call("CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 3");
        client.call("SLOWLOG RESET");
        client.call("AUTH default secret");
        client.call("ECHO " + "x".repeat(130));
        client.call("EXISTS" + " k".repeat(40));
        String entries = client.call("SLOWLOG GET -1");
        assertThat(entries)
                .contains("[AUTH, (redacted), (redacted)]")
                .contains("x".repeat(128) + "... (2 more bytes)]")
                .contains("... (10 more arguments)]")
                .doesNotContain("secret");
        assertThat(entries.indexOf("EXISTS")).isLessThan(entries.indexOf("AUTH"));
        for (int i = 0; i < 5; i++) {
            client.call("PING");
        }
        assertThat(client.call("SLOWLOG LEN")).isEqualTo(":3");
        assertThat(client.call("SLOWLOG GET")).doesNotContain("AUTH");
        client.call("CONFIG SET slowlog-log-slower-than -1");
        client.call("SLOWLOG RESET");
        client.call("DEBUG SLEEP 0.02");
        assertThat(client.call("SLOWLOG LEN")).isEqualTo(":0");
    }

    @Test
    void slowEventsAreKeptWhenAskedFor() {
        client.call("DEBUG SLEEP 0.02");
        assertThat(client.call("LATENCY LATEST")).isEqualTo("[]");
        client.call("CONFIG SET latency-monitor-threshold 10");
        client.call("DEBUG SLEEP 0.03");
        assertThat(client.call("LATENCY LATEST")).matches("\\[\\[command, :\\d+, :(3\\d|[4-9]\\d), :\\d+]]");
        assertThat(client.call("LATENCY HISTORY command")).matches("\\[\\[:\\d+, :\\d+]]");
        assertThat(client.call("LATENCY GRAPH command")).startsWith("command - high ");
        assertThat(client.call("LATENCY RESET command nothing")).isEqualTo(":1");
        assertThat(client.call("LATENCY HISTORY command")).isEqualTo("[]");
        assertThat(client.call("LATENCY HISTOGRAM debug"))
                .matches("\\[debug, \\[calls, :\\d+, histogram_usec, \\[.*]]]");
    }

    @Test
    void savingWaitsForTheSnapshotAndTellsWhenItWas() {
        client.call("SET k 1");
        int saves = Integer.parseInt(info("rdb_saves"));
        assertThat(client.call("SAVE")).isEqualTo("+OK");
        assertThat(info("rdb_saves")).isEqualTo(Integer.toString(saves + 1));
        assertThat(info("rdb_changes_since_last_save")).isEqualTo("0");
        client.send("BGSAVE", "BGSAVE", "SAVE", "BGREWRITEAOF", "BGSAVE SCHEDULE");
        assertThat(client.reply()).isEqualTo("+Background saving started");
        assertThat(client.reply()).isEqualTo("-ERR Background save already in progress");
        assertThat(client.reply()).isEqualTo("-ERR Background save already in progress");
        assertThat(client.reply()).isEqualTo("+Background append only file rewriting scheduled");
        assertThat(client.reply()).isEqualTo("-ERR Background save already in progress");
        await().until(() -> info("rdb_saves").equals(Integer.toString(saves + 3)));
    }

    @Test
    void aSaveMayFollowTheLogsRewriting() {
        int saves = Integer.parseInt(info("rdb_saves"));
        client.send("BGREWRITEAOF", "BGREWRITEAOF", "BGSAVE", "BGSAVE SCHEDULE", "BGSAVE SCHEDULE", "SAVE");
        assertThat(client.reply()).isEqualTo("+Background append only file rewriting started");
        assertThat(client.reply()).isEqualTo("-ERR Background append only file rewriting already in progress");
        assertThat(client.reply()).startsWith("-ERR Another child process is active (AOF?): can't BGSAVE right now.");
        assertThat(client.reply()).isEqualTo("+Background saving scheduled");
        assertThat(client.reply()).isEqualTo("+Background saving scheduled");
        assertThat(client.reply()).isEqualTo("+OK");
        assertThat(info("rdb_saves")).isEqualTo(Integer.toString(saves + 2));
    }

    @Test
    void waitsEndWhenNothingMoreCanCome() {
        client.call("SET k 2");
        assertThat(client.call("WAITAOF 1 0 0")).isEqualTo("[:1, :0]");
        assertThat(client.call("WAIT 0 0")).isEqualTo(":0");
        long start = System.nanoTime();
        assertThat(client.call("WAIT 1 100")).isEqualTo(":0");
        assertThat(System.nanoTime() - start).isGreaterThan(80_000_000);
        client.call("CONFIG SET appendfsync no");
        client.call("SET k 3");
        assertThat(client.call("WAITAOF 1 0 5000")).isEqualTo("[:1, :0]");
        client.call("CONFIG SET appendfsync always");
    }
}
