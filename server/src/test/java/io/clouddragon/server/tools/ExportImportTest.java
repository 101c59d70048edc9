package io.clouddragon.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.engine.Database;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes out comes in again, on real files. */
@Timeout(60)
class ExportImportTest {
    private static final int MANY_ELEMENTS = 5000;

    @TempDir
    private Path temp;

    private Path source;
    private Path file;

    @BeforeEach
    void aDirectoryWithSomethingOfEverything() throws IOException {
        source = temp.resolve("source");
        file = temp.resolve("export.jsonl");
        SampleData.write(source);
    }

    private void export() {
        assertThat(ToolRun.of("export", source, "--out", file))
                .extracting(ToolRun::status)
                .isEqualTo(0);
    }

    @Test
    void aNewDirectoryGetsTheSameStateWithVersionsHandlesAndClocks() throws IOException {
        export();
        Path target = temp.resolve("target");
        ToolRun run = ToolRun.of("import", file, "--to", target);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("imported 8 entries");
        assertThat(SampleData.contents(target))
                .isEqualTo(SampleData.contents(source))
                .hasSize(9);
        assertThat(ToolRun.of("log", "verify", target).out()).contains("OK: intact");
    }

    @Test
    void theFileReadsAsThePageSays() throws IOException {
        export();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0))
                .startsWith("{\"dragon\":\"export\",\"format\":1,\"revision\":10,\"engineMillis\":5000,");
        assertThat(lines)
                .contains(
                        "{\"db\":\"0\",\"key\":\"text\",\"kind\":\"string\",\"value\":\"größer\",\"version\":3}",
                        "{\"db\":\"0\",\"key\":\"count\",\"kind\":\"number\",\"value\":\"-9223372036854775808\",\"version\":6}",
                        "{\"db\":\"0\",\"key\":\"empty\",\"kind\":\"edited\",\"value\":\"\",\"version\":5}",
                        "{\"db\":\"jobs\",\"key\":\"a\",\"kind\":\"json\",\"value\":\"{\\\"n\\\":1}\",\"version\":7}",
                        "{\"db\":\"0\",\"key64\":\"AP8iCsM=\",\"kind\":\"string\",\"value64\":\"AP8iCsM=\",\"version\":4,\"deadline\":"
                                + (SampleData.NOW + 3_600_000) + "}",
                        "{\"db\":\"jobs\",\"lock\":\"nightly\",\"handle\":8,\"leaseMillis\":60001,\"owner\":\"worker 3\"}",
                        "{\"db\":\"jobs\",\"once\":\"order-77\",\"version\":9,\"deadline\":"
                                + (SampleData.NOW + 86_400_000) + "}",
                        "{\"end\":8}")
                .noneMatch(line -> line.contains("expired\"") || line.contains("flushed"));
    }

    @Test
    void exportChangesNothing() throws IOException {
        Map<String, Long> before = filesOf(source);
        export();
        assertThat(filesOf(source)).isEqualTo(before);
    }

    private static Map<String, Long> filesOf(Path directory) throws IOException {
        Map<String, Long> files = new TreeMap<>();
        try (var paths = Files.list(directory)) {
            for (Path path : paths.toList()) {
                CRC32C crc = new CRC32C();
                crc.update(Files.readAllBytes(path));
                files.put(path.getFileName().toString(), crc.getValue());
            }
        }
        return files;
    }

    @Test
    void intoADirectoryWithDataKeysAreReplacedAndPromisesStay() throws IOException {
        export();
        Path target = temp.resolve("target");
        SampleData.change(target, 77, engine -> {
            Database zero = engine.databases().get("0");
            Database jobs = engine.databases().get("jobs");
            SampleData.transact(
                    engine, tx -> tx.put(zero, Bytes.of("text"), Kind.RAW, Bytes.of("old"), Entry.NO_DEADLINE));
            SampleData.transact(
                    engine, tx -> tx.put(zero, Bytes.of("mine"), Kind.RAW, Bytes.of("kept"), Entry.NO_DEADLINE));
            SampleData.transact(engine, tx -> tx.locks().acquire(jobs, Bytes.of("nightly"), 600_000, Bytes.of("me")));
        });
        ToolRun run = ToolRun.of("import", file, "--to", target);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("1 locks and idempotency ids were there already");
        TreeMap<String, String> contents = SampleData.contents(target);
        assertThat(contents.get("0 KEYS \"mine\"")).endsWith("\"kept\"");
        assertThat(contents.get("0 KEYS \"text\"")).startsWith("RAW v4 ").contains("gr\\xc3\\xb6");
        assertThat(contents.get("jobs LOCKS \"nightly\"")).isEqualTo("LOCK v3 until 600078 = \"me\"");
        assertThat(contents).containsKey("jobs ONCE_IDS \"order-77\"").hasSize(10);
    }

    @Test
    void randomStatesComeBackAsTheyWere() throws IOException {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println("ExportImportTest -Dseed=" + seed);
        Random random = new Random(seed);
        Path directory = temp.resolve("random");
        SampleData.change(directory, 1, engine -> {
            for (int i = 0; i < 3000; i++) {
                Database db = engine.databases().get("db" + random.nextInt(4));
                byte[] key = new byte[1 + random.nextInt(3)];
                byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 5000 : 20)];
                random.nextBytes(key);
                random.nextBytes(value);
                long deadline =
                        random.nextBoolean() ? Entry.NO_DEADLINE : SampleData.NOW + 1_000_000 + random.nextInt(9);
                SampleData.transact(engine, tx -> {
                    switch (random.nextInt(5)) {
                        case 0 -> tx.delete(db, new Bytes(key));
                        case 1 -> tx.putNumber(db, new Bytes(key), random.nextLong(), deadline);
                        case 2 -> tx.locks().acquire(db, new Bytes(key), 1 + random.nextInt(100_000), new Bytes(value));
                        case 3 -> tx.once(db, new Bytes(key), 1_000_000 + random.nextInt(100_000));
                        default -> tx.put(db, new Bytes(key), Kind.RAW, new Bytes(value), deadline);
                    }
                });
            }
        });
        assertThat(ToolRun.of("export", directory, "--out", file).status()).isZero();
        assertThat(ToolRun.of("import", file, "--to", temp.resolve("copy")).status())
                .isZero();
        assertThat(SampleData.contents(temp.resolve("copy"))).isEqualTo(SampleData.contents(directory));
    }

    @Test
    void collectionsAreExportedInPortionsAndComeBackAsTheyWere() throws IOException {
        Path directory = temp.resolve("collections");
        SampleData.change(directory, 1, engine -> {
            Database db = engine.databases().get("0");
            for (int i = 0; i < MANY_ELEMENTS; i++) {
                Bytes name = Bytes.of("element " + i);
                double score = i / 3.0;
                SampleData.transact(engine, tx -> {
                    tx.lists().append(db, Bytes.of("list"), name);
                    tx.keyed().putField(db, Bytes.of("hash"), name, Bytes.of("value"));
                    tx.keyed().addMember(db, Bytes.of("set"), name);
                    tx.keyed().putScore(db, Bytes.of("sorted"), name, score);
                });
            }
            SampleData.transact(engine, tx -> {
                tx.lists().append(db, Bytes.of("small"), new Bytes(new byte[] {0, (byte) 0xFF}));
                tx.keyed().putScore(db, Bytes.of("few"), Bytes.of("m"), Double.NEGATIVE_INFINITY);
                tx.deadline(db, Bytes.of("few"), SampleData.NOW + 3_600_000);
            });
        });
        assertThat(ToolRun.of("export", directory, "--out", file).status()).isZero();
        assertThat(Files.readAllLines(file))
                .contains(
                        "{\"db\":\"0\",\"key\":\"small\",\"kind\":\"list\",\"elements64\":[\"AP8=\"],\"version\":"
                                + (MANY_ELEMENTS + 1) + "}",
                        "{\"db\":\"0\",\"key\":\"few\",\"kind\":\"sorted_set\",\"elements\":[\"m\",\"-inf\"],\"version\":"
                                + (MANY_ELEMENTS + 1) + ",\"deadline\":" + (SampleData.NOW + 3_600_000) + "}")
                .anyMatch(line -> line.startsWith("{\"more\":["));
        Path exact = temp.resolve("exact");
        ToolRun run = ToolRun.of("import", file, "--to", exact);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("imported 6 entries");
        assertThat(SampleData.contents(exact))
                .isEqualTo(SampleData.contents(directory))
                .hasSize(7);

        Path merged = temp.resolve("merged");
        SampleData.change(merged, 1, engine -> {
            Database db = engine.databases().get("0");
            SampleData.transact(engine, tx -> tx.lists().append(db, Bytes.of("list"), Bytes.of("old")));
        });
        assertThat(ToolRun.of("import", file, "--to", merged).status()).isZero();
        assertThat(values(merged)).isEqualTo(values(directory));
    }

    /** Without versions and clocks. */
    private static Map<String, String> values(Path directory) throws IOException {
        Map<String, String> values = new TreeMap<>();
        SampleData.contents(directory).forEach((key, text) -> values.put(key, text.replaceFirst(" v\\d+", "")));
        values.remove("");
        return values;
    }

    @Test
    void aServersEngineGoesOnFromAnImportedState() throws IOException {
        export();
        Path target = temp.resolve("target");
        assertThat(ToolRun.of("import", file, "--to", target).status()).isZero();
        SampleData.change(target, SampleData.ENGINE_NOW + 59_999, engine -> {
            Database jobs = engine.databases().get("jobs");
            List<Object> seen = new ArrayList<>();
            SampleData.transact(engine, tx -> seen.add(tx.locks().acquire(jobs, Bytes.of("nightly"), 1, new Bytes())));
            SampleData.transact(engine, tx -> seen.add(tx.once(jobs, Bytes.of("order-77"), 1)));
            SampleData.transact(engine, tx -> seen.add(tx.locks().release(jobs, Bytes.of("nightly"), 8)));
            SampleData.transact(engine, tx -> seen.add(tx.locks().acquire(jobs, Bytes.of("nightly"), 1, new Bytes())));
            assertThat(seen).isEqualTo(List.of(0L, false, true, 12L));
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "its last line is missing | /\\n[^\\n]*\\n$/\\n/ | the file is cut",
                "cut inside a line | /[0-9]+\\}\\n$// | the file is cut",
                "a line is missing | /\\n\\{\"db\":\"0\"[^\\n]*// | does not have the lines that its last line counts",
                "not an export | /^[^\\n]*\\n// | not a file that dragon export has written",
                "a newer format | /\"format\":1/\"format\":2/ | has format 2",
                "no JSON | /\"end\"/end/ | line 10: ",
                "a kind that no key has | /\"edited\"/\"lock\"/ | unknown kind 'lock'",
                "a negative revision | /\"revision\":/\"revision\":-/ | line 1: a revision or an engine's clock below zero",
                "a kind of the future | /\"edited\"/\"cube\"/ | unknown kind 'cube'",
                "elements that are none | /\"kind\":\"string\",\"value\":\"größer\"/\"kind\":\"sorted_set\",\"elements\":[\"m\"]/ | has not the elements of a sorted_set",
                "elements of nothing | /\"db\":\"0\",\"key\":\"text\",/\"more\":[\"a\"],/ | elements of no collection",
                "a number that is none | /\"-9223372036854775808\"/\"many\"/ | not a 64-bit number: 'many'",
                "JSON that is none | /\"kind\":\"string\",\"value\":\"größer\"/\"kind\":\"json\",\"value\":\"{1\"/ | of kind json is no JSON",
                "two JSON values | /\"kind\":\"string\",\"value\":\"größer\"/\"kind\":\"json\",\"value\":\"1 2\"/ | of kind json is no JSON",
                "no valid database | /\"db\":\"jobs\"/\"db\":\"a b\"/ | no valid name of a database: 'a b'",
                "a version of the future | /\"version\":7/\"version\":99/ | version 99 in a state of revision 10",
            })
    void aFileThatIsWrongIsRefusedAndLeavesNoLogBehind(String label, String edit, String message) throws IOException {
        export();
        String[] parts = edit.split("(?<!\\\\)/", -1);
        String text = Files.readString(file);
        String edited = text.replaceFirst(parts[1], parts[2].replace("\\n", "\n"));
        assertThat(edited).isNotEqualTo(text);
        Files.writeString(file, edited);
        Path target = temp.resolve("target");
        ToolRun run = ToolRun.of("import", file, "--to", target);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(message).doesNotContain("Exception");
        if (Files.exists(target)) {
            assertThat(ToolRun.of("log", "verify", target).err()).contains("holds no log");
        }
        Files.writeString(file, text);
        assertThat(ToolRun.of("import", file, "--to", target).status())
                .as("begun again with the right file")
                .isZero();
    }

    @Test
    void anExportOverwritesNoFile() {
        export();
        ToolRun run = ToolRun.of("export", source, "--out", file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("dragon: " + file + ": it exists already\n");
    }

    @Test
    void whatIsNoFileToImportIsSaidToBeNone() {
        assertThat(ToolRun.of("import", temp.resolve("absent"), "--to", temp.resolve("data"))
                        .err())
                .isEqualTo("dragon: " + temp.resolve("absent") + ": there is no such file or directory\n");
        assertThat(ToolRun.of("import", source, "--to", temp.resolve("data")).err())
                .isEqualTo(
                        "dragon: " + source + " is a directory; dragon restore makes a data directory from a backup\n");
    }

    @Test
    void whatIsNoDataDirectoryIsSaidToBeNone() {
        assertThat(ToolRun.of("export", temp.resolve("absent")).err()).contains("is not a directory");
        assertThat(ToolRun.of("export", temp).err()).contains("holds no log");
        assertThat(Collections.singleton(Files.exists(temp.resolve("absent")))).containsOnly(false);
    }
}
