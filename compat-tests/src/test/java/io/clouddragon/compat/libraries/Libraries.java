package io.clouddragon.compat.libraries;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.redisson.Redisson;
import org.redisson.api.RFencedLock;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RSemaphore;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;

/**
 * Each library's lock as a {@link Contender}. One connection pool a library and process, as an application has; made when
 * first asked for.
 */
final class Libraries implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final int port;
    private final Map<String, ContenderFactory> factories = new LinkedHashMap<>();
    private RedissonClient redisson;
    private LettuceConnectionFactory spring;

    private interface ContenderFactory {
        Contender make();
    }

    Libraries(int port) {
        this.port = port;
        factories.put("Redisson RLock", () -> of(redisson().getLock("rlock")));
        factories.put("Redisson fair lock", () -> of(redisson().getFairLock("fair")));
        factories.put("Redisson fenced lock", this::fenced);
        factories.put(
                "Redisson write lock",
                () -> of(redisson().getReadWriteLock("rw").writeLock()));
        factories.put("Redisson spin lock", () -> of(redisson().getSpinLock("spin")));
        factories.put(
                "Redisson multi-lock",
                () -> of(redisson()
                        .getMultiLock(redisson().getLock("multi1"), redisson().getLock("multi2"))));
        factories.put("Redisson semaphore", this::semaphore);
        factories.put("Redisson permit-expirable semaphore", this::expirableSemaphore);
        factories.put("Spring RedisLockRegistry, spinning", () -> registry(RedisLockRegistry.RedisLockType.SPIN_LOCK));
        factories.put(
                "Spring RedisLockRegistry, pub/sub", () -> registry(RedisLockRegistry.RedisLockType.PUB_SUB_LOCK));
        factories.put("ShedLock", this::shedLock);
    }

    /** All libraries, in the order in which the processes go through them. */
    static Iterable<String> names() {
        try (Libraries libraries = new Libraries(0)) {
            return List.copyOf(libraries.factories.keySet());
        }
    }

    Contender contender(String name) {
        return factories.get(name).make();
    }

    static RedissonClient redisson(int port) {
        Config config = new Config();
        config.setThreads(2);
        config.setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionMinimumIdleSize(2)
                .setConnectionPoolSize(8)
                .setSubscriptionConnectionMinimumIdleSize(1)
                .setTimeout(20_000);
        return Redisson.create(config);
    }

    private RedissonClient redisson() {
        if (redisson == null) {
            redisson = redisson(port);
        }
        return redisson;
    }

    private LettuceConnectionFactory spring() {
        if (spring == null) {
            spring = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port));
            spring.afterPropertiesSet();
            spring.start();
        }
        return spring;
    }

    private static Contender of(Lock lock) {
        return new Contender() {
            @Override
            public void lock() {
                lock.lock();
            }

            @Override
            public void unlock() {
                lock.unlock();
            }
        };
    }

    /** Its tokens rise from holder to holder, whatever process that is in. */
    private Contender fenced() {
        RFencedLock lock = redisson().getFencedLock("fenced");
        return new Contender() {
            @Override
            public void lock() {
                long token = lock.lockAndGetToken();
                long before = redisson().getAtomicLong("fenced:last").getAndSet(token);
                if (token <= before) {
                    throw new AssertionError("fencing token " + token + " after " + before);
                }
            }

            @Override
            public void unlock() {
                lock.unlock();
            }
        };
    }

    private Contender semaphore() {
        RSemaphore semaphore = redisson().getSemaphore("semaphore");
        semaphore.trySetPermits(1);
        return new Contender() {
            @Override
            public void lock() throws InterruptedException {
                semaphore.acquire();
            }

            @Override
            public void unlock() {
                semaphore.release();
            }
        };
    }

    private Contender expirableSemaphore() {
        RPermitExpirableSemaphore semaphore = redisson().getPermitExpirableSemaphore("expirable");
        semaphore.trySetPermits(1);
        return new Contender() {
            private String permit;

            @Override
            public void lock() throws InterruptedException {
                permit = semaphore.acquire(LEASE.toMillis(), TimeUnit.MILLISECONDS);
            }

            @Override
            public void unlock() {
                semaphore.release(permit);
            }
        };
    }

    private Contender registry(RedisLockRegistry.RedisLockType type) {
        RedisLockRegistry registry = new RedisLockRegistry(spring(), "registry-" + type, LEASE.toMillis());
        registry.setRedisLockType(type);
        return of(registry.obtain("lock"));
    }

    /** ShedLock only tries; the contender asks again. */
    private Contender shedLock() {
        RedisLockProvider provider = new RedisLockProvider(spring());
        return new Contender() {
            private SimpleLock held;

            @Override
            public void lock() throws InterruptedException {
                while (true) {
                    Optional<SimpleLock> lock =
                            provider.lock(new LockConfiguration(Instant.now(), "shed", LEASE, Duration.ZERO));
                    if (lock.isPresent()) {
                        held = lock.get();
                        return;
                    }
                    Thread.sleep(1);
                }
            }

            @Override
            public void unlock() {
                held.unlock();
            }
        };
    }

    @Override
    public void close() {
        if (redisson != null) {
            redisson.shutdown(0, 5, TimeUnit.SECONDS);
        }
        if (spring != null) {
            spring.destroy();
        }
    }
}
