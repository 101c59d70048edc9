package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to be refused: status, {@code Code}, and what the message must say. The server goes on after each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorsTest {
    private static final AtomicBoolean OUT_OF_MEMORY = new AtomicBoolean();
    private static final HttpLimits LIMITS = new HttpLimits(200, 400, 2000, 3000, 20, 32, 10_000, 10_000, 10_000, 1);

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new TestServer(
                directory, new HttpOptions(LIMITS, Set.of("db.example"), Access.OPEN, OUT_OF_MEMORY::get));
        server.post("/db/dev", "{\"LockID\": \"held\", \"LockDur\": 1000}");
        server.post("/db/dev", "{\"IdempotencyIDs\": \"used\"}");
        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"text\", \"Value\": \"" + "x".repeat(1000) + "\"}}");
        server.post("/db/dev", "{\"Atomic\": {\"Key\": \"max\", \"Set\": 9223372036854775807}}");
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    private record Row(String what, String request, HttpError error, String says) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Row body(String what, String body, HttpError error, String says) {
        return new Row(what, Wire.request("/db/dev", body), error, says);
    }

    private static Row invalid(String body, String says) {
        return body(body, body, HttpError.INVALID_REQUEST, says);
    }

    private static Row head(String what, String head, HttpError error, String says) {
        return new Row(what, head.replace("\n", "\r\n") + "\r\n\r\n", error, says);
    }

    static List<Row> heads() {
        String host = "\nHost: localhost";
        return List.of(
                head("GET of a batch", "GET /db/dev HTTP/1.1" + host, HttpError.METHOD_NOT_ALLOWED, "POST"),
                head("PUT of a batch", "PUT /db/dev HTTP/1.1" + host, HttpError.METHOD_NOT_ALLOWED, "POST"),
                head("OPTIONS", "OPTIONS /db/dev HTTP/1.1" + host, HttpError.METHOD_NOT_ALLOWED, "POST"),
                head("GET of a watch", "GET /watch/dev HTTP/1.1" + host, HttpError.METHOD_NOT_ALLOWED, "POST"),
                head("POST of health", "POST /health HTTP/1.1" + host, HttpError.METHOD_NOT_ALLOWED, "GET, HEAD"),
                head("the root", "POST / HTTP/1.1" + host, HttpError.NOT_FOUND, "/db/{database}"),
                head("no database", "POST /db HTTP/1.1" + host, HttpError.NOT_FOUND, "/db/{database}"),
                head("a path below", "POST /db/dev/x HTTP/1.1" + host, HttpError.NOT_FOUND, "/db/{database}"),
                head("an empty name", "POST /db/ HTTP/1.1" + host, HttpError.INVALID_REQUEST, "1 to 64"),
                head("a bad name", "POST /db/a%20b HTTP/1.1" + host, HttpError.INVALID_REQUEST, "1 to 64"),
                head("a bad escape", "POST /db/a%zz HTTP/1.1" + host, HttpError.INVALID_REQUEST, "1 to 64"),
                head(
                        "a long name",
                        "POST /db/" + "n".repeat(65) + " HTTP/1.1" + host,
                        HttpError.INVALID_REQUEST,
                        "1 to 64"),
                head("a query", "POST /db/dev?x=1 HTTP/1.1" + host, HttpError.INVALID_REQUEST, "query"),
                head("no Host", "POST /db/dev HTTP/1.1", HttpError.INVALID_REQUEST, "Host"),
                head("two Hosts", "POST /db/dev HTTP/1.1" + host + host, HttpError.INVALID_REQUEST, "Host"),
                head("a rebound Host", "POST /db/dev HTTP/1.1\nHost: evil.example", HttpError.FORBIDDEN, "Host"),
                head(
                        "another address",
                        "POST /db/dev HTTP/1.1\nHost: 192.0.2.1",
                        HttpError.FORBIDDEN,
                        "http-allowed-hosts"),
                head("a lookalike", "POST /db/dev HTTP/1.1\nHost: 127.0.0.1.evil", HttpError.FORBIDDEN, "Host"),
                head("an absolute target", "POST http://evil/db/dev HTTP/1.1" + host, HttpError.FORBIDDEN, "Host"),
                head(
                        "a foreign Origin",
                        "POST /db/dev HTTP/1.1" + host + "\nOrigin: http://evil.example",
                        HttpError.FORBIDDEN,
                        "Origin"),
                head(
                        "another port's Origin",
                        "POST /db/dev HTTP/1.1\nHost: localhost:1\nOrigin: http://localhost:2",
                        HttpError.FORBIDDEN,
                        "Origin"),
                head("a null Origin", "POST /db/dev HTTP/1.1" + host + "\nOrigin: null", HttpError.FORBIDDEN, "Origin"),
                head(
                        "a compressed body",
                        "POST /db/dev HTTP/1.1" + host + "\nContent-Encoding: gzip",
                        HttpError.INVALID_REQUEST,
                        "Content-Encoding"));
    }

    /** The connection closes after these. */
    static List<Row> closing() {
        String host = "\nHost: localhost";
        return List.of(
                head("a long line", "POST /db/" + "x".repeat(300) + " HTTP/1.1" + host, HttpError.TOO_LARGE, "line"),
                head(
                        "long headers",
                        "POST /db/dev HTTP/1.1" + host + "\nX: " + "y".repeat(500),
                        HttpError.TOO_LARGE,
                        "headers"),
                head(
                        "a large body announced",
                        "POST /db/dev HTTP/1.1" + host + "\nContent-Length: 2001",
                        HttpError.TOO_LARGE,
                        "2000 bytes"),
                head(
                        "a large body in chunks",
                        "POST /db/dev HTTP/1.1" + host + "\nTransfer-Encoding: chunked\n\n7d1\n" + "z".repeat(2001),
                        HttpError.TOO_LARGE,
                        "2000 bytes"),
                head("no HTTP at all", "hello", HttpError.INVALID_REQUEST, "HTTP/1.1"),
                head("HTTP/2 preface", "PRI * HTTP/2.0" + host, HttpError.INVALID_REQUEST, "HTTP/1.1"),
                head(
                        "a length that is none",
                        "POST /db/dev HTTP/1.1" + host + "\nContent-Length: x",
                        HttpError.INVALID_REQUEST,
                        "HTTP/1.1"),
                head(
                        "two lengths",
                        "POST /db/dev HTTP/1.1" + host + "\nContent-Length: 2\nContent-Length: 3",
                        HttpError.INVALID_REQUEST,
                        "HTTP/1.1"),
                head(
                        "a length and chunks",
                        "POST /db/dev HTTP/1.1" + host + "\nContent-Length: 2\nTransfer-Encoding: chunked",
                        HttpError.INVALID_REQUEST,
                        "HTTP/1.1"),
                head(
                        "a compressed body in chunks",
                        "POST /db/dev HTTP/1.1" + host + "\nTransfer-Encoding: gzip, chunked\n\n2\n{}\n0",
                        HttpError.INVALID_REQUEST,
                        "Transfer-Encoding"),
                head(
                        "a chunk size that is none",
                        "POST /db/dev HTTP/1.1" + host + "\nTransfer-Encoding: chunked\n\nzz",
                        HttpError.INVALID_REQUEST,
                        "HTTP/1.1"));
    }

    static List<Row> bodies() {
        return List.of(
                body("no body", "", HttpError.INVALID_JSON, "the body is empty"),
                body("a byte order mark", "\ufeff{}", HttpError.INVALID_JSON, "byte order mark"),
                body("half a body", "{\"KVGet\": [", HttpError.INVALID_JSON, "ends too early at line 1, column 12"),
                body(
                        "what looks like UTF-32",
                        "[\0\0\0\"Add\": 1]",
                        HttpError.INVALID_REQUEST,
                        "expected one JSON object as the body, found an array"),
                body("two bodies", "{} {}", HttpError.INVALID_JSON, "something follows the body's object at line 1"),
                body("no JSON", "{\n  \"KVGet\": nul\n}", HttpError.INVALID_JSON, "at line 2, column "),
                body(
                        "deep JSON",
                        "{\"KVSet\":{\"Value\":" + "[".repeat(40),
                        HttpError.INVALID_JSON,
                        "maximum allowed (32) at line 1, column 5"),
                body(
                        "no number",
                        "{\"KVGet\": NaN}",
                        HttpError.INVALID_JSON,
                        "Non-standard token 'NaN' at line 1, column"),
                body(
                        "pairs in a value",
                        "{\"KVSet\": {\"Key\": \"k\", \"Value\": [\"a\": 1]}}",
                        HttpError.INVALID_JSON,
                        ":"),
                body(
                        "an error in pairs",
                        "{\n\"KVSet\": [\"Key\": \"a\", \"Value\": 1,\n\"Key\": \"b\", \"Value\": nul]}",
                        HttpError.INVALID_JSON,
                        "at line 3, column 2"),
                invalid("[]", "expected one JSON object as the body, found an array at line 1, column 1"),
                invalid("{\"lockid\": 1}", "unknown field \\\"lockid\\\" at line 1, column 2"),
                invalid("{\"KVSet\": {\"Key\": \"k\", \"Val\": 1}}", "unknown field \\\"Val\\\" at line 1, column 24"),
                invalid("{\"LockID\": \"a\", \"LockID\": \"b\"}", "field \\\"LockID\\\" comes twice"),
                invalid("{\"LockID\": 5}", "LockID: expected a string, found a number at line 1, column 12"),
                invalid("{\"LockID\": \"\"}", "LockID: must not be empty"),
                invalid(
                        "{\"LockID\": \"a\", \"LockDur\": \"30\"}",
                        "LockDur: expected a number of seconds, found a string"),
                invalid(
                        "{\"LockID\": \"a\", \"LockDur\": 0}",
                        "LockDur: must be more than 0 and at most 86400 seconds"),
                invalid("{\"LockID\": \"a\", \"LockDur\": 86400.1}", "LockDur: must be more than 0 and at most 86400"),
                invalid("{\"LockID\": \"a\", \"LockWait\": -1}", "LockWait: must be 0 to 86400 seconds"),
                invalid("{\"LockID\": \"a\", \"LockWait\": 1e999}", "LockWait: must be 0 to 86400 seconds"),
                invalid("{\"UnlockID\": \"a\"}", "Unlock is missing"),
                invalid("{\"Unlock\": 1}", "UnlockID is missing"),
                invalid("{\"UnlockID\": \"a\", \"Unlock\": \"x\"}", "Unlock: expected a lock's handle, a number"),
                invalid("{\"UnlockID\": \"a\", \"Unlock\": 1.5}", "Unlock: expected a lock's handle, a number"),
                invalid("{\"IdempotencyIDs\": [\"a\", 2]}", "IdempotencyIDs[1]: expected a string, found a number"),
                invalid(
                        "{\"IdempotencyTTL\": true}",
                        "IdempotencyTTL: expected a number of seconds, found true or false"),
                invalid("{\"Atomic\": \"a\"}", "Atomic: expected an object, found a string"),
                invalid("{\"Atomic\": {\"Add\": 1}}", "Atomic: Key is missing"),
                invalid("{\"Atomic\": {\"Key\": \"a\"}}", "Atomic: either Add or Set"),
                invalid("{\"Atomic\": {\"Key\": \"a\", \"Add\": 1, \"Set\": 1}}", "Atomic: either Add or Set"),
                invalid("{\"Atomic\": {\"Key\": \"a\", \"Add\": 1, \"IfEq\": 1}}", "Atomic: IfEq goes with Set"),
                invalid(
                        "{\"Atomic\": {\"Key\": \"a\", \"Add\": 1.0}}",
                        "Atomic.Add: expected a whole number, found a number"),
                invalid(
                        "{\"Atomic\": [{\"Key\": \"a\", \"Add\": 9223372036854775808}]}",
                        "Atomic[0].Add: does not fit 64 bits"),
                invalid("{\"KVGet\": [\"a\", null]}", "KVGet[1]: expected a key or an object, found null"),
                invalid("{\"KVGet\": {}}", "KVGet: Key is missing"),
                invalid("{\"KVSet\": {\"Value\": 1}}", "KVSet: Key is missing"),
                invalid("{\"KVSet\": [{\"Key\": \"a\"}]}", "KVSet[0]: one of Value, Base64 and"),
                invalid("{\"KVSet\": {\"Key\": \"a\", \"Delete\": false}}", "KVSet: one of Value, Base64 and"),
                invalid(
                        "{\"KVSet\": {\"Key\": \"a\", \"Delete\": true, \"Value\": 1}}",
                        "KVSet: one of Value, Base64 and"),
                invalid(
                        "{\"KVSet\": {\"Key\": \"a\", \"Delete\": 1}}",
                        "KVSet.Delete: expected true or false, found a number"),
                invalid(
                        "{\"KVSet\": {\"Key\": \"a\", \"Delete\": true, \"TTL\": 1}}",
                        "KVSet: TTL does not go with Delete"),
                invalid("{\"KVSet\": {\"Key\": \"a\", \"Value\": 1, \"TTL\": 0}}", "KVSet.TTL: must be more than 0"),
                invalid(
                        "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1, \"IfVersion\": -1}}",
                        "KVSet.IfVersion: a version is 0 or more"),
                invalid(
                        "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1, \"IfVersion\": \"1\"}}",
                        "KVSet.IfVersion: expected a version"),
                invalid("{\"KVSet\": {\"Key\": \"a\", \"Base64\": \"*\"}}", "KVSet.Base64: expected Base64 (RFC 4648)"),
                invalid("{\"KVSet\": {\"Key\": \"\\ud800\", \"Value\": 1}}", "KVSet.Key: half of a surrogate pair"),
                body("many elements", "{\"KVGet\": [" + "\"a\",".repeat(21) + "]}", HttpError.TOO_LARGE, "20 elements"),
                body(
                        "a large answer",
                        "{\"KVGet\": [\"text\", \"text\", \"text\"]}",
                        HttpError.TOO_LARGE,
                        "3000 bytes"),
                body(
                        "a used id",
                        "{\"IdempotencyIDs\": [\"used\"]}",
                        HttpError.DUPLICATE_REQUEST,
                        "{\"Code\": \"duplicate_request\"}"),
                body("another's lock", "{\"UnlockID\": \"held\", \"Unlock\": 77}", HttpError.NOT_LOCK_OWNER, "Message"),
                body("no such lock", "{\"UnlockID\": \"free\", \"Unlock\": 1}", HttpError.NOT_LOCK_OWNER, "Message"),
                body(
                        "extending another's lock",
                        "{\"LockID\": \"held\", \"UnlockID\": \"held\", \"Unlock\": 77}",
                        HttpError.NOT_LOCK_OWNER,
                        "Message"),
                body("a held lock", "{\"LockID\": \"held\"}", HttpError.LOCK_TIMEOUT, "\"Till\": "),
                body(
                        "text that is no counter",
                        "{\"Atomic\": {\"Key\": \"text\", \"Add\": 1}}",
                        HttpError.WRONG_TYPE,
                        "\"Key\": \"text\""),
                body(
                        "overflow",
                        "{\"Atomic\": {\"Key\": \"max\", \"Add\": 1}}",
                        HttpError.INVALID_REQUEST,
                        "\"Key\": \"max\""),
                body(
                        "IfVersion",
                        "{\"KVSet\": {\"Key\": \"no\", \"Value\": 1, \"IfVersion\": 3}}",
                        HttpError.VERSION_MISMATCH,
                        "\"Key\": \"no\", \"Version\": 0}"),
                body(
                        "IfEq",
                        "{\"Atomic\": {\"Key\": \"max\", \"Set\": 1, \"IfEq\": 3}}",
                        HttpError.VALUE_MISMATCH,
                        "\"Key\": \"max\", \"Value\": 9223372036854775807}"),
                new Row(
                        "a watch of nothing",
                        Wire.request("/watch/dev", "{\"Version\": 1}"),
                        HttpError.INVALID_REQUEST,
                        "ID, the key to watch, is missing"),
                new Row(
                        "a long watch",
                        Wire.request("/watch/dev", "{\"ID\": \"a\", \"Wait\": 301}"),
                        HttpError.INVALID_REQUEST,
                        "Wait: must be 0 to 300 seconds"),
                new Row(
                        "a batch's field in a watch",
                        Wire.request("/watch/dev", "{\"ID\": \"a\", \"KVGet\": \"a\"}"),
                        HttpError.INVALID_REQUEST,
                        "unknown field"),
                new Row(
                        "a database too many",
                        Wire.request("/db/one-too-many", "{}"),
                        HttpError.UNAVAILABLE,
                        "databases"));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void a_bad_head_is_refused_and_the_connection_goes_on(Row row) throws Exception {
        try (Wire wire = server.connect()) {
            check(row, wire.send(row.request()).read());
            assertThat(wire.post("/db/dev", "{}").text()).isEqualTo("200 {}");
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_bad_body_is_refused_and_the_connection_goes_on(Row row) throws Exception {
        if (row.what().equals("a database too many")) {
            takeAllDatabases();
        }
        try (Wire wire = server.connect()) {
            check(row, wire.send(row.request()).read());
            assertThat(wire.post("/db/dev", "{}").text()).isEqualTo("200 {}");
        }
    }

    private void takeAllDatabases() throws Exception {
        for (int i = 0; i < 20; i++) {
            server.post("/db/taken" + i, "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1}}");
        }
    }

    @ParameterizedTest
    @MethodSource("closing")
    void what_cannot_be_read_on_from_is_refused_and_closed(Row row) throws Exception {
        try (Wire wire = server.connect()) {
            Wire.Reply reply = wire.send(row.request()).read();
            check(row, reply);
            assertThat(reply.header("Connection")).isEqualTo("close");
            assertThat(wire.isClosedByServer()).isTrue();
        }
    }

    private static void check(Row row, Wire.Reply reply) {
        assertThat(reply.text())
                .startsWith(
                        row.error().status() + " {\"Code\": \"" + row.error().code() + "\"")
                .contains(row.says());
        boolean hasMessage = row.error() != HttpError.DUPLICATE_REQUEST;
        assertThat(reply.body().contains("\"Message\": ")).isEqualTo(hasMessage);
        if (row.error() == HttpError.METHOD_NOT_ALLOWED) {
            assertThat(reply.header("Allow")).isEqualTo(row.says());
        }
        if (row.error() == HttpError.LOCK_TIMEOUT) {
            assertThat(Long.parseLong(reply.header("Retry-After"))).isBetween(900L, 1000L);
        }
    }

    @Test
    void text_that_is_not_utf8_is_refused() throws Exception {
        byte[] request = Wire.request("/db/dev", "{\"KVGet\": \"\u00e4\"}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < request.length; i++) {
            request[i] = request[i] == (byte) 0xC3 ? (byte) 0xFF : request[i];
        }
        try (Wire wire = server.connect()) {
            assertThat(wire.send(request).read().text())
                    .isEqualTo("400 {\"Code\": \"invalid_json\","
                            + " \"Message\": \"the body is not UTF-8 at line 1, column 12\"}");
        }
    }

    @Test
    void own_origin_and_configured_host_come_in() throws Exception {
        for (String head : List.of(
                "Host: localhost:80\r\nOrigin: http://localhost:80",
                "Host: [::1]:80",
                "Host: 127.0.0.9",
                "Host: DB.example:8080\r\nOrigin: https://db.example:8080")) {
            try (Wire wire = server.connect()) {
                wire.send("POST /db/dev HTTP/1.1\r\n" + head + "\r\nContent-Length: 2\r\n\r\n{}");
                assertThat(wire.read().text()).isEqualTo("200 {}");
            }
        }
    }

    @ParameterizedTest(name = "allowed {0}, Host {1}: {2}")
    @CsvSource({
        // Who listens on all addresses is reached through any of them; a name must be configured all the same.
        "0.0.0.0, 192.0.2.1:8379, 200",
        "0.0.0.0, [fd00::2]:8379, 200",
        "'::', 192.0.2.1, 200",
        "0.0.0.0, evil.example, 403",
        "0.0.0.0, 192.0.2.1.evil, 403",
        "'::', [::1].evil, 403",
        "192.0.2.1, 192.0.2.1, 200",
        "192.0.2.1, 192.0.2.2, 403",
        "fd00::2, [FD00::2]:8379, 200",
        "Db.Example, db.example, 200",
        "*, any.example, 200",
    })
    void a_host_that_is_configured_or_listened_on_comes_in(
            String allowed, String host, int status, @TempDir Path elsewhere) throws Exception {
        HttpOptions options = new HttpOptions(HttpLimits.DEFAULT, Set.of(allowed), Access.OPEN, () -> false);
        try (TestServer own = new TestServer(elsewhere, options);
                Wire wire = own.connect()) {
            wire.send("POST /db/dev HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(wire.read().status()).isEqualTo(status);
        }
    }

    @Test
    void at_the_memory_limit_only_what_grows_is_refused() throws Exception {
        String granted = server.post("/db/dev", "{\"LockID\": \"l\"}").header("Dragon-Revision");
        server.post("/db/dev", "{\"KVSet\": {\"Key\": \"old\", \"Value\": 1}}");
        OUT_OF_MEMORY.set(true);
        try {
            for (String grows : List.of(
                    "{\"KVSet\": {\"Key\": \"a\", \"Value\": 1}}",
                    "{\"Atomic\": {\"Key\": \"a\", \"Add\": 1}}",
                    "{\"LockID\": \"other\"}",
                    "{\"IdempotencyIDs\": \"other\"}")) {
                assertThat(server.post("/db/dev", grows).text())
                        .startsWith("503 {\"Code\": \"unavailable\"")
                        .contains("memory limit");
            }
            assertThat(server.post("/db/dev", "{\"KVGet\": \"old\"}").status()).isEqualTo(200);
            assertThat(server.post("/db/dev", "{\"KVSet\": {\"Key\": \"old\", \"Delete\": true}}")
                            .status())
                    .isEqualTo(200);
            String handle = ", \"UnlockID\": \"l\", \"Unlock\": " + granted + "}";
            assertThat(server.post("/db/dev", "{\"LockID\": \"l\"" + handle).status())
                    .isEqualTo(200);
            assertThat(server.post("/db/dev", "{\"KVGet\": []" + handle).status())
                    .isEqualTo(200);
        } finally {
            OUT_OF_MEMORY.set(false);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "only   | 200 {\"Lock\":                | `\"KVGet\": []`",
                "writes | 503 {\"Code\": \"unavailable\" | `\"KVSet\": {\"Key\": \"a\", \"Value\": 1}`",
                "counts | 503 {\"Code\": \"unavailable\" | `\"Atomic\": {\"Key\": \"a\", \"Add\": 1}`",
                "marks  | 503 {\"Code\": \"unavailable\" | `\"IdempotencyIDs\": \"new\"`"
            })
    void at_the_memory_limit_who_is_in_line_for_a_lock_gets_it_unless_its_batch_grows_besides(
            String lock, String answer, String more) throws Exception {
        String held = "{\"LockID\": \"" + lock + "\"";
        String granted = server.post("/db/dev", held + "}").header("Dragon-Revision");
        try (Wire waiter = server.connect()) {
            waiter.sendPost("/db/dev", held + ", \"LockWait\": 20, " + more + "}");
            while (server.parkedWaiters() == 0) {
                Thread.onSpinWait();
            }
            OUT_OF_MEMORY.set(true);
            server.post("/db/dev", "{\"UnlockID\": \"" + lock + "\", \"Unlock\": " + granted + "}");
            assertThat(waiter.read().text()).startsWith(answer);
        } finally {
            OUT_OF_MEMORY.set(false);
        }
    }

    @Test
    void a_value_larger_than_an_answer_may_be_is_not_told() throws Exception {
        server.onLoop(() -> server.loop()
                .transact(tx -> tx.put(
                        server.loop().engine().databases().get("dev"),
                        Bytes.of("large"),
                        Kind.RAW,
                        new Bytes(new byte[LIMITS.answerBytes()]),
                        Entry.NO_DEADLINE)));
        String refused = "413 {\"Code\": \"too_large\", \"Message\": \"the answer would be larger than 3000 bytes\"}";
        assertThat(server.post("/watch/dev", "{\"ID\": \"large\", \"Version\": 1}")
                        .text())
                .isEqualTo(refused);
        assertThat(server.post("/db/dev", "{\"KVGet\": \"large\"}").text()).isEqualTo(refused);
        assertThat(server.post("/watch/dev", "{\"ID\": \"text\", \"Version\": 1}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void one_waiter_too_many_is_refused() throws Exception {
        try (Wire first = server.connect()) {
            first.sendPost("/watch/dev", "{\"ID\": \"never\", \"Wait\": 20}");
            while (server.parkedWaiters() == 0) {
                Thread.onSpinWait();
            }
            assertThat(server.post("/watch/dev", "{\"ID\": \"never\"}").text())
                    .startsWith("429 {\"Code\": \"too_many_requests\"");
        }
        while (server.parkedWaiters() != 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_password_is_asked_for_but_not_for_health(@TempDir Path elsewhere) throws Exception {
        HttpOptions options = new HttpOptions(HttpLimits.DEFAULT, Set.of(), new OneUser("", "pässword"), () -> false);
        try (TestServer guarded = new TestServer(elsewhere, options)) {
            String[] wrong = {"", "Bearer", "Bearer wrong", "Basic !", "Basic dXNlcjp3cm9uZw==", "pässword"};
            for (String credentials : wrong) {
                Wire.Reply reply = authorized(guarded, credentials);
                assertThat(reply.text()).as(credentials).startsWith("401 {\"Code\": \"unauthorized\"");
                assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
            }
            assertThat(authorized(guarded, "Bearer pässword").text()).isEqualTo("200 {}");
            assertThat(authorized(guarded, "basic OnDDpHNzd29yZA==").text()).isEqualTo("200 {}");
            try (Wire wire = guarded.connect()) {
                wire.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(wire.read().text()).isEqualTo("200 {}");
            }
        }
    }

    private static Wire.Reply authorized(TestServer guarded, String credentials) throws Exception {
        try (Wire wire = guarded.connect()) {
            wire.send("POST /db/dev HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + credentials
                    + "\r\nContent-Length: 2\r\n\r\n{}");
            return wire.read();
        }
    }

    @Test
    void while_loading_everything_is_unavailable_and_health_says_so(@TempDir Path elsewhere) throws Exception {
        try (TestServer loading = new TestServer(elsewhere, HttpOptions.DEFAULT, false);
                Wire wire = loading.connect()) {
            String health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertThat(wire.send(health).read().text()).startsWith("503 {\"Code\": \"unavailable\"");
            assertThat(wire.post("/db/dev", "{}").text()).startsWith("503 {\"Code\": \"unavailable\"");
            loading.finishLoading();
            assertThat(wire.send(health).read().text()).isEqualTo("200 {}");
            assertThat(wire.post("/db/dev", "{}").text()).isEqualTo("200 {}");
        }
    }

    @Test
    void every_code_is_in_these_tables() {
        Set<HttpError> shown = EnumSet.of(HttpError.UNAUTHORIZED, HttpError.TOO_MANY_REQUESTS);
        heads().forEach(row -> shown.add(row.error()));
        bodies().forEach(row -> shown.add(row.error()));
        closing().forEach(row -> shown.add(row.error()));
        assertThat(shown).containsExactlyInAnyOrder(HttpError.values());
    }
}
