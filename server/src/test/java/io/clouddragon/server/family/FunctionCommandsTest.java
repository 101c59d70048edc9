package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Function libraries last, as data does; scripts that are only cached do not. */
@Timeout(60)
class FunctionCommandsTest {
    private static final String LOAD =
            "FUNCTION LOAD REPLACE \"#!lua name=l\\nredis.register_function('f', function() return 'one' end)\"";
    private static final String LOAD_OTHER =
            "FUNCTION LOAD REPLACE \"#!lua name=l\\nredis.register_function('f', function() return 'two' end)\"";

    @TempDir
    private Path data;

    private RunningServer server;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer(data, Map.of());
        client = server.connect();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void restart() throws IOException {
        stop();
        start();
    }

    @Test
    void aLibrarySurvivesARestartAndFlushAll() throws IOException {
        assertThat(client.call(LOAD)).isEqualTo("l");
        assertThat(client.call("SCRIPT LOAD \"return 1\"")).hasSize(40);
        assertThat(client.call("FLUSHALL")).isEqualTo("+OK");
        assertThat(client.call("DBSIZE")).isEqualTo(":0");
        restart();
        assertThat(client.call("FCALL f 0")).isEqualTo("one");
        assertThat(client.call("EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0"))
                .startsWith("-NOSCRIPT");
        assertThat(client.call(LOAD_OTHER)).isEqualTo("l");
        restart();
        assertThat(client.call("FCALL f 0")).isEqualTo("two");
        assertThat(client.call("FUNCTION DELETE l")).isEqualTo("+OK");
        restart();
        assertThat(client.call("FCALL f 0")).isEqualTo("-ERR Function not found");
    }

    @Test
    void itsDatabaseIsNobodys() {
        assertThat(client.call(LOAD)).isEqualTo("l");
        assertThat(client.call("SELECT :functions")).startsWith("-ERR");
        assertThat(client.call("INFO keyspace")).doesNotContain("functions");
    }

    @Test
    void aTransactionThatIsTakenBackTakesItBack() {
        assertThat(client.call(LOAD)).isEqualTo("l");
        assertThat(client.call("MULTI")).isEqualTo("+OK");
        assertThat(client.call(LOAD_OTHER)).isEqualTo("+QUEUED");
        assertThat(client.call("FCALL f 0")).isEqualTo("+QUEUED");
        assertThat(client.call("DRAGON.ONCE id PX 1000")).isEqualTo("+QUEUED");
        assertThat(client.call("EXEC")).startsWith("-");
        assertThat(client.call("FCALL f 0")).isEqualTo("one");
    }

    @Test
    void aTransactionMayLoadAndCall() {
        assertThat(client.call("MULTI")).isEqualTo("+OK");
        assertThat(client.call(LOAD)).isEqualTo("+QUEUED");
        assertThat(client.call("FCALL f 0")).isEqualTo("+QUEUED");
        assertThat(client.call("EXEC")).isEqualTo("[l, one]");
    }

    @Test
    void aLibraryReplacedSeveralTimesInOneTransactionIsGivenBackOnce() {
        assertThat(client.call("MULTI")).isEqualTo("+OK");
        for (String load : new String[] {LOAD, LOAD_OTHER, LOAD}) {
            assertThat(client.call(load)).isEqualTo("+QUEUED");
        }
        client.call("EXEC");
        for (String name : new String[] {"a", "b", "c"}) {
            assertThat(client.call("FUNCTION LOAD \"#!lua name=" + name + "\\nredis.register_function('" + name
                            + "', function() return '" + name + "' end)\""))
                    .isEqualTo(name);
        }
        for (String name : new String[] {"a", "b", "c"}) {
            assertThat(client.call("FCALL " + name + " 0")).isEqualTo(name);
        }
        assertThat(client.call("FCALL f 0")).isEqualTo("one");
    }

    @Test
    void figuresAreInInfo() {
        client.call(LOAD);
        client.call("EVAL \"return 1\" 0");
        assertThat(client.call("INFO memory"))
                .contains("number_of_cached_scripts:1", "number_of_functions:1", "number_of_libraries:1")
                .doesNotContain("used_memory_lua:0\r\n", "used_memory_vm_functions:0\r\n");
    }

    private String sha(String script) {
        return client.call("EVAL \"return redis.sha1hex(ARGV[1])\" 0 \"" + script + "\"");
    }

    private long figure(String name) {
        String info = client.call("INFO memory");
        int start = info.indexOf(name + ":") + name.length() + 1;
        return Long.parseLong(info.substring(start, info.indexOf("\r\n", start)));
    }

    @Test
    void ofTheScriptsOfEvalTheLastFiveHundredAreKeptAndThoseThatWereLoadedAll() {
        String shaOfLoaded = client.call("SCRIPT LOAD \"return 'loaded'\"");
        client.call("EVAL \"return 'evaluated, then loaded'\" 0");
        String shaOfBoth = client.call("SCRIPT LOAD \"return 'evaluated, then loaded'\"");
        client.call("EVAL \"return 'loaded'\" 0");
        String shaOfUsed = sha("return 'used'");
        client.call("EVAL \"return 'used'\" 0");
        String shaOfFirst = sha("return 0");
        for (int i = 0; i < 499; i++) {
            assertThat(client.call("EVAL \"return " + i + "\" 0")).isEqualTo(":" + i);
            assertThat(client.call("EVALSHA " + shaOfUsed + " 0")).isEqualTo("used");
        }
        assertThat(client.call("SCRIPT EXISTS " + shaOfFirst)).isEqualTo("[:1]");
        assertThat(client.call("EVAL \"return 'one more'\" 0")).isEqualTo("one more");
        assertThat(client.call("SCRIPT EXISTS " + shaOfFirst + " " + shaOfLoaded + " " + shaOfBoth + " " + shaOfUsed))
                .isEqualTo("[:0, :1, :1, :1]");
        assertThat(client.call("EVALSHA " + shaOfFirst + " 0")).startsWith("-NOSCRIPT");
        assertThat(client.call("EVAL \"return 0\" 0")).isEqualTo(":0");
        assertThat(figure("number_of_cached_scripts")).isEqualTo(502);
    }

    @Test
    void forgottenScriptsLeaveTheInterpreterAndWhatIsKeptIsCounted() {
        long before = figure("used_memory");
        client.call("CONFIG SET lua-max-memory 32mb");
        String filling = "x".repeat(20_000);
        for (int i = 0; i < 4_000; i++) {
            assertThat(client.call("EVAL \"return #'" + i + filling + "'\" 0")).startsWith(":200");
        }
        assertThat(figure("used_memory_scripts_eval")).isBetween(500 * 20_000L, 500 * 21_000L);
        assertThat(figure("used_memory") - before).isBetween(500 * 20_000L, 500 * 21_000L);
        client.call("CONFIG SET maxmemory 5mb");
        assertThat(client.call("SET k v")).startsWith("-OOM");
        assertThat(client.call("SCRIPT FLUSH")).isEqualTo("+OK");
        assertThat(client.call("SET k v")).isEqualTo("+OK");
        assertThat(figure("used_memory_scripts_eval")).isZero();
    }
}
