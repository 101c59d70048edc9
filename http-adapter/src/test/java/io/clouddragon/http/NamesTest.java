package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of members are any client's invention: none may stay in memory once its request is over. */
class NamesTest {
    private static final int BODIES = 8;
    private static final int NAMES = 160;
    private static final int NAME_CHARS = 49_990;

    @Test
    void names_in_values_are_not_kept(@TempDir Path directory) throws Exception {
        try (TestServer server = new TestServer(directory);
                Wire wire = server.connect()) {
            wire.post("/db/dev", "{}");
            long before = used();
            for (int body = 0; body < BODIES; body++) {
                // Refused for its last member, so that nothing of it is stored.
                assertThat(wire.post("/db/dev", body(body)).status()).isEqualTo(400);
            }
            wire.post("/db/dev", "{}");
            long sent = (long) BODIES * NAMES * NAME_CHARS;
            assertThat(used() - before).as("bytes kept of %d", sent).isLessThan(sent / 2);
        }
    }

    private static String body(int number) {
        StringBuilder body = new StringBuilder("{\"KVSet\": {\"Key\": \"k\", \"Value\": {");
        for (int name = 0; name < NAMES; name++) {
            String start = number + "/" + name + "/";
            body.append(name == 0 ? "\"" : ", \"").append(start);
            body.append("n".repeat(NAME_CHARS - start.length())).append("\": 1");
        }
        return body.append("}}, \"unknown\": 1}").toString();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
