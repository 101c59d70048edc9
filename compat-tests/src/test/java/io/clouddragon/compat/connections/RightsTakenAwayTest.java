package io.clouddragon.compat.connections;

import static io.clouddragon.compat.connections.BothServers.hasEnded;
import static io.clouddragon.compat.connections.BothServers.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.Target;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ACL SETUSER and ACL DELUSER against clients that are connected: whom they disconnect, and whom not. */
class RightsTakenAwayTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final BothServers servers = new BothServers();

    private RespConnection admin;

    private void connect(Target target) {
        admin = servers.of(target).connect();
        ok("ACL SETUSER reader on nopass +@all ~* &news &weather &n*");
        ok("ACL SETUSER other on nopass +@all ~* &news");
    }

    @AfterEach
    void noUsers() {
        admin.send("ACL DELUSER reader other");
        admin.close();
    }

    private void ok(String command) {
        assertThat(admin.send(command)).hasToString("OK");
    }

    private RespConnection login(Target target, String user, String command) {
        RespConnection client = servers.of(target).connect();
        assertThat(client.send("AUTH " + user + " any")).hasToString("OK");
        assertThat(client.send(command).isError()).isFalse();
        return client;
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void whoIsSubscribedToWhatIsTakenAwayIsDisconnected(Target target) {
        connect(target);
        try (RespConnection news = login(target, "reader", "SUBSCRIBE news");
                RespConnection shard = login(target, "reader", "SSUBSCRIBE news");
                RespConnection weather = login(target, "reader", "SUBSCRIBE weather");
                RespConnection pattern = login(target, "reader", "PSUBSCRIBE n*");
                RespConnection plain = login(target, "reader", "GET k");
                RespConnection other = login(target, "other", "SUBSCRIBE news")) {
            ok("ACL SETUSER reader resetchannels &weather &n*");
            assertThat(admin.send("PUBLISH news 1").integer())
                    .as("the pattern still grants it")
                    .isEqualTo(3);
            assertThat(news.read().item(2)).hasToString("\"1\"");

            ok("ACL SETUSER reader resetchannels &weather");
            assertThat(hasEnded(news)).isTrue();
            assertThat(hasEnded(shard)).isTrue();
            assertThat(pattern.read().item(3)).hasToString("\"1\"");
            assertThat(hasEnded(pattern)).isTrue();
            assertThat(plain.send("PING")).hasToString("PONG");
            assertThat(plain.send("SUBSCRIBE news").text())
                    .startsWith("NOPERM this user has no permissions to access one of the channels");
            assertThat(other.read().item(2)).hasToString("\"1\"");
            await().atMost(LIMIT).until(() -> admin.send("PUBLISH news 2").integer() == 1);
            assertThat(other.read().item(2)).hasToString("\"2\"");
            assertThat(admin.send("PUBLISH weather sun").integer()).isEqualTo(1);
            assertThat(weather.read().item(2)).hasToString("\"sun\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void aUserThatIsDeletedIsDisconnectedWhateverItDoes(Target target) {
        connect(target);
        try (RespConnection subscriber = login(target, "reader", "SUBSCRIBE news");
                RespConnection blocked = login(target, "reader", "PING");
                RespConnection transaction = login(target, "reader", "MULTI");
                RespConnection other = login(target, "other", "PING")) {
            long blockedId = blocked.send("CLIENT ID").integer();
            blocked.write("BLPOP list 0");
            transaction.send("SET from-transaction 1");
            await().atMost(LIMIT)
                    .until(() -> line(admin, blockedId).orElseThrow().contains(" flags=b "));
            assertThat(admin.send("ACL DELUSER reader").integer()).isEqualTo(1);
            assertThat(hasEnded(subscriber)).isTrue();
            assertThat(hasEnded(blocked)).isTrue();
            assertThat(hasEnded(transaction)).isTrue();
            assertThat(admin.send("RPUSH list a").integer())
                    .as("nobody takes it")
                    .isEqualTo(1);
            assertThat(admin.send("DEL list").integer()).isEqualTo(1);
            assertThat(admin.send("EXISTS from-transaction").integer()).isZero();
            assertThat(other.send("PING")).hasToString("PONG");
            try (RespConnection again = servers.of(target).connect()) {
                assertThat(again.send("AUTH reader any").text()).startsWith("WRONGPASS");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void whoDeletesItselfIsToldAndDisconnected(Target target) {
        connect(target);
        try (RespConnection self = login(target, "other", "PING")) {
            assertThat(self.send("ACL DELUSER other").integer()).isEqualTo(1);
            assertThat(hasEnded(self)).isTrue();
        }
    }

    /** Not asked of Redis: 7.0.15 crashes. */
    @Test
    void whoTakesItsOwnChannelsAwayIsToldAndDisconnected() {
        connect(Target.DRAGON);
        try (RespConnection self = login(Target.DRAGON, "reader", "HELLO 3")) {
            self.send("SUBSCRIBE news");
            assertThat(self.send("ACL SETUSER reader resetchannels")).hasToString("OK");
            assertThat(hasEnded(self)).isTrue();
        }
    }
}
