package io.clouddragon.server.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.resp.FreePorts;
import io.clouddragon.server.config.Setting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP door knows the users of the Redis protocol and holds requests against the same rules. */
class HttpUsersTest {
    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private int port;

    private RunningServer server() throws Exception {
        return server(Map.of());
    }

    private RunningServer server(Map<Setting, String> options) throws Exception {
        port = FreePorts.next();
        Map<Setting, String> all = new EnumMap<>(Setting.class);
        all.putAll(options);
        all.put(Setting.HTTP_PORT, Integer.toString(port));
        return new RunningServer(directory, all);
    }

    private HttpResponse<String> post(String authorization, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/db/0"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void credentialsAreThoseOfAuth() throws Exception {
        try (RunningServer server = server();
                RawClient admin = server.connect()) {
            assertThat(post(null, "{}").statusCode()).isEqualTo(200);
            admin.call("ACL SETUSER alice on >secret ~a:* +@read");
            admin.call("ACL SETUSER default >pass:word");
            admin.call("AUTH pass:word");
            for (String wrong : new String[] {
                null,
                "",
                "Bearer",
                "Bearer secret",
                "Bearer alice:wrong",
                basic("alice:x"),
                basic("bob:secret"),
                basic("secret"),
                "Digest x"
            }) {
                HttpResponse<String> refused = post(wrong, "{}");
                assertThat(refused.statusCode()).as(wrong).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).isPresent();
            }
            for (String right : new String[] {
                "Bearer pass:word",
                "Bearer alice:secret",
                basic("alice:secret"),
                basic(":pass:word"),
                basic("default:pass:word")
            }) {
                assertThat(post(right, "{}").statusCode()).as(right).isEqualTo(200);
            }
            assertThat(admin.call("ACL LOG")).contains("reason, auth, context, module, object, http, username, alice");
            admin.call("ACL SETUSER alice off");
            assertThat(post("Bearer alice:secret", "{}").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void whoSaysNothingIsDisconnectedWhereAPasswordIsNeeded() throws Exception {
        Map<Setting, String> options = Map.of(Setting.REQUIREPASS, "secret", Setting.UNAUTHENTICATED_TIMEOUT, "1");
        try (RunningServer server = server(options);
                RawClient atRedis = server.connect();
                RawClient atHttp = new RawClient(port)) {
            assertThat(atRedis.reply()).isEqualTo(RawClient.CLOSED);
            assertThat(atHttp.reply()).isEqualTo(RawClient.CLOSED);
        }
    }

    @Test
    void aRequestNeedsTheRightsOfTheCommandsThatDoTheSame() throws Exception {
        try (RunningServer server = server();
                RawClient admin = server.connect()) {
            admin.call("ACL SETUSER alice on nopass ~a:* %R~r:* +@read +@dragon +incrby -dragon.del");
            String alice = "Bearer alice:x";
            assertThat(post(alice, "{\"KVGet\": [\"a:1\", \"r:1\"]}").statusCode())
                    .isEqualTo(200);
            assertThat(post(alice, "{\"KVGet\": \"b\"}").body())
                    .isEqualTo(
                            "{\"Code\": \"forbidden\", \"Message\": \"this user has no permissions to access one of the"
                                    + " keys used as arguments\", \"Key\": \"b\"}");
            assertThat(post(alice, "{\"KVSet\": {\"Key\": \"a:1\", \"Value\": 1}}")
                            .body())
                    .contains("forbidden")
                    .contains("run the 'set' command");
            assertThat(post(alice, "{\"KVSet\": {\"Key\": \"a:1\", \"Value\": 1, \"IfVersion\": 0}}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post(alice, "{\"KVSet\": {\"Key\": \"a:1\", \"Delete\": true, \"IfVersion\": 1}}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(post(alice, "{\"Atomic\": {\"Key\": \"a:n\", \"Add\": 1}}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post(alice, "{\"Atomic\": {\"Key\": \"r:n\", \"Add\": 1}}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(post(alice, "{\"LockID\": \"a:l\"}").statusCode()).isEqualTo(200);
            assertThat(post(alice, "{\"LockID\": \"r:l\"}").statusCode()).isEqualTo(403);
            assertThat(post(alice, "{\"IdempotencyIDs\": [\"a:i\", \"i\"]}").statusCode())
                    .isEqualTo(403);
            assertThat(admin.call("ACL LOG")).contains("reason, key, context, module, object, r:n, username, alice");
        }
    }

    @Test
    void whoWaitsForALockAndIsDeletedGetsNothing() throws Exception {
        try (RunningServer server = server();
                RawClient admin = server.connect()) {
            admin.call("ACL SETUSER alice on nopass ~* +@all");
            String handle = admin.call("DRAGON.LOCK l EX 60").replaceAll("\\[:(\\d+),.*", "$1");
            var waiting = http.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/db/0"))
                            .header("Authorization", "Bearer alice:x")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"LockID\": \"l\", \"LockWait\": 20}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            while (!admin.call("DRAGON.LOCKINFO l").contains("waiters, :1")) {
                Thread.onSpinWait();
            }
            admin.call("ACL DELUSER alice");
            assertThat(admin.call("DRAGON.UNLOCK l " + handle)).isEqualTo(":1");
            assertThat(waiting.get().statusCode()).isEqualTo(403);
            assertThat(admin.call("DRAGON.LOCKINFO l")).isEqualTo("(nil)");
        }
    }
}
