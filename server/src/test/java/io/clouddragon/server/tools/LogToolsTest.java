package io.clouddragon.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.log.NioDisk;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** dump, verify and repair, on real files, whole and damaged. */
@Timeout(60)
class LogToolsTest {
    @TempDir
    private Path temp;

    private Path directory;
    private Path segment;

    @BeforeEach
    void aDataDirectory() throws IOException {
        directory = temp.resolve("data");
        segment = directory.resolve("segment-0000000001.log");
        SampleData.write(directory);
    }

    @Test
    void dumpShowsWhatEachTransactionDid() {
        ToolRun run = ToolRun.of("log", "dump", directory, "--from", 2, "--to", 9);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .doesNotContain("flushed\" =")
                .contains("2 transaction, engine ms 5000, segment-0000000001.log at ")
                .contains("    database 0: keyspaces 7, 2, 3\n")
                .contains("    put      0 keys \"text\" = string \"gr\\xc3\\xb6\\xc3\\x9fer\"\n")
                .contains("    put      0 keys \"count\" = number -9223372036854775808\n")
                .contains("    put      jobs keys \"a\" = json \"{\\\"n\\\":1}\"\n")
                .contains("\"... (70000 bytes)\n")
                .contains("    put      jobs locks \"nightly\" = lock \"worker 3\", until engine ms 65001\n")
                .contains("    put      jobs once \"order-77\" = once \"\", until 20")
                .contains("segment end, engine ms 5000");
    }

    @Test
    void dumpAsJsonHasTheValuesWhole() {
        ToolRun run = ToolRun.of("log", "dump", directory, "--json");
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(2))
                .startsWith(
                        "{\"revision\":3,\"engineMillis\":5000,\"kind\":\"transaction\",\"file\":\"segment-0000000001.log\",")
                .endsWith("\"effects\":[{\"effect\":\"put\",\"db\":\"0\",\"space\":\"keys\",\"key\":\"text\","
                        + "\"kind\":\"string\",\"value\":\"größer\"}]}");
        assertThat(lines).anyMatch(line -> line.contains("x".repeat(70_000)));
        assertThat(lines.get(lines.size() - 1))
                .contains("\"kind\":\"shutdown mark\"")
                .endsWith("\"effects\":[]}");
    }

    @Test
    void dumpShowsTheSnapshotWhenAsked() {
        Path file = temp.resolve("export");
        Path imported = temp.resolve("imported");
        ToolRun.of("export", directory, "--out", file);
        ToolRun.of("import", file, "--to", imported);
        assertThat(ToolRun.of("log", "dump", imported).out()).isEmpty();
        assertThat(ToolRun.of("log", "dump", imported, "--snapshot").out())
                .contains("snapshot: entry    0 keys \"text\" = string \"gr\\xc3\\xb6\\xc3\\x9fer\", version 3\n");
        assertThat(ToolRun.of("log", "dump", imported, "--snapshot", "--json").out())
                .contains("{\"kind\":\"snapshot\",\"effects\":[{\"effect\":\"entry\",\"db\":\"0\",");
    }

    @Test
    void verifyCountsAndChangesNothing() throws IOException {
        byte[] before = Files.readAllBytes(segment);
        ToolRun run = ToolRun.of("log", "verify", directory);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("snapshot  none")
                .contains("log       10 transactions, ")
                .contains("up to revision 10")
                .endsWith("OK: intact; idle or shut down\n");
        assertThat(Files.readAllBytes(segment)).isEqualTo(before);
    }

    @Test
    void verifyTellsOfATornEndAndLeavesIt() throws IOException {
        List<Path> segments = segments();
        Path last = segments.get(segments.size() - 1);
        Files.delete(directory.resolve("MANIFEST"));
        ToolRun.of("log", "repair", directory, "--yes");
        byte[] bytes = Files.readAllBytes(last);
        int end = used(bytes);
        bytes[end - 1] = 0;
        Files.write(last, bytes);
        ToolRun run = ToolRun.of("log", "verify", directory);
        assertThat(run.status()).as(run.out()).isZero();
        assertThat(run.out())
                .contains("torn      " + last.getFileName() + " ends with a write")
                .contains("in the middle");
        assertThat(Files.readAllBytes(last)).isEqualTo(bytes);
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .filter(file -> isUsed(file))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isUsed(Path file) {
        try {
            return used(Files.readAllBytes(file)) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int used(byte[] bytes) {
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }

    /** Changes a byte of the record that {@code text} is in. */
    private void damage(String text) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        bytes[at] ^= 1;
        Files.write(segment, bytes);
    }

    @Test
    void damageIsFoundSaidRepairedOnlyWithYesAndKept() throws IOException {
        damage("count");
        byte[] damaged = Files.readAllBytes(segment);
        ToolRun verify = ToolRun.of("log", "verify", directory);
        assertThat(verify.status()).isEqualTo(1);
        assertThat(verify.out()).startsWith("DAMAGED: segment-0000000001.log at offset ");
        assertThat(ToolRun.of("log", "dump", directory).status()).isEqualTo(1);

        ToolRun plan = ToolRun.of("log", "repair", directory);
        assertThat(plan.status()).isEqualTo(1);
        assertThat(plan.out())
                .contains("after revision 5\n")
                .contains("lose the revisions 6 to 10 at least (5 of them lie intact behind the damage)")
                .contains("Nothing has been changed.");
        assertThat(Files.readAllBytes(segment)).isEqualTo(damaged);

        ToolRun repair = ToolRun.of("log", "repair", directory, "--yes");
        assertThat(repair.status()).as(repair.out() + repair.err()).isZero();
        assertThat(repair.out()).contains("log       5 transactions, ").contains("OK: intact");
        assertThat(ToolRun.of("log", "verify", directory).status()).isZero();
        assertThat(ToolRun.of("log", "repair", directory).out()).isEqualTo("OK: intact; nothing to repair\n");
        assertThat(SampleData.contents(directory))
                .containsKey("0 KEYS \"text\"")
                .doesNotContainKey("0 KEYS \"count\"");

        try (var files = Files.list(directory)) {
            Path kept = files.filter(file -> file.getFileName().toString().startsWith("segment-0000000001.log."))
                    .findFirst()
                    .orElseThrow();
            int from = Integer.parseInt(kept.getFileName().toString().split("\\.")[2]);
            byte[] cut = Files.readAllBytes(kept);
            assertThat(cut).isEqualTo(Arrays.copyOfRange(damaged, from, from + cut.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"log dump", "log verify", "log repair", "export"})
    void aDirectoryThatAServerHasIsRefused(String tool) throws IOException {
        try (Closeable server = new NioDisk(directory).lock()) {
            String[] words = (tool + " " + directory).split(" ");
            ToolRun run = ToolRun.of((Object[]) words);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("is in use");
            assertThat(server).isNotNull();
        }
    }

    @Test
    void aToolNeedsItsName() {
        ToolRun run = ToolRun.of("log");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("dump, verify or repair");
    }
}
