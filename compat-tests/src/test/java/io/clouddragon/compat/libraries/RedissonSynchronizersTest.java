package io.clouddragon.compat.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.compat.harness.ServerExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.redisson.Redisson;
import org.redisson.api.RCountDownLatch;
import org.redisson.api.RLock;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RTopic;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** What Redisson's other synchronizers promise, between two clients: scripts, topics and expiry work together. */
class RedissonSynchronizersTest {
    private static final long WATCHDOG_MILLIS = 1500;

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private RedissonClient one;
    private RedissonClient two;

    @BeforeEach
    void connect() {
        one = client();
        two = client();
        one.getKeys().flushall();
    }

    private static RedissonClient client() {
        Config config = new Config();
        config.setLockWatchdogTimeout(WATCHDOG_MILLIS);
        config.setThreads(4);
        config.setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + server.port())
                .setConnectionMinimumIdleSize(2)
                .setTimeout(20_000);
        return Redisson.create(config);
    }

    @AfterEach
    void disconnect() {
        threads.shutdownNow();
        one.shutdown(0, 5, TimeUnit.SECONDS);
        two.shutdown(0, 5, TimeUnit.SECONDS);
    }

    @Test
    void theWatchdogKeepsALockBeyondItsLease() throws Exception {
        RLock lock = one.getLock("watched");
        lock.lock();
        Thread.sleep(2 * WATCHDOG_MILLIS);
        assertThat(two.getLock("watched").tryLock()).isFalse();
        assertThat(lock.remainTimeToLive()).isBetween(1L, WATCHDOG_MILLIS);
        lock.unlock();
        assertThat(two.getLock("watched").tryLock()).isTrue();
    }

    @Test
    void aWaiterIsWokenByTheUnlock() throws Exception {
        RLock lock = one.getLock("woken");
        lock.lock();
        Future<Long> waited = threads.submit(() -> {
            long start = System.nanoTime();
            RLock other = two.getLock("woken");
            other.lock();
            other.unlock();
            return (System.nanoTime() - start) / 1_000_000;
        });
        Thread.sleep(300);
        lock.unlock();
        // Without the message it would wait for the lease's end, which the watchdog puts off.
        assertThat(waited.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(250);
    }

    @Test
    void aLockIsReentrantAndNobodyElseCanReleaseIt() {
        RLock lock = one.getLock("reentrant");
        lock.lock();
        lock.lock();
        assertThat(lock.getHoldCount()).isEqualTo(2);
        assertThatThrownBy(() -> two.getLock("reentrant").unlock()).isInstanceOf(IllegalMonitorStateException.class);
        lock.unlock();
        assertThat(two.getLock("reentrant").isLocked()).isTrue();
        lock.unlock();
        assertThat(two.getLock("reentrant").isLocked()).isFalse();
    }

    @Test
    void readersShareAndAWriterIsAlone() throws Exception {
        RReadWriteLock lock = one.getReadWriteLock("shared");
        RReadWriteLock same = two.getReadWriteLock("shared");
        lock.readLock().lock();
        assertThat(same.readLock().tryLock()).isTrue();
        assertThat(same.writeLock().tryLock()).isFalse();
        same.readLock().unlock();
        lock.readLock().unlock();
        assertThat(same.writeLock().tryLock()).isTrue();
        assertThat(lock.readLock().tryLock()).isFalse();
        same.writeLock().unlock();
    }

    @Test
    void fairLocksAreTakenInTheOrderOfArrival() throws Exception {
        RLock held = one.getFairLock("fair");
        held.lock();
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        List<Future<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            RLock mine = (i % 2 == 0 ? one : two).getFairLock("fair");
            waiters.add(threads.submit(() -> {
                mine.lock();
                order.add(number);
                mine.unlock();
            }));
            int expected = i + 1;
            Awaitility.await()
                    .until(() -> one.getQueue("redisson_lock_queue:{fair}").size() == expected);
        }
        held.unlock();
        for (Future<?> waiter : waiters) {
            waiter.get(30, TimeUnit.SECONDS);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aLatchOpensForAllWhenCountedDown() throws Exception {
        RCountDownLatch latch = one.getCountDownLatch("latch");
        assertThat(latch.trySetCount(2)).isTrue();
        Future<?> waiter = threads.submit(() -> {
            two.getCountDownLatch("latch").await();
            return null;
        });
        latch.countDown();
        assertThat(waiter.isDone()).isFalse();
        two.getCountDownLatch("latch").countDown();
        waiter.get(30, TimeUnit.SECONDS);
        assertThat(latch.getCount()).isZero();
    }

    @Test
    void aRateLimitHoldsForAllClientsTogether() throws Exception {
        RRateLimiter limiter = one.getRateLimiter("rate");
        assertThat(limiter.trySetRate(RateType.OVERALL, 50, Duration.ofHours(1)))
                .isTrue();
        AtomicInteger granted = new AtomicInteger();
        List<Callable<Void>> takers = new ArrayList<>();
        for (RedissonClient client : List.of(one, two, one, two)) {
            takers.add(() -> {
                for (int i = 0; i < 30; i++) {
                    if (client.getRateLimiter("rate").tryAcquire()) {
                        granted.incrementAndGet();
                    }
                }
                return null;
            });
        }
        for (Future<Void> taker : threads.invokeAll(takers)) {
            taker.get();
        }
        assertThat(granted.get()).isEqualTo(50);
    }

    @Test
    void topicsAndPatternsReachEveryListener() throws Exception {
        CountDownLatch received = new CountDownLatch(2);
        RTopic topic = two.getTopic("news.sport");
        topic.addListener(String.class, (channel, message) -> received.countDown());
        two.getPatternTopic("news.*").addListener(String.class, (pattern, channel, message) -> received.countDown());
        assertThat(one.getTopic("news.sport").publish("goal")).isEqualTo(2);
        assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
