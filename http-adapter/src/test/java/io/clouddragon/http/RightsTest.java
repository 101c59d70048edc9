package io.clouddragon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field of a batch, and a watch, is held against the rights of who asks; one refusal refuses all of it. */
class RightsTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/db/dev    | {}                                                            | 200",
                "/db/dev    | {\"KVGet\": \"my\"}                                           | 200",
                "/db/dev    | {\"KVGet\": \"other\"}                                        | 403",
                "/db/dev    | {\"KVGet\": [\"my\", \"other\"]}                              | 403",
                "/req/dev   | {\"KVGet\": \"other\"}                                        | 403",
                "/db/dev    | {\"LockID\": \"my\"}                                          | 200",
                "/db/dev    | {\"LockID\": \"other\"}                                       | 403",
                "/db/dev    | {\"LockID\": \"other\", \"LockWait\": 5}                      | 403",
                "/db/dev    | {\"UnlockID\": \"my\", \"Unlock\": 1}                         | 403",
                "/db/dev    | {\"LockID\": \"my\", \"UnlockID\": \"my\", \"Unlock\": 1}     | 403",
                "/db/dev    | {\"IdempotencyIDs\": \"my\"}                                  | 403",
                "/db/dev    | {\"Atomic\": {\"Key\": \"my\", \"Add\": 1}}                   | 403",
                "/db/dev    | {\"Atomic\": {\"Key\": \"my\", \"Set\": 1}}                   | 403",
                "/db/dev    | {\"KVSet\": {\"Key\": \"my\", \"Value\": 1}}                  | 403",
                "/db/dev    | {\"KVSet\": {\"Key\": \"my\", \"Value\": 1, \"IfVersion\": 0}}| 403",
                "/db/dev    | {\"KVSet\": {\"Key\": \"my\", \"Delete\": true}}              | 403",
                "/watch/dev | {\"ID\": \"my\", \"Wait\": 0}                                 | 204",
                "/watch/dev | {\"ID\": \"other\", \"Wait\": 0}                              | 403",
            })
    void onlyWhatIsAllowed(String path, String body, int status) throws Exception {
        HttpOptions options = new HttpOptions(HttpLimits.DEFAULT, Set.of(), new OneUser("me", "secret"), () -> false);
        String credentials = Base64.getEncoder().encodeToString("me:secret".getBytes(StandardCharsets.UTF_8));
        try (TestServer server = new TestServer(directory, options);
                Wire wire = server.connect()) {
            wire.send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + credentials
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            String answer = wire.read().text();
            assertThat(answer).startsWith(Integer.toString(status));
            if (status == 403) {
                assertThat(answer).contains("{\"Code\": \"forbidden\", \"Message\": \"not yours\", \"Key\": ");
            }
        }
    }
}
