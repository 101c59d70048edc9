package io.clouddragon.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Collections of every type, small and large, come through every tool as they were, with their versions and deadlines. */
@Timeout(60)
class CollectionToolsTest {
    @TempDir
    private Path temp;

    private ToolServer server;
    private RedisClient redis;
    private SampleCollections collections;

    @BeforeEach
    void aServerWithCollections() throws IOException {
        server = new ToolServer(temp.resolve("data"));
        redis = server.connect();
        collections = new SampleCollections(redis);
        collections.make();
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
        server.close();
    }

    /** What a server that starts in this directory shows. */
    private static Map<String, String> viewOf(Path directory) throws IOException {
        try (ToolServer server = new ToolServer(directory);
                RedisClient redis = server.connect()) {
            return new SampleCollections(redis).view();
        }
    }

    private Path backup() {
        Path copy = temp.resolve("backup");
        ToolRun run = ToolRun.of("backup", copy, "--from", server.hostAndPort());
        assertThat(run.status()).as(run.err()).isZero();
        return copy;
    }

    private void compact() throws IOException {
        redis.call("BGREWRITEAOF");
        Awaitility.await()
                .until(() -> new String((byte[]) redis.call("INFO", "persistence"))
                        .contains("aof_rewrite_in_progress:0\r\n"));
    }

    @Test
    void theyAreBackedUpRestoredExportedAndImported() throws IOException {
        compact();
        collections.change();
        Map<String, String> view = collections.view();
        assertThat(view).hasSize(19);
        Path copy = backup();
        Path file = temp.resolve("export");
        assertThat(ToolRun.of("export", copy, "--out", file).status()).isZero();
        Path imported = temp.resolve("imported");
        ToolRun run = ToolRun.of("import", file, "--to", imported);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("imported 19 entries");
        assertThat(viewOf(imported)).isEqualTo(view);

        Path restored = temp.resolve("restored");
        assertThat(ToolRun.of("restore", copy, restored).status()).isZero();
        assertThat(viewOf(restored)).isEqualTo(view);
        for (Path directory : List.of(imported, restored)) {
            assertThat(ToolRun.of("log", "verify", directory).out()).contains("OK: intact");
        }
    }

    @Test
    void theLogShowsEveryChangeOfThem() throws IOException {
        collections.change();
        String dump = dump(backup());
        assertThat(dump.lines().map(String::strip))
                .contains(
                        "put      0 keys \"small-list\" = list of 1: \"a\"",
                        "add      0 keys \"small-list\": \"c\"",
                        "insert   0 keys \"list\" at 2500: \"inserted\"",
                        "put      0 keys \"small-hash\" = hash of 1: \"f\" = \"1\"",
                        "add      0 keys \"integers\": \"2\"",
                        "put      0 keys \"small-zset\" = sorted_set of 1: \"low\" score -inf",
                        "add      0 keys \"small-zset\": \"high\" score inf",
                        "remove   0 keys \"small-zset\": \"low\"",
                        "set      0 keys \"list\" at 1: \"changed\"",
                        "cut      0 keys \"list\" at 0: 1 elements",
                        "add      0 keys \"hash\": \"field-4999\" = \"value-4999\"",
                        "add      0 keys \"hash\": \"counter\" = \"7\"",
                        "remove   0 keys \"hash\": \"field-2\"",
                        "add      0 keys \"set\": \"x\"",
                        "remove   0 keys \"set\": \"member-4\"",
                        "add      0 keys \"zset\": \"member-7\" score 2",
                        "splice   0 keys \"edited\" at 50000: \"middle\"",
                        "rename   0 keys \"copied\" to 0 \"renamed\"",
                        "add      0 keys \"renamed\": \"more\" = \"1\"",
                        "add      jobs keys \"zset\": \"scores\" score 1");
    }

    @Test
    void aSnapshotShowsAllTheirElements() throws IOException {
        compact();
        Path copy = backup();
        List<String> lines = dump(copy, "--snapshot")
                .lines()
                .filter(line -> line.startsWith("snapshot: "))
                .toList();
        assertThat(lines)
                .contains(
                        "snapshot: add      0 keys \"hash\": \"field-17\" = \"value-17\"",
                        "snapshot: add      0 keys \"zset\": \"member-17\" score 4.25",
                        "snapshot: add      0 keys \"set\": \"member-17\"")
                .anyMatch(line -> line.startsWith(
                        "snapshot: entry    0 keys \"small-hash\" = hash of 2: \"f\" = \"1\", \"g\" = \"2\", version "))
                .anyMatch(line -> line.startsWith("snapshot: entry    0 keys \"zset\" = sorted_set, elements follow,")
                        && line.endsWith(", until 2100-01-01T00:00:00Z"));
        for (String name : List.of("element-", "field-", "\"set\": \"member-", "\"zset\": \"member-")) {
            assertThat(lines.stream().filter(line -> line.contains("0 keys") && line.contains(name)))
                    .as(name)
                    .hasSize(SampleCollections.MANY);
        }
        assertThat(dump(copy, "--snapshot", "--json").lines())
                .filteredOn(line -> line.startsWith("{\"kind\":\"snapshot\"")
                        && line.contains("\"key\":\"hash\",\"field\":\"field-17\",\"value\":\"value-17\""))
                .hasSize(1);
    }

    private static String dump(Path directory, String... options) {
        Object[] words = new Object[3 + options.length];
        words[0] = "log";
        words[1] = "dump";
        words[2] = directory;
        System.arraycopy(options, 0, words, 3, options.length);
        ToolRun run = ToolRun.of(words);
        assertThat(run.status()).as(run.err() + Arrays.toString(words)).isZero();
        return run.out();
    }
}
