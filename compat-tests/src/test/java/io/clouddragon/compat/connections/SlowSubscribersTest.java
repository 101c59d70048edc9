package io.clouddragon.compat.connections;

import static io.clouddragon.compat.connections.BothServers.field;
import static io.clouddragon.compat.connections.BothServers.info;
import static io.clouddragon.compat.connections.BothServers.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.RespValue;
import io.clouddragon.compat.harness.Target;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code client-output-buffer-limit}: subscribers that do not read what is published. */
class SlowSubscribersTest {
    private static final int MESSAGE_BYTES = 64 << 10;
    private static final int HARD_BYTES = 2 << 20;
    private static final int SOFT_BYTES = 1 << 20;
    private static final int SOFT_SECONDS = 2;

    /** More than the hard limit and the kernel's buffers of a connection together. */
    private static final int BIG_BYTES = 16 << 20;

    /** More than a limit and the kernel's buffers of a connection together: by then the server must have noticed. */
    private static final int MOST_MESSAGES = (64 << 20) / MESSAGE_BYTES;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final BothServers servers = new BothServers();

    private RespConnection publisher;
    private int published;

    @BeforeEach
    void noneYet() {
        published = 0;
    }

    @AfterEach
    void hangUp() {
        publisher.close();
    }

    private void limitSubscribers(Target target, String limit) {
        publisher = servers.of(target).connect();
        assertThat(publisher
                        .send("CONFIG SET client-output-buffer-limit \"normal 0 0 0 pubsub " + limit + "\"")
                        .text())
                .isEqualTo("OK");
    }

    /** Publishes the next message, which begins with its number; returns how many got it. */
    private long publish() {
        String number = String.format("%08d", published++);
        return publisher
                .send(("PUBLISH news " + number + "x".repeat(MESSAGE_BYTES - number.length())))
                .integer();
    }

    private static int number(RespValue message) {
        List<RespValue> words = message.items();
        return Integer.parseInt(words.get(words.size() - 1).text().substring(0, 8));
    }

    /** A client's waiting output, as others see it. */
    private long waiting(long id) {
        return field(publisher, id, "omem");
    }

    private void publishUntilWaiting(long id, long bytes) {
        while (waiting(id) <= bytes) {
            assertThat(published).isLessThan(MOST_MESSAGES);
            publish();
        }
    }

    /** Reads up to the end of the connection; returns how many messages there were, none missing before the last. */
    private static int readToTheEnd(RespConnection subscriber) {
        int messages = 0;
        try {
            while (true) {
                assertThat(number(subscriber.read())).isEqualTo(messages);
                messages++;
            }
        } catch (UncheckedIOException ended) {
            return messages;
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void beyondTheHardLimitTheSlowAreDisconnectedAndNobodyElse(Target target) {
        limitSubscribers(target, HARD_BYTES + " 0 0");
        try (RespConnection slow = servers.of(target).connect();
                RespConnection slowPattern = servers.of(target).connect().hello(3);
                RespConnection reader = servers.of(target).connect();
                RespConnection lazy = servers.of(target).connect()) {
            slow.send("SUBSCRIBE news");
            slowPattern.send("PSUBSCRIBE n*");
            reader.send("SUBSCRIBE news");
            long lazyId = lazy.send("CLIENT ID").integer();
            publisher.send("SETRANGE big " + (BIG_BYTES - 1) + " x");
            lazy.write("GET big");
            long receivers = 3;
            while (receivers > 1) {
                assertThat(published).isLessThan(MOST_MESSAGES);
                receivers = publish();
                assertThat(number(reader.read())).isEqualTo(published - 1);
            }
            assertThat((long) published * MESSAGE_BYTES).isGreaterThan(HARD_BYTES);
            assertThat(readToTheEnd(slow)).isBetween(1, published - 1);
            assertThat(readToTheEnd(slowPattern)).isBetween(1, published - 1);
            assertThat(publisher.send("PUBSUB NUMPAT").integer()).isZero();
            assertThat(waiting(lazyId))
                    .as("a client that is no subscriber has another limit")
                    .isGreaterThan(HARD_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void beyondTheSoftLimitWhoDoesNotCatchUpInTimeIsDisconnected(Target target) {
        limitSubscribers(target, "0 " + SOFT_BYTES + " " + SOFT_SECONDS);
        try (RespConnection slow = servers.of(target).connect();
                RespConnection late = servers.of(target).connect()) {
            long slowId = slow.send("CLIENT ID").integer();
            long lateId = late.send("CLIENT ID").integer();
            slow.send("SUBSCRIBE news");
            late.send("SUBSCRIBE news");
            long start = System.nanoTime();
            publishUntilWaiting(slowId, SOFT_BYTES);
            publishUntilWaiting(lateId, SOFT_BYTES);
            for (int i = 0; i < published; i++) {
                assertThat(number(late.read())).isEqualTo(i);
            }
            await().atMost(LIMIT).until(() -> line(publisher, slowId).isEmpty());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(SOFT_SECONDS));
            assertThat(publish()).as("receivers").isEqualTo(1);
            assertThat(number(late.read())).isEqualTo(published - 1);
            assertThat(readToTheEnd(slow)).isBetween(1, published - 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void whatWaitsIsToldAndIsGoneOnceItIsRead(Target target) {
        limitSubscribers(target, "0 0 0");
        try (RespConnection slow = servers.of(target).connect()) {
            long id = slow.send("CLIENT ID").integer();
            slow.send("SUBSCRIBE news");
            assertThat(waiting(id)).isZero();
            publishUntilWaiting(id, HARD_BYTES);
            assertThat(line(publisher, id)).get().asString().contains(" flags=P ", " sub=1 ", " cmd=subscribe ");
            assertThat(field(publisher, id, "oll")).isPositive();
            assertThat(field(publisher, id, "tot-mem")).isGreaterThan(HARD_BYTES);
            assertThat(publisher.send("CLIENT LIST TYPE pubsub").text()).contains("id=" + id + " ");
            await().atMost(LIMIT)
                    .until(() -> info(publisher, "clients", "client_recent_max_output_buffer") > HARD_BYTES
                            && info(publisher, "memory", "mem_clients_normal") > HARD_BYTES);
            for (int i = 0; i < published; i++) {
                assertThat(number(slow.read())).isEqualTo(i);
            }
            await().atMost(LIMIT).until(() -> waiting(id) == 0);
            assertThat(field(publisher, id, "oll")).isZero();
            assertThat(field(publisher, id, "tot-mem")).isLessThan(HARD_BYTES);
        }
    }
}
