package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.RespConnection;
import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Tools;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.sync.RedisPubSubCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisProtocol;

/** Publish/subscribe by Jedis, Lettuce and redis-cli: what each of them hears, in which order. */
class PubSubClientsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    /** What a client has heard, in words, in order. */
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private String next() throws InterruptedException {
        return heard.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expect(String... events) throws InterruptedException {
        for (String event : events) {
            assertThat(next()).isEqualTo(event);
        }
    }

    // ---- Jedis

    private final class JedisListener extends JedisPubSub {
        @Override
        public void onMessage(String channel, String message) {
            heard.add("message " + channel + " " + message);
        }

        @Override
        public void onPMessage(String pattern, String channel, String message) {
            heard.add("pmessage " + pattern + " " + channel + " " + message);
        }

        @Override
        public void onSubscribe(String channel, int count) {
            heard.add("subscribe " + channel + " " + count);
        }

        @Override
        public void onUnsubscribe(String channel, int count) {
            heard.add("unsubscribe " + channel + " " + count);
        }

        @Override
        public void onPSubscribe(String pattern, int count) {
            heard.add("psubscribe " + pattern + " " + count);
        }

        @Override
        public void onPUnsubscribe(String pattern, int count) {
            heard.add("punsubscribe " + pattern + " " + count);
        }

        @Override
        public void onPong(String text) {
            heard.add("pong " + text);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RedisProtocol.class,
            names = {"RESP2", "RESP3"})
    void jedis(RedisProtocol protocol) throws InterruptedException {
        JedisListener listener = new JedisListener();
        try (redis.clients.jedis.RedisClient client = redis.clients.jedis.RedisClient.builder()
                .hostAndPort("127.0.0.1", server.port())
                .clientConfig(
                        DefaultJedisClientConfig.builder().protocol(protocol).build())
                .build()) {
            Thread subscriber = new Thread(() -> client.subscribe(listener, "news", "sport"), "jedis subscriber");
            subscriber.start();
            expect("subscribe news 1", "subscribe sport 2");
            assertThat(client.publish("news", "one")).isEqualTo(1);
            expect("message news one");
            listener.psubscribe("n*");
            expect("psubscribe n* 3");
            assertThat(client.publish("news", "größer")).isEqualTo(2);
            expect("message news größer", "pmessage n* news größer");
            if (protocol == RedisProtocol.RESP2) {
                // In RESP3 Jedis may read the reply before it has noted that it asked.
                listener.ping("still there");
                expect("pong still there");
            }
            listener.unsubscribe("news");
            expect("unsubscribe news 2");
            assertThat(client.publish("news", "three")).isEqualTo(1);
            expect("pmessage n* news three");
            listener.punsubscribe("n*");
            expect("punsubscribe n* 1");
            listener.unsubscribe();
            expect("unsubscribe sport 0");
            subscriber.join(LIMIT.toMillis());
            assertThat(subscriber.isAlive()).isFalse();
            assertThat(client.publish("news", "nobody")).isZero();
            assertThat(heard).isEmpty();
        }
    }

    // ---- Lettuce

    private final class LettuceListener extends RedisPubSubAdapter<String, String> {
        @Override
        public void message(String channel, String message) {
            heard.add("message " + channel + " " + message);
        }

        @Override
        public void message(String pattern, String channel, String message) {
            heard.add("pmessage " + pattern + " " + channel + " " + message);
        }

        @Override
        public void smessage(String channel, String message) {
            heard.add("smessage " + channel + " " + message);
        }

        @Override
        public void subscribed(String channel, long count) {
            heard.add("subscribe " + channel + " " + count);
        }

        @Override
        public void unsubscribed(String channel, long count) {
            heard.add("unsubscribe " + channel + " " + count);
        }

        @Override
        public void ssubscribed(String channel, long count) {
            heard.add("ssubscribe " + channel + " " + count);
        }

        @Override
        public void sunsubscribed(String channel, long count) {
            heard.add("sunsubscribe " + channel + " " + count);
        }
    }

    private static RedisClient lettuce(ProtocolVersion protocol) {
        RedisClient client = RedisClient.create(
                RedisURI.builder().withHost("127.0.0.1").withPort(server.port()).build());
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        return client;
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void lettuceSynchronousAndSharded(ProtocolVersion protocol) throws InterruptedException {
        RedisClient client = lettuce(protocol);
        try (StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
                var publisher = client.connect()) {
            subscriber.addListener(new LettuceListener());
            RedisPubSubCommands<String, String> commands = subscriber.sync();
            commands.subscribe("news");
            commands.ssubscribe("shard");
            expect("subscribe news 1", "ssubscribe shard 1");
            assertThat(publisher.sync().publish("news", "one")).isEqualTo(1);
            assertThat(publisher.sync().spublish("shard", "two")).isEqualTo(1);
            assertThat(publisher.sync().publish("shard", "not sharded")).isZero();
            expect("message news one", "smessage shard two");
            assertThat(publisher.sync().pubsubNumsub("news")).containsEntry("news", 1L);
            assertThat(publisher.sync().pubsubShardNumsub("shard")).containsEntry("shard", 1L);
            if (protocol == ProtocolVersion.RESP3) {
                assertThat(commands.set("while", "subscribed")).isEqualTo("OK");
                publisher.sync().publish("news", "between");
                assertThat(commands.get("while")).isEqualTo("subscribed");
                expect("message news between");
                // In RESP2 Lettuce itself refuses to.
                commands.sunsubscribe("shard");
                expect("sunsubscribe shard 0");
                assertThat(publisher.sync().spublish("shard", "nobody")).isZero();
            }
            commands.unsubscribe("news");
            expect("unsubscribe news 0");
            assertThat(publisher.sync().publish("news", "nobody")).isZero();
        } finally {
            client.shutdown(Duration.ZERO, LIMIT);
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void lettuceAsynchronousWithPatternsAndReactive(ProtocolVersion protocol) throws Exception {
        RedisClient client = lettuce(protocol);
        try (StatefulRedisPubSubConnection<String, String> patterns = client.connectPubSub();
                StatefulRedisPubSubConnection<String, String> reactive = client.connectPubSub();
                var publisher = client.connect()) {
            patterns.addListener(new LettuceListener());
            patterns.async().psubscribe("n*", "[ab]?").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            BlockingQueue<String> flux = new LinkedBlockingQueue<>();
            reactive.reactive().subscribe("news", "a1").block(LIMIT);
            var running = reactive.reactive()
                    .observeChannels()
                    .subscribe(message -> flux.add(message.getChannel() + " " + message.getMessage()));
            assertThat(publisher.async().publish("news", "one").get()).isEqualTo(2);
            assertThat(publisher.async().publish("a1", "two").get()).isEqualTo(2);
            assertThat(publisher.async().publish("b2", "three").get()).isEqualTo(1);
            expect("pmessage n* news one", "pmessage [ab]? a1 two", "pmessage [ab]? b2 three");
            assertThat(flux.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("news one");
            assertThat(flux.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("a1 two");
            running.dispose();
            patterns.async().punsubscribe("n*").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(publisher.async().publish("b2", "four").get()).isEqualTo(1);
            expect("pmessage [ab]? b2 four");
        } finally {
            client.shutdown(Duration.ZERO, LIMIT);
        }
    }

    // ---- redis-cli

    private static Process redisCli(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Tools.require("redis-cli").toString(), "-p", Integer.toString(server.port())));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void assertPrints(BufferedReader output, String... lines) throws IOException {
        for (String line : lines) {
            assertThat(output.readLine()).isEqualTo(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2", "-3"})
    void redisCliPrintsWhatItHears(String protocol) throws Exception {
        Process process = redisCli(protocol, "SUBSCRIBE", "news", "sport");
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                RespConnection publisher = server.connect()) {
            assertPrints(output, "subscribe", "news", "1", "subscribe", "sport", "2");
            assertThat(publisher.send("PUBLISH news \"two words\"").integer()).isEqualTo(1);
            assertPrints(output, "message", "news", "two words");
            assertThat(publisher.send("PUBLISH sport 2:1").integer()).isEqualTo(1);
            assertPrints(output, "message", "sport", "2:1");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void redisCliPrintsPatternsForPeople() throws Exception {
        Process process = redisCli("--no-raw", "PSUBSCRIBE", "n*");
        try (BufferedReader output =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                RespConnection publisher = server.connect()) {
            assertPrints(output, "Reading messages... (press Ctrl-C to quit)");
            assertPrints(output, "1) \"psubscribe\"", "2) \"n*\"", "3) (integer) 1");
            assertThat(publisher.send("PUBLISH news hello").integer()).isEqualTo(1);
            assertPrints(output, "1) \"pmessage\"", "2) \"n*\"", "3) \"news\"", "4) \"hello\"");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
