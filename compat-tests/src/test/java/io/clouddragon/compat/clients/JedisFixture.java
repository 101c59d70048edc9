package io.clouddragon.compat.clients;

import io.clouddragon.compat.harness.ServerExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;

/** Jedis' pooled client and an emptied server for each test; every class runs in RESP2 and in RESP3. */
@ParameterizedClass
@EnumSource(
        value = RedisProtocol.class,
        names = {"RESP2", "RESP3"})
abstract class JedisFixture {
    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @Parameter
    RedisProtocol protocol;

    RedisClient client;

    @BeforeEach
    void connect() {
        client = RedisClient.builder()
                .hostAndPort("127.0.0.1", server.port())
                .clientConfig(
                        DefaultJedisClientConfig.builder().protocol(protocol).build())
                .build();
        client.flushAll();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }
}
