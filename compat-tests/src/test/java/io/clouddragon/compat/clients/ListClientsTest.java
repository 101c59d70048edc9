package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.ServerExtension;
import io.lettuce.core.LMPopArgs;
import io.lettuce.core.LMoveArgs;
import io.lettuce.core.LPosArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SortArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RDeque;
import org.redisson.api.RList;
import org.redisson.api.RedissonClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.args.ListPosition;
import redis.clients.jedis.params.LPosParams;
import redis.clients.jedis.params.SortingParams;

/** Lists through the typed interfaces of Jedis, Lettuce and Redisson. */
@Timeout(60)
class ListClientsTest {
    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    private String address() {
        return "redis://127.0.0.1:" + server.port();
    }

    @BeforeEach
    void empty() {
        try (var connection = server.connect()) {
            connection.send("FLUSHALL");
        }
    }

    @Test
    void jedis() {
        try (UnifiedJedis client = redis.clients.jedis.RedisClient.builder()
                        .hostAndPort("127.0.0.1", server.port())
                        .build();
                UnifiedJedis other = redis.clients.jedis.RedisClient.builder()
                        .hostAndPort("127.0.0.1", server.port())
                        .build()) {
            assertThat(client.rpush("l", "b", "c")).isEqualTo(2);
            assertThat(client.lpush("l", "a")).isEqualTo(3);
            assertThat(client.linsert("l", ListPosition.AFTER, "c", "a")).isEqualTo(4);
            assertThat(client.lrange("l", 0, -1)).containsExactly("a", "b", "c", "a");
            assertThat(client.lpos("l", "a", LPosParams.lPosParams().rank(-1))).isEqualTo(3);
            assertThat(client.lset("l", 1, "B")).isEqualTo("OK");
            assertThat(client.lrem("l", 0, "a")).isEqualTo(2);
            assertThat(client.lmove("l", "m", ListDirection.LEFT, ListDirection.RIGHT))
                    .isEqualTo("B");
            assertThat(client.lmpop(ListDirection.LEFT, 5, "none", "l").getValue())
                    .containsExactly("c");
            assertThat(client.lpop("none", 3)).isNull();
            assertThat(client.blpop(0.02, "none")).isNull();
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(
                    () -> client.blpop(20.0, "none", "q").getValue());
            other.rpush("q", "late");
            assertThat(waiting.join()).isEqualTo("late");
            client.rpush("n", "3", "1", "2");
            assertThat(client.sort("n", new SortingParams().desc().limit(0, 2))).containsExactly("3", "2");
        }
    }

    @Test
    void lettuce() {
        RedisClient client = RedisClient.create(address());
        try (StatefulRedisConnection<String, String> connection = client.connect();
                StatefulRedisConnection<String, String> other = client.connect()) {
            RedisCommands<String, String> lists = connection.sync();
            assertThat(lists.rpush("l", "a", "b", "a")).isEqualTo(3);
            assertThat(lists.lpos("l", "a", LPosArgs.Builder.rank(2))).isEqualTo(2);
            assertThat(lists.lmove("l", "m", LMoveArgs.Builder.leftRight())).isEqualTo("a");
            assertThat(lists.lmpop(LMPopArgs.Builder.right().count(2), "none", "l")
                            .getValue())
                    .containsExactly("a", "b");
            assertThat(lists.ltrim("m", 0, 0)).isEqualTo("OK");
            assertThat(lists.rpop("none")).isNull();
            assertThat(lists.blpop(0.02, "none")).isNull();
            var waiting = connection.async().blmove("q", "r", LMoveArgs.Builder.leftLeft(), 20);
            other.sync().lpush("q", "late");
            assertThat(waiting.toCompletableFuture().join()).isEqualTo("late");
            lists.rpush("n", "b", "a");
            assertThat(lists.sort("n", SortArgs.Builder.alpha())).containsExactly("a", "b");
        } finally {
            client.shutdown();
        }
    }

    @Test
    void redisson() throws InterruptedException {
        RedissonClient client = RedissonFixture.connect(server.port());
        try {
            RList<String> list = client.getList("list");
            list.add("a");
            list.addAll(List.of("b", "c"));
            list.fastSet(1, "B");
            assertThat(list).hasSize(3).containsExactly("a", "B", "c");
            assertThat(list.get(2)).isEqualTo("c");
            RDeque<String> deque = client.getDeque("deque");
            deque.addLast("b");
            deque.addFirst("a");
            assertThat(deque.pollLast()).isEqualTo("b");
            assertThat(deque.peek()).isEqualTo("a");
            RBlockingQueue<String> queue = client.getBlockingQueue("queue");
            assertThat(queue.poll(20, TimeUnit.MILLISECONDS)).isNull();
            CompletableFuture<String> waiting = queue.takeAsync().toCompletableFuture();
            assertThat(queue.offer("late")).isTrue();
            assertThat(waiting.join()).isEqualTo("late");
            queue.add("x");
            assertThat(queue.pollLastAndOfferFirstTo("deque")).isEqualTo("x");
            assertThat(deque.peek()).isEqualTo("x");
        } finally {
            RedissonFixture.disconnect(client);
        }
    }
}
