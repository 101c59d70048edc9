package io.clouddragon.bench.load;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Locks as client libraries make them, one thread a contender: pairs of lock and unlock a second. */
public final class LibraryLocks {
    private static final long LEASE_MILLIS = 600_000;
    private static final String LOCK = "library-lock";
    private static final String RELEASE =
            "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end";

    private LibraryLocks() {}

    /** Takes the lock and releases it, once; a thread has one for its own. */
    private interface Contender extends AutoCloseable {
        void pair() throws Exception;

        @Override
        default void close() {}
    }

    private interface Contenders {
        Contender of(int number);
    }

    /** The usual recipe through Jedis: SET NX PX with a token, asked again at once; released by a script that compares. */
    public static Load jedis(int contenders) {
        return (target, scale) ->
                rate(contenders, scale.seconds(), number -> new JedisContender(target.port(), number));
    }

    private static final class JedisContender implements Contender {
        private final Jedis jedis;
        private final String token;

        JedisContender(int port, int number) {
            jedis = new Jedis("127.0.0.1", port);
            token = "contender-" + number;
        }

        @Override
        public void pair() {
            SetParams once = SetParams.setParams().nx().px(LEASE_MILLIS);
            while (jedis.set(LOCK, token, once) == null) {
                Thread.onSpinWait();
            }
            jedis.eval(RELEASE, List.of(LOCK), List.of(token));
        }

        @Override
        public void close() {
            jedis.close();
        }
    }

    /** Redisson's RLock: who does not get it is told by pub/sub when to try again. */
    public static Load redisson(int contenders) {
        return (target, scale) -> {
            Config config = new Config();
            config.useSingleServer()
                    .setAddress("redis://127.0.0.1:" + target.port())
                    .setConnectionPoolSize(contenders + 8)
                    .setConnectionMinimumIdleSize(1)
                    .setSubscriptionsPerConnection(contenders + 8);
            RedissonClient client = Redisson.create(config);
            try {
                RLock lock = client.getLock(LOCK);
                return rate(contenders, scale.seconds(), number -> () -> {
                    lock.lock(LEASE_MILLIS, TimeUnit.MILLISECONDS);
                    lock.unlock();
                });
            } finally {
                client.shutdown();
            }
        };
    }

    private static Sample rate(int count, int seconds, Contenders contenders) throws Exception {
        AtomicLong pairs = new AtomicLong();
        AtomicBoolean ending = new AtomicBoolean();
        CountDownLatch ready = new CountDownLatch(count);
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<Void>> all = IntStream.range(0, count)
                    .mapToObj(number -> threads.<Void>submit(() -> {
                        try (Contender contender = contenders.of(number)) {
                            ready.countDown();
                            while (!ending.get()) {
                                contender.pair();
                                pairs.incrementAndGet();
                            }
                        }
                        return null;
                    }))
                    .toList();
            ready.await(seconds + 30L, TimeUnit.SECONDS);
            TimeUnit.SECONDS.sleep(1);
            long before = pairs.get();
            long began = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double rate = (pairs.get() - before) * 1e9 / (System.nanoTime() - began);
            ending.set(true);
            for (Future<Void> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            return Sample.of(rate);
        } catch (ExecutionException e) {
            throw UnknownCommandException.of(String.valueOf(e.getCause().getMessage()));
        } finally {
            threads.shutdownNow();
        }
    }
}
