package io.clouddragon.compat.clients;

import io.clouddragon.compat.harness.ServerExtension;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection of Lettuce and an emptied server for each test; every class runs in RESP2 and in RESP3. */
@ParameterizedClass
@EnumSource(ProtocolVersion.class)
abstract class LettuceFixture {
    static final Duration LIMIT = Duration.ofSeconds(10);

    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @Parameter
    ProtocolVersion protocol;

    RedisClient client;
    StatefulRedisConnection<String, String> connection;
    RedisCommands<String, String> commands;

    @BeforeEach
    void connect() {
        client = RedisClient.create(
                RedisURI.builder().withHost("127.0.0.1").withPort(server.port()).build());
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        connection = client.connect();
        commands = connection.sync();
        commands.flushall();
    }

    @AfterEach
    void disconnect() {
        connection.close();
        client.shutdown(Duration.ZERO, LIMIT);
    }
}
