package io.clouddragon.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a real redis-server: while it serves, and from the append-only files that it has left. */
@Timeout(120)
class RedisImportTest {
    private static final int MANY = 5000;

    @TempDir
    private Path temp;

    /** Values without versions, deadlines only as "there is one near". */
    private static Map<String, String> values(Path directory) throws IOException {
        Map<String, String> values = new TreeMap<>();
        SampleData.contents(directory).forEach((key, text) -> {
            if (!key.isEmpty()) {
                String value = text.substring(text.indexOf(" = ") + 3);
                boolean expires = !text.contains("until " + Long.MAX_VALUE);
                values.put(key.replace(" KEYS", ""), expires ? value + " expires" : value);
            }
        });
        return values;
    }

    private static long deadline(Path directory, String key) throws IOException {
        String text = SampleData.contents(directory).get(key);
        return Long.parseLong(text.replaceFirst(".* until (\\d+) = .*", "$1"));
    }

    @Test
    void keysOfAllDatabasesComeWithTheirTimesToLive() throws IOException {
        Path target = temp.resolve("data");
        long before = System.currentTimeMillis();
        try (RedisServer redis = new RedisServer(temp)) {
            redis.call("SET text hello");
            redis.call("SET session abc PX 500000");
            redis.call("INCRBY count 41");
            redis.call("SELECT 3");
            redis.client().send(new byte[][] {{'S', 'E', 'T'}, {0, (byte) 0xFF, '\n'}, {1, (byte) 0xFE}});
            redis.client().receive();
            redis.call("SELECT 9");
            redis.call("RPUSH list a b");
            redis.call("HSET hash a b");
            redis.call("XADD stream 1-1 f v");
            redis.call("XADD stream2 1-1 f v");
            redis.call("SET nine 9");
            ToolRun run = ToolRun.of("import", "--from-redis", redis.hostAndPort(), "--to", target);
            assertThat(run.err()).contains("imported 7 keys").contains("left out: 2 keys of type stream");
            assertThat(run.status()).isEqualTo(1);
        }
        assertThat(values(target))
                .isEqualTo(Map.of(
                        "0 \"text\"", "\"hello\"",
                        "0 \"session\"", "\"abc\" expires",
                        "0 \"count\"", "\"41\"",
                        "3 \"\\x00\\xff\\n\"", "\"\\x01\\xfe\"",
                        "9 \"list\"", "[\"a\", \"b\"]",
                        "9 \"hash\"", "[\"\\x01ab\"]",
                        "9 \"nine\"", "\"9\""));
        assertThat(deadline(target, "0 KEYS \"session\"")).isBetween(before + 500_000, before + 560_000);
        assertThat(ToolRun.of("log", "verify", target).status()).isZero();
    }

    @Test
    void manyKeysOfTheDatabasesAskedForWithAPassword() throws IOException {
        Path target = temp.resolve("data");
        Path password = Files.writeString(temp.resolve("password"), "secret\n");
        try (RedisServer redis = new RedisServer(temp, "--requirepass", "secret")) {
            redis.call("AUTH secret");
            for (int i = 0; i < MANY; i++) {
                redis.client().send("SET", "key:" + i, "value:" + i);
            }
            for (int i = 0; i < MANY; i++) {
                redis.client().receive();
            }
            redis.call("SELECT 1");
            redis.call("SET other x");
            ToolRun refused = ToolRun.of("import", "--from-redis", redis.hostAndPort(), "--to", target);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).contains("Redis replied: NOAUTH").doesNotContain("secret");
            ToolRun run = ToolRun.of(
                    "import",
                    "--from-redis",
                    redis.hostAndPort(),
                    "--password-file",
                    password,
                    "--db",
                    0,
                    "--to",
                    target);
            assertThat(run.status()).as(run.err()).isZero();
        }
        Map<String, String> values = values(target);
        assertThat(values).hasSize(MANY).containsEntry("0 \"key:4711\"", "\"value:4711\"");
    }

    @Test
    void collectionsInPortionsWithTheirTimesToLive() throws IOException {
        Path target = temp.resolve("data");
        try (RedisServer redis = new RedisServer(temp)) {
            for (int i = 0; i < MANY; i++) {
                redis.client().send("RPUSH", "list", "element " + i);
                redis.client().send("HSET", "hash", "field " + i, "value " + i);
                redis.client().send("SADD", "set", "member " + i);
                redis.client().send("ZADD", "zset", i + ".5", "member " + i);
            }
            for (int i = 0; i < 4 * MANY; i++) {
                redis.client().receive();
            }
            redis.call("SADD few 1 2");
            redis.call("PEXPIRE few 500000");
            redis.call("PEXPIRE zset 500000");
            ToolRun run = ToolRun.of("import", "--from-redis", redis.hostAndPort(), "--to", target);
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("imported 5 keys");
        }
        Map<String, String> values = values(target);
        assertThat(values).hasSize(5);
        assertThat(values.get("0 \"list\""))
                .startsWith("[\"element 0\", \"element 1\", ")
                .endsWith("\"element " + (MANY - 1) + "\"]");
        assertThat(values.get("0 \"few\"")).endsWith(" expires");
        assertThat(values.get("0 \"zset\"")).endsWith(" expires");
        for (String key : List.of("hash", "set", "zset")) {
            assertThat(values.get("0 \"" + key + "\"").split("\", \"")).as(key).hasSize(MANY);
        }
    }

    /** Runs commands on a server with append-only files; returns their directory. */
    private Path appendOnlyDirectory(String preamble, String rewriteAfter, String... commands) throws IOException {
        try (RedisServer redis = new RedisServer(
                temp, "--appendonly", "yes", "--aof-use-rdb-preamble", preamble, "--aof-timestamp-enabled", "yes")) {
            for (String command : commands) {
                redis.call(command);
                if (command.equals(rewriteAfter)) {
                    redis.call("BGREWRITEAOF");
                    Awaitility.await()
                            .until(() -> new String((byte[]) redis.call("INFO persistence"), StandardCharsets.UTF_8)
                                    .contains("aof_rewrite_in_progress:0"));
                }
            }
        }
        return temp.resolve("appendonlydir");
    }

    @Test
    void appendOnlyFilesAreExecutedBaseAndIncrement() throws IOException {
        long before = System.currentTimeMillis();
        Path files = appendOnlyDirectory(
                "no",
                "SET b 2",
                "SET a 1",
                "SET session abc PX 500000",
                "SET b 2",
                "SET a 3",
                "MULTI",
                "INCRBY count 5",
                "SELECT 2",
                "SET two x",
                "EXEC",
                "APPEND two yz");
        Path target = temp.resolve("data");
        ToolRun run = ToolRun.of("import", "--from-aof", files, "--to", target);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(values(target))
                .isEqualTo(Map.of(
                        "0 \"a\"", "\"3\"",
                        "0 \"b\"", "\"2\"",
                        "0 \"count\"", "\"5\"",
                        "0 \"session\"", "\"abc\" expires",
                        "2 \"two\"", "\"xyz\""));
        assertThat(deadline(target, "0 KEYS \"session\"")).isBetween(before + 500_000, before + 560_000);
    }

    @Test
    void anEmptyRdbPartIsReadOverAndOneWithKeysIsRefused() throws IOException {
        Path files = appendOnlyDirectory("yes", "", "SET a 1", "XADD stream 1-1 f v", "SET b 2");
        Path target = temp.resolve("data");
        ToolRun run = ToolRun.of("import", "--from-aof", files, "--to", target);
        assertThat(run.err()).contains("executed 3 commands").contains("left out: 1 commands XADD");
        assertThat(run.status()).isEqualTo(1);
        assertThat(values(target)).isEqualTo(Map.of("0 \"a\"", "\"1\"", "0 \"b\"", "\"2\""));

        appendOnlyDirectory("yes", "SET c 3", "SET c 3");
        ToolRun refused = ToolRun.of("import", "--from-aof", files, "--to", temp.resolve("other"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("begins with keys in RDB form").contains("--from-redis");
    }

    @Test
    void aTransactionDoesNotGoOnInTheNextFile() throws IOException {
        Path manifest = temp.resolve("aof.manifest");
        Files.writeString(manifest, "file one.aof seq 1 type i\nfile two.aof seq 2 type i\n");
        Files.writeString(temp.resolve("one.aof"), "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
        Files.writeString(temp.resolve("two.aof"), "*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n");
        ToolRun run = ToolRun.of("import", "--from-aof", manifest, "--to", temp.resolve("data"));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("a transaction has no EXEC at the end of the file before")
                .contains("two.aof");
    }

    @Test
    void whatIsCutOffAtTheEndIsLeftOutAndSaid() throws IOException {
        Path aof = temp.resolve("old.aof");
        Files.writeString(
                aof,
                "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
                        + "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n"
                        + "*3\r\n$3\r\nSET\r\n$1\r\nc\r\n$1");
        Path target = temp.resolve("data");
        ToolRun run = ToolRun.of("import", "--from-aof", aof, "--to", target);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("the last command is cut off and left out: ")
                .contains("executed 1 commands")
                .contains("the last transaction has no EXEC and is left out: 2 commands");
        assertThat(values(target)).isEqualTo(Map.of("0 \"a\"", "\"1\""));

        Files.writeString(aof, "*1\r\n:broken\r\n", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(ToolRun.of("import", "--from-aof", aof, "--to", target).err())
                .contains("is no append-only file, or damaged: ");
    }

    @Test
    void oneSourceIsNeededAndItsAddressMustBeOne() {
        assertThat(ToolRun.of("import", "--to", temp).status()).isEqualTo(2);
        assertThat(ToolRun.of("import", "x", "--from-aof", "y", "--to", temp).status())
                .isEqualTo(2);
        ToolRun run = ToolRun.of("import", "--from-redis", "here", "--to", temp);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("'here': not HOST:PORT");
    }
}
