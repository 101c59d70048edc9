package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.config.Setting;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that run long, or want too much memory: what others are told meanwhile, and how such a script ends. */
@Timeout(120)
class BusyScriptTest {
    private static final String BUSY =
            "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    private static final String BUSY_FUNCTION =
            "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
    private static final String KILLED = "-ERR Script killed by user with SCRIPT KILL... script: ";

    @TempDir
    private Path data;

    private int httpPort;
    private RunningServer server;
    private RawClient busy;
    private RawClient other;

    @BeforeEach
    void start() throws IOException {
        httpPort = FreePorts.next();
        server = new RunningServer(
                data,
                Map.of(
                        Setting.BUSY_REPLY_THRESHOLD, "50",
                        Setting.LUA_MAX_MEMORY, "16mb",
                        Setting.HTTP_PORT, Integer.toString(httpPort)));
        busy = server.connect();
        other = server.connect();
    }

    @AfterEach
    void stop() {
        busy.close();
        other.close();
        server.close();
    }

    private void runs(String command, String refusal) {
        busy.send(command);
        await().atMost(Duration.ofSeconds(30)).until(() -> other.call("PING").equals(refusal));
    }

    @Test
    void othersAreToldAndMayKillIt() {
        runs("EVAL \"while true do end\" 0", BUSY);
        assertThat(other.call("GET k")).isEqualTo(BUSY);
        assertThat(other.call("FUNCTION KILL")).isEqualTo(BUSY);
        assertThat(other.call("FUNCTION STATS")).isEqualTo(BUSY);
        assertThat(other.call("SHUTDOWN")).isEqualTo(BUSY);
        try (RawClient newcomer = server.connect()) {
            assertThat(newcomer.call("PING")).isEqualTo(BUSY);
        }
        assertThat(other.call("MULTI")).isEqualTo("+OK");
        assertThat(other.call("SET k v")).isEqualTo(BUSY);
        assertThat(other.call("DISCARD")).isEqualTo("+OK");
        assertThat(other.call("SCRIPT KILL")).isEqualTo("+OK");
        assertThat(busy.reply()).startsWith(KILLED).endsWith(", on @user_script:1.");
        assertThat(other.call("PING")).isEqualTo("+PONG");
        assertThat(busy.call("EVAL \"return 1\" 0")).isEqualTo(":1");
        assertThat(other.call("SCRIPT KILL")).isEqualTo("-NOTBUSY No scripts in execution right now.");
    }

    @Test
    void whatWasQueuedWhileBusyIsNotExecutedByHalf() {
        assertThat(other.call("MULTI")).isEqualTo("+OK");
        assertThat(other.call("SET k v")).isEqualTo("+QUEUED");
        runs("EVAL \"while true do end\" 0", BUSY);
        try (RawClient killer = server.connect()) {
            assertThat(killer.call("SCRIPT KILL")).isEqualTo("+OK");
        }
        assertThat(busy.reply()).startsWith(KILLED);
        assertThat(other.call("EXEC")).startsWith("-EXECABORT");
        assertThat(other.call("EXISTS k")).isEqualTo(":0");
    }

    @Test
    void noPcallAndNoCoroutineEscapesTheKill() {
        for (String script : new String[] {
            "while true do pcall(function() while true do end end) end",
            "local f = coroutine.wrap(function() while true do end end) while true do pcall(f) end",
            "while true do pcall(redis.call, 'get', 'k') end",
            "while true do xpcall(function() while true do end end, function() while true do end end) end",
        }) {
            runs("EVAL \"" + script + "\" 0", BUSY);
            assertThat(other.call("SCRIPT KILL")).isEqualTo("+OK");
            assertThat(busy.reply()).as(script).startsWith("-ERR ");
            assertThat(other.call("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void aFunctionIsKilledByItsOwnCommand() {
        String code = "\"#!lua name=l\\nredis.register_function('f', function() while true do end end)\"";
        assertThat(other.call("FUNCTION LOAD " + code)).isEqualTo("l");
        runs("FCALL f 1 some argument", BUSY_FUNCTION);
        assertThat(other.call("SCRIPT KILL")).isEqualTo(BUSY_FUNCTION);
        assertThat(other.call("FUNCTION STATS"))
                .startsWith("[running_script, [name, f, command, [FCALL, f, 1, some, argument], duration_ms, :");
        assertThat(other.call("FUNCTION KILL")).isEqualTo("+OK");
        assertThat(busy.reply()).isEqualTo(KILLED + "f, on @user_function:2.");
    }

    @Test
    void aLibraryThatLoadsForEverIsNotLoaded() {
        assertThat(other.call("FUNCTION LOAD \"#!lua name=l\\nwhile true do end\""))
                .isEqualTo("-ERR Error registering functions: ERR FUNCTION LOAD timeout");
        assertThat(other.call("PING")).isEqualTo("+PONG");
    }

    @Test
    void whoHasWrittenCannotBeKilledAndIsTakenBackWhenTheServerStops() throws IOException {
        assertThat(other.call("SET before 1")).isEqualTo("+OK");
        runs("EVAL \"redis.call('set','half','1') while true do end\" 0", BUSY);
        assertThat(other.call("SCRIPT KILL"))
                .startsWith("-UNKILLABLE Sorry the script already executed write commands");
        server.close();
        server = new RunningServer(data, Map.of());
        try (RawClient client = server.connect()) {
            assertThat(client.call("EXISTS before half")).isEqualTo(":1");
        }
    }

    @Test
    void whoHangsUpLeavesItsScriptRunning() {
        runs("EVAL \"while true do end\" 0", BUSY);
        busy.close();
        assertThat(other.call("PING")).isEqualTo(BUSY);
        assertThat(other.call("SCRIPT KILL")).isEqualTo("+OK");
        await().atMost(Duration.ofSeconds(10)).until(() -> other.call("PING").equals("+PONG"));
    }

    @Test
    void nobodyOvertakesAScript() {
        assertThat(busy.call("SET lock 1")).isEqualTo("+OK");
        readAtOnce(() -> {
            busy.send("EVAL \"return redis.call('del', 'lock')\" 0");
            other.send("SET lock 2 NX");
        });
        assertThat(busy.reply()).isEqualTo(":1");
        assertThat(other.reply()).isEqualTo("+OK");
    }

    @Test
    void whoIsInLineBehindAScriptIsToldWhileItRuns() {
        try (RawClient killer = server.connect()) {
            readAtOnce(() -> {
                busy.send("EVAL \"while true do end\" 0");
                other.send("GET k");
                killer.send("SCRIPT KILL");
            });
            assertThat(other.reply()).isEqualTo(BUSY);
            assertThat(killer.reply()).isEqualTo("+OK");
            assertThat(busy.reply()).startsWith(KILLED);
        }
    }

    /** What is sent meanwhile waits in the sockets, and is read in one turn, in the order of sending. */
    private void readAtOnce(Runnable sends) {
        try (RawClient sleeper = server.connect()) {
            sleeper.send("DEBUG SLEEP 0.3");
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
            sends.run();
            assertThat(sleeper.reply()).isEqualTo("+OK");
        }
    }

    @Test
    void theHttpDoorIsUnavailable() throws IOException {
        runs("EVAL \"while true do end\" 0", BUSY);
        HttpURLConnection request = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + httpPort + "/health").toURL().openConnection();
        assertThat(request.getResponseCode()).isEqualTo(HttpURLConnection.HTTP_UNAVAILABLE);
        assertThat(request.getHeaderField("Retry-After")).isNotNull();
        assertThat(other.call("SCRIPT KILL")).isEqualTo("+OK");
    }

    @Test
    void memoryIsBounded() {
        for (String script : new String[] {
            "local s = 'x' while true do s = s .. s end",
            "local t = {} while true do t[#t + 1] = {} end",
            "local f = coroutine.wrap(function() local s = 'x' while true do s = s .. s end end) return f()",
        }) {
            assertThat(busy.call("EVAL \"" + script + "\" 0")).as(script).contains("not enough memory");
            assertThat(busy.call("EVAL \"return #string.rep('x', 1000000)\" 0")).isEqualTo(":1000000");
        }
    }

    @Test
    void whatALibraryBuildsIsBounded() {
        for (String script : new String[] {
            "cjson.encode_sparse_array(false, 0, 0) return cjson.encode({[100000000] = 1})",
            "local t = {} for i = 1, 6 do t[i] = t end return cmsgpack.pack(t)",
            "local s = string.rep('x', 4000000) return struct.pack('sssss', s, s, s, s, s)",
        }) {
            assertThat(busy.call("EVAL \"" + script + "\" 0")).as(script).contains("not enough memory");
        }
    }

    @Test
    void whatALibraryBuildsForLongIsKilledLikeAnyScript() {
        assertThat(other.call("CONFIG SET lua-max-memory 1gb")).isEqualTo("+OK");
        for (String script : new String[] {
            "local t = {} for i = 1, 6 do t[i] = t end return cmsgpack.pack(t)",
            "local t = {1} for i = 1, 60 do t = {t, t} end while true do pcall(cjson.encode, t) end",
        }) {
            runs("EVAL \"" + script + "\" 0", BUSY);
            assertThat(other.call("SCRIPT KILL")).isEqualTo("+OK");
            assertThat(busy.reply()).as(script).startsWith(KILLED);
            assertThat(busy.call("EVAL \"return cjson.encode({1})\" 0")).isEqualTo("[1]");
        }
    }

    @Test
    void whatPackedDataPromisesTakesNoMemory() {
        String promises = "local s = string.rep('\\\\221\\\\255\\\\255\\\\255\\\\255', 1000)"
                + " local ok, failure = pcall(cmsgpack.unpack, s) return {failure, collectgarbage('count')}";
        String reply = busy.call("EVAL \"" + promises + "\" 0");
        assertThat(reply).contains("Missing bytes in input");
        assertThat(Integer.parseInt(reply.replaceAll(".*:(\\d+)]", "$1"))).isLessThan(4000);
    }

    @Test
    void aReplyWithoutEndIsAnError() {
        assertThat(busy.call("EVAL \"local t = {} t[1] = t t[2] = t return t\" 0"))
                .isEqualTo("-ERR reached lua stack limit");
        assertThat(other.call("CONFIG SET lua-max-memory 1mb")).isEqualTo("+OK");
        assertThat(busy.call("EVAL \"local t = {1} for i = 1, 40 do t = {t, t} end return t\" 0"))
                .isEqualTo("-ERR the reply of the script is larger than lua-max-memory");
        assertThat(busy.call("PING")).isEqualTo("+PONG");
    }

    @Test
    void whatIsNestedTooDeeplyForALibraryIsAnError() {
        String nested = "return cmsgpack.unpack(string.rep('\\\\145', 100000))";
        assertThat(busy.call("EVAL \"" + nested + "\" 0")).contains("stack overflow");
    }

    @Test
    @Timeout(60)
    void lineEndsInsideAnErrorTakeNoTime() {
        String script = "return redis.error_reply('x' .. string.rep('\\\\n', 200000) .. 'x')";
        assertThat(busy.call("EVAL \"" + script + "\" 0")).startsWith("-ERR x ");
    }

    @Test
    @Timeout(60)
    void veryManyCoroutinesMayCallCommands() {
        String script = "for i = 1, 300000 do coroutine.wrap(function() redis.call('PING') end)() end return 1";
        other.call("CONFIG SET lua-max-memory 1gb");
        assertThat(busy.call("EVAL \"" + script + "\" 0")).isEqualTo(":1");
    }
}
