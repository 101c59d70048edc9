package io.clouddragon.compat.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.HttpConnection;
import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.ServerExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request of very many parts costs time by their number, not by its square: nobody stops the server with one request. */
class LargeRequestsTest {
    /** Ten times what is needed, and a fraction of what comparing each with each would take. */
    private static final Duration SOON = Duration.ofSeconds(8);

    @RegisterExtension
    static final ServerExtension dragon = ServerExtension.dragon();

    @Test
    void manyIdsOfOnce() {
        int ids = 200_000;
        byte[][] words = new byte[1 + ids][];
        words[0] = "DRAGON.ONCE".getBytes(StandardCharsets.US_ASCII);
        for (int i = 1; i <= ids; i++) {
            words[i] = ("resp:" + i).getBytes(StandardCharsets.US_ASCII);
        }
        try (RespConnection client = dragon.connect()) {
            client.timeout(SOON);
            client.send("MULTI");
            client.send(words);
            assertThat(client.send("EXEC").item(0).text()).isEqualTo("OK");
            client.send("MULTI");
            client.send(words);
            assertThat(client.send("EXEC").text()).startsWith("DUPLICATE");
        }
    }

    @Test
    void manyIdsOfABatch() {
        int ids = 50_000;
        String last = "\"http:" + ids + "\"";
        String body = IntStream.rangeClosed(1, ids)
                .mapToObj(i -> "\"http:" + i + "\"," + (i == ids ? (last + ",").repeat(ids - 1) : ""))
                .collect(Collectors.joining("", "{\"IdempotencyIDs\": [", last + "]}"));
        int port = dragon.httpPort();
        try (HttpConnection client = HttpConnection.to(port)) {
            long start = System.nanoTime();
            assertThat(client.post("/db/0", body)).hasToString("200 {}");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThat(client.post("/db/0", body).status()).isEqualTo(409);
        }
    }
}
