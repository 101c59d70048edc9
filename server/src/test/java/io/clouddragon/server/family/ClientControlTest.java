package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What CLIENT does to other clients, and when: what a comparison of replies cannot show. */
class ClientControlTest {
    private static final int PAUSE_MILLIS = 300;

    private static RunningServer server;
    private RawClient one;
    private RawClient other;

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
        one = server.connect();
        other = server.connect();
    }

    @AfterEach
    void disconnect() {
        one.close();
        other.close();
    }

    @Test
    void pausedWritesWaitWhileReadsGoOn() {
        assertThat(one.call("CLIENT PAUSE " + PAUSE_MILLIS + " WRITE")).isEqualTo("+OK");
        long start = System.nanoTime();
        assertThat(other.send("GET nothing", "SET k 1", "GET k").reply()).isEqualTo("(nil)");
        assertThat(millisSince(start)).isLessThan(PAUSE_MILLIS);
        assertThat(other.reply()).isEqualTo("+OK");
        assertThat(millisSince(start)).isGreaterThanOrEqualTo(PAUSE_MILLIS - 20);
        assertThat(other.reply()).isEqualTo("1");
    }

    @Test
    void execWithAWriteWaitsAndExecWithoutDoesNot() {
        other.send("MULTI", "SET k 2");
        assertThat(other.reply() + other.reply()).isEqualTo("+OK+QUEUED");
        try (RawClient reader = server.connect()) {
            reader.send("MULTI", "PING");
            assertThat(reader.reply() + reader.reply()).isEqualTo("+OK+QUEUED");
            assertThat(one.call("CLIENT PAUSE 10000 WRITE")).isEqualTo("+OK");
            assertThat(reader.call("EXEC")).isEqualTo("[+PONG]");
        }
        other.send("EXEC");
        assertThat(other.answersWithin(50)).isFalse();
        assertThat(one.call("INFO clients")).contains("blocked_clients:1\r\n");
        assertThat(one.call("CLIENT UNPAUSE")).isEqualTo("+OK");
        assertThat(other.reply()).isEqualTo("[+OK]");
        assertThat(one.call("INFO clients")).contains("blocked_clients:0\r\n");
    }

    @Test
    void scriptsThatSayNoWritesGoOnWhileWritesArePaused() {
        String code = "\"#!lua name=p\\nredis.register_function{function_name='reads',callback=function() return 1 end,"
                + "flags={'no-writes'}} redis.register_function('writes',function() return 2 end)\"";
        assertThat(one.call("FUNCTION LOAD " + code)).isEqualTo("p");
        String sha = one.call("SCRIPT LOAD \"#!lua flags=no-writes\\nreturn 3\"");
        other.send("MULTI", "FCALL reads 0");
        assertThat(other.reply() + other.reply()).isEqualTo("+OK+QUEUED");
        assertThat(one.call("CLIENT PAUSE 10000 WRITE")).isEqualTo("+OK");
        assertThat(other.call("EXEC")).isEqualTo("[:1]");
        assertThat(other.call("EVAL \"#!lua flags=no-writes\\nreturn 4\" 0")).isEqualTo(":4");
        assertThat(other.call("EVALSHA " + sha + " 0")).isEqualTo(":3");
        assertThat(other.call("FCALL reads 0")).isEqualTo(":1");
        other.send("FCALL writes 0", "EVAL \"return 5\" 0");
        assertThat(other.answersWithin(50)).isFalse();
        assertThat(one.call("CLIENT UNPAUSE")).isEqualTo("+OK");
        assertThat(other.reply() + other.reply()).isEqualTo(":2:5");
    }

    @Test
    void aPauseOfAllHoldsReadsBackAndEndsByItself() {
        one.call("CLIENT PAUSE " + PAUSE_MILLIS);
        long start = System.nanoTime();
        assertThat(other.call("PING")).isEqualTo("+PONG");
        assertThat(millisSince(start)).isGreaterThanOrEqualTo(PAUSE_MILLIS - 20);
    }

    @Test
    void unblockAnswersAParkedCommandAsATimeoutOrWithAnError() {
        String id = other.call("CLIENT ID").substring(1);
        assertThat(one.call("CLIENT UNBLOCK " + id)).isEqualTo(":0");
        other.send("DRAGON.WATCH w 0 0");
        Awaitility.await().until(() -> one.call("CLIENT LIST ID " + id).contains(" flags=b "));
        assertThat(one.send("CLIENT UNBLOCK " + id, "CLIENT UNBLOCK " + id).reply())
                .isEqualTo(":1");
        assertThat(one.reply()).as("the second of a pipeline").isEqualTo(":0");
        assertThat(other.reply()).isEqualTo("(nil)");
        other.send("WAIT 1 0", "PING");
        Awaitility.await().until(() -> one.call("CLIENT LIST ID " + id).contains(" flags=b "));
        assertThat(one.call("CLIENT UNBLOCK " + id + " ERROR")).isEqualTo(":1");
        assertThat(other.reply()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
        assertThat(other.reply()).isEqualTo("+PONG");
    }

    @Test
    void killClosesOthersAndItselfOnlyWhenAsked() {
        String address = field(other.call("CLIENT INFO"), "addr");
        assertThat(one.call("CLIENT KILL " + address)).isEqualTo("+OK");
        assertThat(other.reply()).isEqualTo(RawClient.CLOSED);
        assertThat(one.call("CLIENT KILL ID " + one.call("CLIENT ID").substring(1)))
                .isEqualTo(":0");
        assertThat(one.call("CLIENT KILL ADDR " + field(one.call("CLIENT INFO"), "addr") + " SKIPME no"))
                .isEqualTo(":1");
        assertThat(one.reply()).isEqualTo(RawClient.CLOSED);
    }

    @Test
    void aKilledWaiterLeavesItsQueue() {
        String id = other.call("CLIENT ID").substring(1);
        one.call("DRAGON.LOCK l EX 60");
        other.send("DRAGON.LOCK l EX 60 WAIT 60000");
        Awaitility.await().until(() -> one.call("DRAGON.LOCKINFO l").endsWith("waiters, :1]"));
        assertThat(one.call("CLIENT KILL ID " + id)).isEqualTo(":1");
        Awaitility.await().until(() -> one.call("DRAGON.LOCKINFO l").endsWith("waiters, :0]"));
    }

    @Test
    void clientListTellsWhatIsTrue() {
        other.call("CLIENT SETNAME worker");
        other.call("CLIENT SETINFO LIB-NAME jedis");
        other.call("SELECT dev");
        other.call("MULTI");
        other.call("SET k 12345");
        String line = one.call("CLIENT LIST")
                .lines()
                .filter(client -> client.contains(" name=worker "))
                .findFirst()
                .orElseThrow();
        assertThat(line)
                .contains(" db=dev ", " flags=x ", " multi=1 ", " cmd=set ", " user=default ")
                .contains(" resp=2 ", " lib-name=jedis", " qbuf=0 ", " obl=0 ", " omem=0 ", " sub=0 ");
        assertThat(Integer.parseInt(field(line, "fd"))).isPositive();
        assertThat(Integer.parseInt(field(line, "multi-mem"))).isGreaterThan("SETk12345".length());
        assertThat(Integer.parseInt(field(line, "tot-mem"))).isPositive();
    }

    @Test
    void whatIsNoCommandIsTheLastOneToo() {
        one.call("CLIENT TRACKING ON OPTOUT");
        one.call("CLIENT CACHING NO");
        assertThat(one.call("CLIENT TRACKINGINFO")).contains("caching-no");
        String id = one.call("CLIENT ID").substring(1);
        assertThat(one.call("NOSUCH")).startsWith("-ERR unknown command");
        assertThat(other.call("CLIENT LIST ID " + id)).contains(" cmd=NULL ");
        assertThat(one.call("CLIENT TRACKINGINFO")).contains("optout").doesNotContain("caching-no");
        assertThat(one.call("GET")).startsWith("-ERR wrong number");
        assertThat(other.call("CLIENT LIST ID " + id)).contains(" cmd=get ");
    }

    @Test
    void aWebPagesRequestClosesTheConnectionWithoutAReply() {
        assertThat(one.send("POST / HTTP/1.1", "SET k evil").reply()).isEqualTo(RawClient.CLOSED);
        assertThat(other.send("Host: example.com", "SET k evil").reply()).isEqualTo(RawClient.CLOSED);
        try (RawClient later = server.connect()) {
            assertThat(later.call("GET k")).isNotEqualTo("evil");
        }
    }

    static String field(String line, String name) {
        String text = " " + line;
        int from = text.indexOf(" " + name + "=") + name.length() + 2;
        return text.substring(from).split("[ \n]")[0];
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    @Test
    void watchingVeryManyKeysTakesLittleTime() {
        long start = System.nanoTime();
        for (int line = 0; line < 40; line++) {
            StringBuilder watch = new StringBuilder("WATCH");
            for (int i = 0; i < 5000; i++) {
                watch.append(" k").append(5000 * line + i);
            }
            assertThat(one.call(watch.toString())).isEqualTo("+OK");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        one.call("WATCH k1 k1");
        other.call("SET k199999 value");
        one.call("MULTI");
        assertThat(one.call("EXEC")).isEqualTo("(nil)");
    }
}
