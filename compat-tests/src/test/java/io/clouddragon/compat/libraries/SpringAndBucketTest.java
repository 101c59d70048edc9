package io.clouddragon.compat.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.ServerExtension;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Spring Data Redis and bucket4j. */
class SpringAndBucketTest {
    private static final int TOKENS = 100;
    private static final int TAKERS = 4;

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @Test
    void springDataWorksWithEveryTypeScriptsAndMessages() throws Exception {
        LettuceConnectionFactory factory =
                new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", server.port()));
        factory.afterPropertiesSet();
        factory.start();
        try {
            StringRedisTemplate template = new StringRedisTemplate(factory);
            template.opsForValue().set("value", "1", Duration.ofMinutes(1));
            assertThat(template.opsForValue().increment("value")).isEqualTo(2);
            template.opsForHash().put("hash", "field", "v");
            assertThat(template.opsForHash().entries("hash")).containsEntry("field", "v");
            template.opsForList().rightPushAll("list", "a", "b");
            assertThat(template.opsForList().range("list", 0, -1)).containsExactly("a", "b");
            template.opsForSet().add("set", "m");
            assertThat(template.opsForSet().isMember("set", "m")).isTrue();
            template.opsForZSet().add("zset", "m", 1.5);
            assertThat(template.opsForZSet().score("zset", "m")).isEqualTo(1.5);
            RedisScript<Long> script = RedisScript.of("return redis.call('incrby', KEYS[1], ARGV[1])", Long.class);
            assertThat(template.execute(script, List.of("value"), "40")).isEqualTo(42);
            messages(factory, template);
        } finally {
            factory.destroy();
        }
    }

    private static void messages(LettuceConnectionFactory factory, StringRedisTemplate template) throws Exception {
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(factory);
        container.addMessageListener(
                (message, pattern) -> received.add(new String(message.getBody(), StandardCharsets.UTF_8)),
                new ChannelTopic("channel"));
        container.afterPropertiesSet();
        container.start();
        try {
            template.convertAndSend("channel", "hello");
            assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo("hello");
        } finally {
            container.destroy();
        }
    }

    @Test
    void aBucketGivesNoTokenTwice() throws Exception {
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(TOKENS)
                        .refillGreedy(1, Duration.ofDays(1))
                        .build())
                .build();
        AtomicInteger granted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(TAKERS);
        List<RedisClient> clients = new ArrayList<>();
        try {
            List<Callable<Void>> takers = new ArrayList<>();
            for (int i = 0; i < TAKERS; i++) {
                RedisClient client = RedisClient.create("redis://127.0.0.1:" + server.port());
                clients.add(client);
                var bucket = Bucket4jLettuce.casBasedBuilder(client)
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofDays(1)))
                        .build()
                        .builder()
                        .build("bucket".getBytes(StandardCharsets.UTF_8), () -> configuration);
                takers.add(() -> {
                    for (int n = 0; n < TOKENS / 2; n++) {
                        if (bucket.tryConsume(1)) {
                            granted.incrementAndGet();
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> taker : threads.invokeAll(takers)) {
                taker.get();
            }
        } finally {
            threads.shutdownNow();
            clients.forEach(RedisClient::shutdown);
        }
        assertThat(granted.get()).isEqualTo(TOKENS);
    }
}
