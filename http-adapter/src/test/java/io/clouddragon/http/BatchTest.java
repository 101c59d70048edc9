package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code POST /db/{database}} does, field by field. */
class BatchTest {
    @TempDir
    Path directory;

    private TestServer server;
    private Wire wire;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer(directory);
        wire = server.connect();
    }

    @AfterEach
    void stop() throws Exception {
        wire.close();
        server.close();
    }

    private String db(String body) throws Exception {
        return wire.post("/db/dev", body).text();
    }

    @Test
    void nothing_asked_for_is_an_empty_object() throws Exception {
        Wire.Reply reply = wire.post("/db/dev", "{}");
        assertThat(reply.text()).isEqualTo("200 {}");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        assertThat(reply.header("Date")).matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
        assertThat(reply.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void values_come_back_as_they_were_set() throws Exception {
        String[] values = {
            "\"text\"",
            "\"\"",
            "\"\\\"q\\\\ \\n\\t\\u0001 äöü 😀\"",
            "1",
            "-0",
            "1.0",
            "1e400",
            "123456789012345678901234567890",
            "true",
            "false",
            "null",
            "9".repeat(5_000),
            "{\"" + "n".repeat(60_000) + "\":1}",
            "{}",
            "[]",
            "{\"a\":[1,2.50,{\"b\":\"x y , ]\"}],\"a\":null,\"\\u00e9\":\"\\ud83d\\ude00\"}",
        };
        for (String value : values) {
            assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Value\": " + value + "}}"))
                    .isEqualTo("200 {}");
            Wire.Reply reply = wire.post("/db/dev", "{\"KVGet\": \"k\"}");
            assertThat(reply.body())
                    .isEqualTo("{\"KV\": [{\"Key\": \"k\", \"Version\": " + server.onLoop(this::revision)
                            + ", \"Value\": " + value + "}]}");
        }
    }

    private long revision() {
        return server.loop().engine().revision();
    }

    @Test
    void json_is_stored_without_white_space_and_trailing_commas() throws Exception {
        db("{\"KVSet\": [{\"Key\": \"k\", \"Value\": { \"a\" : [ 1 , 2 , ] , \"b, \" : \" , ] \" , } , } , ] , }");
        assertThat(db("{\"KVGet\": \"k\"}"))
                .isEqualTo(
                        "200 {\"KV\": [{\"Key\": \"k\", \"Version\": 1, \"Value\": {\"a\":[1,2],\"b, \":\" , ] \"}}]}");
    }

    @Test
    void a_string_is_stored_as_its_bytes_and_json_as_its_text() throws Exception {
        db("{\"KVSet\": [{\"Key\": \"s\", \"Value\": \"\\u0031ä\"}, {\"Key\": \"j\", \"Value\": [ 1 ]}]}");
        assertThat(stored("s")).isEqualTo("RAW 1ä");
        assertThat(stored("j")).isEqualTo("JSON [1]");
    }

    private String stored(String key) throws Exception {
        return server.onLoop(() -> {
            StringBuilder found = new StringBuilder();
            server.loop().transact(tx -> {
                Entry entry = new Entry();
                tx.get(server.loop().engine().databases().get("dev"), Bytes.of(key), entry);
                found.append(entry.kind()).append(' ').append(entry.value(new Bytes()));
            });
            return found.toString();
        });
    }

    private void put(String key, byte[] value) throws Exception {
        server.onLoop(() -> server.loop()
                .transact(tx -> tx.put(
                        server.loop().engine().databases().get("dev"),
                        Bytes.of(key),
                        Kind.RAW,
                        new Bytes(value),
                        Entry.NO_DEADLINE)));
    }

    @Test
    void bytes_that_are_not_utf8_travel_as_base64() throws Exception {
        put("bin", new byte[] {(byte) 0xFF, 0, (byte) 0xC3});
        assertThat(db("{\"KVGet\": \"bin\"}"))
                .isEqualTo("200 {\"KV\": [{\"Key\": \"bin\", \"Version\": 1, \"Base64\": \"/wDD\"}]}");
        db("{\"KVSet\": {\"Key\": \"other\", \"Base64\": \"/wDD\"}}");
        assertThat(db("{\"KVGet\": \"other\"}"))
                .isEqualTo("200 {\"KV\": [{\"Key\": \"other\", \"Version\": 2, \"Base64\": \"/wDD\"}]}");
        db("{\"KVSet\": {\"Key\": \"other\", \"Base64\": \"YWJj\"}}");
        assertThat(db("{\"KVGet\": \"other\"}"))
                .isEqualTo("200 {\"KV\": [{\"Key\": \"other\", \"Version\": 3, \"Value\": \"abc\"}]}");
    }

    @Test
    void a_missing_key_has_version_0_and_no_value() throws Exception {
        assertThat(db("{\"KVGet\": [\"a\", {\"Key\": \"b\"}]}"))
                .isEqualTo("200 {\"KV\": [{\"Key\": \"a\", \"Version\": 0, \"Value\": null}, "
                        + "{\"Key\": \"b\", \"Version\": 0, \"Value\": null}]}");
    }

    @Test
    void the_steps_run_in_their_order_whatever_the_order_of_fields() throws Exception {
        assertThat(db("{\"KVSet\": {\"Key\": \"c\", \"Value\": \"set\"}, \"KVGet\": \"c\","
                        + " \"Atomic\": [{\"Key\": \"c\", \"Set\": 5}, {\"Key\": \"c\", \"Add\": 2}]}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": 5}, {\"Key\": \"c\", \"Value\": 7}],"
                        + " \"KV\": [{\"Key\": \"c\", \"Version\": 1, \"Value\": 7}]}");
        assertThat(db("{\"KVGet\": \"c\"}")).contains("\"Value\": \"set\"");
    }

    @Test
    void the_revision_counts_changing_requests_only() throws Exception {
        assertThat(wire.post("/db/dev", "{\"Atomic\": {\"Key\": \"a\", \"Add\": 1}}")
                        .revision())
                .isEqualTo(1);
        assertThat(wire.post("/db/other", "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1}}")
                        .revision())
                .isEqualTo(2);
        assertThat(wire.post("/db/dev", "{\"KVGet\": \"a\"}").revision()).isEqualTo(2);
        assertThat(wire.post("/db/dev", "{\"KVSet\": {\"Key\": \"gone\", \"Delete\": true}}")
                        .revision())
                .isEqualTo(2);
        assertThat(db("{\"KVGet\": \"a\"}")).contains("\"Version\": 1");
    }

    @Test
    void req_is_the_same_as_db_and_names_are_percent_decoded() throws Exception {
        wire.post("/req/dev", "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1}}");
        assertThat(wire.post("/db/d%65v", "{\"KVGet\": \"a\"}").body()).contains("\"Value\": 1}");
        assertThat(wire.post("http://localhost/db/dev", "{\"KVGet\": \"a\"}").body())
                .contains("\"Value\": 1}");
    }

    @Test
    void if_version_guards_sets_and_deletes() throws Exception {
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Value\": 1, \"IfVersion\": 0}}"))
                .isEqualTo("200 {}");
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Value\": 2, \"IfVersion\": 0}}"))
                .isEqualTo("412 {\"Code\": \"version_mismatch\", \"Message\": \"IfVersion did not hold\","
                        + " \"Key\": \"k\", \"Version\": 1}");
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Value\": 2, \"IfVersion\": 1}}"))
                .isEqualTo("200 {}");
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Delete\": true, \"IfVersion\": 1}}"))
                .startsWith("412 ");
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Delete\": true, \"IfVersion\": 2}}"))
                .isEqualTo("200 {}");
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Delete\": true, \"IfVersion\": 0}}"))
                .isEqualTo("200 {}");
    }

    @Test
    void a_revision_that_comes_to_nothing_is_not_told_as_a_version() throws Exception {
        String refused = "400 {\"Code\": \"invalid_request\","
                + " \"Message\": \"KVSet: IfVersion of a key that this request itself has set before\", \"Key\": \"k\"}";
        String first = "{\"Key\": \"k\", \"Value\": 1, \"IfVersion\": 0}";
        assertThat(db("{\"KVSet\": [" + first + ", " + first + "]}")).isEqualTo(refused);
        assertThat(db("{\"KVSet\": [" + first + ", {\"Key\": \"k\", \"Delete\": true, \"IfVersion\": 1}]}"))
                .isEqualTo(refused);
        assertThat(db("{\"Atomic\": {\"Key\": \"k\", \"Add\": 1}, \"KVSet\": " + first + "}"))
                .isEqualTo(refused);
        assertThat(db("{\"KVGet\": \"k\"}")).contains("\"Version\": 0");
        assertThat(db("{\"KVSet\": [" + first + ", {\"Key\": \"k\", \"Delete\": true}, " + first + "]}"))
                .isEqualTo("200 {}");
    }

    @Test
    void a_failed_condition_takes_everything_back() throws Exception {
        String failing = "{\"IdempotencyIDs\": [\"i\"], \"LockID\": \"l\","
                + " \"Atomic\": {\"Key\": \"c\", \"Add\": 1},"
                + " \"KVSet\": [{\"Key\": \"a\", \"Value\": 1}, {\"Key\": \"b\", \"Value\": 1, \"IfVersion\": 9}]}";
        assertThat(db(failing)).startsWith("412 ").contains("\"Key\": \"b\", \"Version\": 0");
        assertThat(db("{\"KVGet\": [\"a\", \"c\"]}"))
                .isEqualTo("200 {\"KV\": [{\"Key\": \"a\", \"Version\": 0, \"Value\": null}, "
                        + "{\"Key\": \"c\", \"Version\": 0, \"Value\": null}]}");
        assertThat(db("{\"IdempotencyIDs\": [\"i\"], \"LockID\": \"l\"}")).startsWith("200 {\"Lock\": 1, ");
    }

    @Test
    void counters_compare_and_set() throws Exception {
        assertThat(db("{\"Atomic\": {\"Key\": \"c\", \"Set\": 7, \"IfEq\": 0}}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": 7}]}");
        assertThat(db("{\"Atomic\": {\"Key\": \"c\", \"Set\": 8, \"IfEq\": 6}}"))
                .isEqualTo("412 {\"Code\": \"value_mismatch\", \"Message\": \"IfEq did not hold\","
                        + " \"Key\": \"c\", \"Value\": 7}");
        assertThat(db("{\"Atomic\": {\"Key\": \"c\", \"Set\": -8, \"IfEq\": 7}}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": -8}]}");
    }

    @Test
    void counters_take_the_whole_range_and_refuse_what_goes_beyond() throws Exception {
        assertThat(db("{\"Atomic\": {\"Key\": \"c\", \"Set\": 9223372036854775807}}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": 9223372036854775807}]}");
        assertThat(db("{\"Atomic\": [{\"Key\": \"d\", \"Add\": 1}, {\"Key\": \"c\", \"Add\": 1}]}"))
                .isEqualTo("400 {\"Code\": \"invalid_request\","
                        + " \"Message\": \"Atomic: the sum does not fit 64 bits\","
                        + " \"Key\": \"c\", \"Value\": 9223372036854775807}");
        assertThat(db("{\"KVGet\": \"d\"}")).contains("\"Version\": 0");
        assertThat(db("{\"Atomic\": {\"Key\": \"m\", \"Add\": -9223372036854775808}}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"m\", \"Value\": -9223372036854775808}]}");
    }

    @Test
    void a_number_in_text_is_a_counter_and_other_text_is_not() throws Exception {
        db("{\"KVSet\": [{\"Key\": \"n\", \"Value\": \"41\"}, {\"Key\": \"t\", \"Value\": \"x\"}]}");
        assertThat(db("{\"Atomic\": {\"Key\": \"n\", \"Add\": 1}}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"n\", \"Value\": 42}]}");
        assertThat(db("{\"Atomic\": {\"Key\": \"t\", \"Add\": 1}}"))
                .isEqualTo("409 {\"Code\": \"wrong_type\","
                        + " \"Message\": \"the key holds a value that is no 64-bit whole number\", \"Key\": \"t\"}");
        assertThat(db("{\"Atomic\": {\"Key\": \"t\", \"Set\": 1, \"IfEq\": 0}}"))
                .startsWith("409 {\"Code\": \"wrong_type\"");
        assertThat(db("{\"Atomic\": {\"Key\": \"t\", \"Set\": 1}}"))
                .isEqualTo("200 {\"Atomic\": [{\"Key\": \"t\", \"Value\": 1}]}");
    }

    @Test
    void a_key_lives_as_long_as_its_ttl_and_a_counter_keeps_it() throws Exception {
        db("{\"KVSet\": {\"Key\": \"k\", \"Value\": 1, \"TTL\": 0.3}}");
        assertThat(db("{\"Atomic\": [{\"Key\": \"k\", \"Add\": 1}, {\"Key\": \"k\", \"Set\": 5}]}"))
                .startsWith("200");
        assertThat(db("{\"KVGet\": \"k\"}")).contains("\"Value\": 5");
        Thread.sleep(350);
        assertThat(db("{\"KVGet\": \"k\"}")).contains("\"Version\": 0, \"Value\": null");
    }

    @Test
    void an_idempotency_id_works_once_until_its_time_is_over() throws Exception {
        String once = "{\"IdempotencyIDs\": [\"a\", \"a\"], \"IdempotencyTTL\": 0.3,"
                + " \"Atomic\": {\"Key\": \"c\", \"Add\": 1}}";
        assertThat(db(once)).isEqualTo("200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": 1}]}");
        assertThat(db(once)).isEqualTo("409 {\"Code\": \"duplicate_request\"}");
        assertThat(db("{\"IdempotencyIDs\": [\"new\", \"a\"]}")).isEqualTo("409 {\"Code\": \"duplicate_request\"}");
        assertThat(db("{\"IdempotencyIDs\": \"new\"}")).isEqualTo("200 {}");
        assertThat(wire.post("/db/elsewhere", "{\"IdempotencyIDs\": [\"a\"]}").text())
                .isEqualTo("200 {}");
        Thread.sleep(350);
        assertThat(db(once)).isEqualTo("200 {\"Atomic\": [{\"Key\": \"c\", \"Value\": 2}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'LockID': 'held'",
                "'LockID': 'held', 'LockWait': 0.05",
                "'LockID': 'held', 'UnlockID': 'held', 'Unlock': 99",
                "'UnlockID': 'held', 'Unlock': 99",
                "'UnlockID': 'free', 'Unlock': '1'",
                "'Atomic': {'Key': 'text', 'Add': 1}",
                "'Atomic': {'Key': 'max', 'Add': 1}",
                "'Atomic': {'Key': 'max', 'Set': 1, 'IfEq': 2}",
                "'KVSet': {'Key': 'max', 'Value': 1, 'IfVersion': 0}",
            })
    void a_request_that_fails_uses_up_no_id_and_no_revision(String failing) throws Exception {
        db("{\"LockID\": \"held\", \"KVSet\": {\"Key\": \"text\", \"Value\": \"t\"},"
                + " \"Atomic\": {\"Key\": \"max\", \"Set\": 9223372036854775807}}");
        String ids = "{\"IdempotencyIDs\": [\"a\", \"b\"]";
        assertThat(db(ids + ", " + failing.replace('\'', '"') + "}")).matches("4\\d\\d .*");
        assertThat(wire.post("/db/dev", ids + "}").revision()).isEqualTo(2);
        assertThat(db("{\"IdempotencyIDs\": [\"b\"]}")).isEqualTo("409 {\"Code\": \"duplicate_request\"}");
    }

    @Test
    void ids_values_and_locks_survive_a_restart() throws Exception {
        db("{\"IdempotencyIDs\": [\"a\"], \"KVSet\": {\"Key\": \"k\", \"Value\": {\"x\": 1}}, \"LockID\": \"l\"}");
        wire.close();
        server.close();
        start();
        assertThat(db("{\"IdempotencyIDs\": [\"a\"]}")).isEqualTo("409 {\"Code\": \"duplicate_request\"}");
        assertThat(db("{\"KVGet\": \"k\"}"))
                .isEqualTo("200 {\"KV\": [{\"Key\": \"k\", \"Version\": 1, \"Value\": {\"x\":1}}]}");
        assertThat(db("{\"LockID\": \"l\"}")).startsWith("423 ");
        assertThat(db("{\"UnlockID\": \"l\", \"Unlock\": 1}")).isEqualTo("200 {}");
    }

    @Test
    void locks_keys_and_ids_do_not_collide() throws Exception {
        assertThat(db("{\"LockID\": \"x\", \"IdempotencyIDs\": \"x\","
                        + " \"KVSet\": {\"Key\": \"x\", \"Value\": 1, \"IfVersion\": 0}}"))
                .startsWith("200 {\"Lock\": 1, \"Till\": ");
    }

    @Test
    void a_batch_larger_than_one_read_and_an_answer_larger_than_one_write_go_through() throws Exception {
        String big = "x".repeat(3 << 20);
        assertThat(db("{\"KVSet\": {\"Key\": \"k\", \"Value\": \"" + big + "\"}}"))
                .isEqualTo("200 {}");
        assertThat(db("{\"KVGet\": [\"k\", \"k\"]}")).hasSizeGreaterThan(6 << 20);
    }
}
