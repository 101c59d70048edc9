package io.clouddragon.compat.clients;

import io.clouddragon.compat.harness.ServerExtension;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson with plain strings as values, and an emptied server for each test. */
abstract class RedissonFixture {
    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    RedissonClient client;

    static RedissonClient connect(int port) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setThreads(2);
        config.setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionMinimumIdleSize(2)
                .setSubscriptionConnectionMinimumIdleSize(0);
        return Redisson.create(config);
    }

    static void disconnect(RedissonClient client) {
        client.shutdown(0, 5, TimeUnit.SECONDS);
    }

    @BeforeEach
    void connect() {
        client = connect(server.port());
        client.getKeys().flushall();
    }

    @AfterEach
    void disconnect() {
        disconnect(client);
    }
}
