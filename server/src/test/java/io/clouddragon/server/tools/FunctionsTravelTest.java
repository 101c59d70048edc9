package io.clouddragon.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.script.Library;
import io.clouddragon.server.script.ScriptError;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.LoadProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Libraries of functions come along: by export and import, from a Redis server, from its append-only file. */
@Timeout(60)
class FunctionsTravelTest {
    private static final String ONE = library("one", "f", "größer");
    private static final String TWO = library("two", "g", "2");

    /** A script that writes twice, and something random besides: its effects are what an append-only file has. */
    private static final String SCRIPT =
            "redis.call('set', KEYS[1], ARGV[1]) redis.call('rpush', 'list', redis.call('incrby', 'n', 7), 'b') return 1";

    @TempDir
    private Path temp;

    private Path source;
    private Path file;
    private Path target;

    @BeforeEach
    void directories() {
        source = temp.resolve("source");
        file = temp.resolve("export.jsonl");
        target = temp.resolve("target");
    }

    private static String library(String name, String function, String comment) {
        return "#!lua name=" + name + "\nredis.register_function('" + function + "', function() end) -- " + comment;
    }

    private static Bytes bytes(String code) {
        return new Bytes(code.getBytes(StandardCharsets.UTF_8));
    }

    /** As FUNCTION LOAD of a client. */
    private static void load(Path directory, Bytes... codes) throws IOException {
        try (OfflineEngine engine = new OfflineEngine(directory, LoadProgress.NONE)) {
            engine.run(() -> {
                OfflineCommands commands = new OfflineCommands(engine.loop());
                return engine.loop().transact(tx -> {
                    for (Bytes code : codes) {
                        try {
                            commands.functions().load(tx, code, false);
                        } catch (ScriptError e) {
                            throw new AssertionError(e);
                        }
                    }
                });
            });
        }
    }

    /** What a server has when it starts with the directory: texts by name, of libraries that compile. */
    private static Map<String, String> libraries(Path directory) throws IOException {
        Map<String, String> libraries = new TreeMap<>();
        try (OfflineEngine engine = new OfflineEngine(directory, LoadProgress.NONE)) {
            engine.run(() -> {
                for (Library library :
                        new OfflineCommands(engine.loop()).functions().libraries()) {
                    libraries.put(library.name(), new String(library.code(), StandardCharsets.UTF_8));
                }
                return null;
            });
        }
        return libraries;
    }

    private void export(Path directory, Path to) {
        assertThat(ToolRun.of("export", directory, "--out", to).status()).isZero();
    }

    private ToolRun importFile() {
        return ToolRun.of("import", file, "--to", target);
    }

    @Test
    void anExportHasThemAndANewDirectoryGetsThemAsTheyWere() throws IOException {
        SampleData.write(source);
        Bytes notUtf8 = new Bytes(library("raw", "h", "\u00ff").getBytes(StandardCharsets.ISO_8859_1));
        load(source, bytes(ONE), notUtf8);
        export(source, file);
        assertThat(Files.readAllLines(file))
                .anyMatch(line -> line.startsWith(
                        "{\"library\":\"one\",\"code\":\"" + ONE.replace("\n", "\\n") + "\",\"version\":"))
                .anyMatch(line -> line.startsWith("{\"library\":\"raw\",\"code64\":\""));
        ToolRun run = importFile();
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("imported 10 entries");
        assertThat(SampleData.contents(target)).isEqualTo(SampleData.contents(source));
        Path again = temp.resolve("again.jsonl");
        export(target, again);
        assertThat(withoutHead(again)).isEqualTo(withoutHead(file));
        assertThat(libraries(target)).isEqualTo(libraries(source)).hasSize(2);
    }

    /** The lines but for the first, which has the time. */
    private static List<String> withoutHead(Path file) throws IOException {
        return Files.readAllLines(file).stream().skip(1).sorted().toList();
    }

    @Test
    void intoADirectoryWithDataTheyAreReplacedAndOthersStay() throws IOException {
        load(source, bytes(ONE));
        export(source, file);
        load(target, bytes(library("one", "old", "")), bytes(TWO));
        ToolRun run = importFile();
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(libraries(target)).isEqualTo(Map.of("one", ONE, "two", TWO));
    }

    @Test
    void aFunctionOfAnotherLibraryEndsTheImportBeforeAnyKeyIsWritten() throws IOException {
        SampleData.write(source);
        load(source, bytes(ONE));
        export(source, file);
        String other = library("other", "F", "functions' names have no case");
        load(target, bytes(other));
        Map<String, String> before = SampleData.contents(target);
        ToolRun run = importFile();
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("library one cannot be loaded: ERR Function f already exists");
        assertThat(libraries(target)).isEqualTo(Map.of("other", other));
        assertThat(SampleData.contents(target).keySet()).isEqualTo(before.keySet());
    }

    @Test
    void aLineWithoutItsTextIsRefused() throws IOException {
        load(source, bytes(ONE));
        export(source, file);
        Files.writeString(file, Files.readString(file).replace("\"code\"", "\"kode\""));
        ToolRun run = importFile();
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("line 2: no field 'code'");
    }

    @Test
    void theyComeFromARedisServerUnlessOnlySomeDatabasesAreAskedFor() throws IOException {
        try (RedisServer redis = new RedisServer(temp)) {
            redis.client().call("FUNCTION", "LOAD", ONE);
            redis.client().call("FUNCTION", "LOAD", TWO);
            redis.client().call("SET", "k", "v");
            ToolRun run = ToolRun.of("import", "--from-redis", redis.hostAndPort(), "--to", target);
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("imported 1 keys").contains("imported 2 libraries of functions");
            assertThat(libraries(target)).isEqualTo(Map.of("one", ONE, "two", TWO));
            Path other = temp.resolve("other");
            assertThat(ToolRun.of("import", "--from-redis", redis.hostAndPort(), "--db", 0, "--to", other)
                            .status())
                    .isZero();
            assertThat(libraries(other)).isEmpty();
        }
    }

    @Test
    void anAppendOnlyFileHasWhatScriptsDidAndTheLibraries() throws IOException {
        try (RedisServer redis = new RedisServer(temp, "--appendonly", "yes", "--aof-use-rdb-preamble", "no")) {
            RedisClient client = redis.client();
            client.call("FUNCTION", "LOAD", ONE);
            client.call("EVAL", SCRIPT, "1", "before", "rewritten");
            client.call("BGREWRITEAOF");
            Awaitility.await()
                    .until(() -> new String((byte[]) redis.call("INFO persistence"), StandardCharsets.UTF_8)
                            .contains("aof_rewrite_in_progress:0"));
            client.call("EVAL", SCRIPT, "1", "after", "appended");
            client.call("FUNCTION", "LOAD", "REPLACE", library("one", "f", "newer"));
            client.call("FUNCTION", "LOAD", library("gone", "x", ""));
            client.call("FUNCTION", "DELETE", "gone");
            client.call(
                    "FUNCTION",
                    "LOAD",
                    library("w", "write", "")
                            .replace(
                                    "function() end",
                                    "function(k, a)"
                                            + " redis.call('set', k[1], 'by a function') redis.call('del', 'before') return 1 end"));
            client.call("FCALL", "write", "1", "called");
            client.call("SCRIPT", "LOAD", "return 1");
        }
        ToolRun run = ToolRun.of("import", "--from-aof", temp.resolve("appendonlydir"), "--to", target);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(libraries(target)).containsOnlyKeys("one", "w").containsEntry("one", library("one", "f", "newer"));
        Map<String, String> values = new TreeMap<>();
        SampleData.contents(target).forEach((key, text) -> values.put(key, text.replaceFirst(".* = ", "")));
        values.remove("");
        assertThat(values)
                .isEqualTo(Map.of(
                        "0 KEYS \"after\"", "\"appended\"",
                        "0 KEYS \"n\"", "\"14\"",
                        "0 KEYS \"list\"", "[\"7\", \"b\", \"14\", \"b\"]",
                        "0 KEYS \"called\"", "\"by a function\""));
    }
}
