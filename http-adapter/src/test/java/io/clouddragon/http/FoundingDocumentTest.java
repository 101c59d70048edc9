package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The requests of the project's founding document, as they stand there. */
class FoundingDocumentTest {
    private static final String LOCK = """
            {
                "LockID": "ABC",
                "LockDur": 30,
                "LockWait": 30
            }
            """;
    private static final String SET_AND_COUNT = """
            {
                "KVSet": ["Key": "ABC", "Value": "123"],
                "KVGet":  ["Key": "CDE"],
                "Atomic": ["Key": "Total_Count", "Add": 1]
            }
            """;
    private static final String UNLOCK = """
            {
                "UnlockID": "ABC",
                "Unlock": "%d",
            }
            """;
    private static final String IDEMPOTENT = """
            {
                "IdempotencyIDs": ["ABC_create"],
                "KVSet": ["Key": "ABC", "Value": "123"],
                "Atomic": ["Key": "Total_Count", "Add": 1]
            }
            """;

    @Test
    void every_example_works_when_pasted(@TempDir Path directory) throws Exception {
        try (TestServer server = new TestServer(directory);
                Wire wire = server.connect()) {
            wire.post(
                    "/db/dev",
                    "{\"KVSet\": {\"Key\": \"CDE\", \"Value\": { \"my_json\": \"object\" }},"
                            + " \"Atomic\": {\"Key\": \"Total_Count\", \"Set\": 332}}");

            long before = System.currentTimeMillis() / 1000;
            Wire.Reply locked = wire.post("/db/dev", LOCK);
            assertThat(locked.text()).matches("200 \\{\"Lock\": 2, \"Till\": \\d+}");
            long till = Long.parseLong(locked.body().replaceAll(".*Till\": |}", ""));
            assertThat(till).isBetween(before + 29, before + 32);

            assertThat(wire.post("/db/dev", SET_AND_COUNT).text())
                    .isEqualTo("200 {\"Atomic\": [{\"Key\": \"Total_Count\", \"Value\": 333}],"
                            + " \"KV\": [{\"Key\": \"CDE\", \"Version\": 1, \"Value\": {\"my_json\":\"object\"}}]}");

            assertThat(wire.post("/db/dev", UNLOCK.formatted(2)).text()).isEqualTo("200 {}");

            assertThat(wire.post("/db/dev", IDEMPOTENT).text())
                    .isEqualTo("200 {\"Atomic\": [{\"Key\": \"Total_Count\", \"Value\": 334}]}");
            assertThat(wire.post("/db/dev", IDEMPOTENT).text()).isEqualTo("409 {\"Code\": \"duplicate_request\"}");

            assertThat(wire.post(
                                    "/db/dev",
                                    "{\"KVGet\": [\"ABC\"], \"Atomic\": [\"Key\": \"Total_Count\", \"Add\": 0]}")
                            .body())
                    .contains("\"Value\": 334", "\"Value\": \"123\"");
        }
    }
}
