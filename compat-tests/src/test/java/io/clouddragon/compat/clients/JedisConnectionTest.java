package io.clouddragon.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.compat.harness.ServerExtension;
import io.clouddragon.compat.harness.Target;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.args.ClientAttributeOption;
import redis.clients.jedis.args.ClientPauseMode;
import redis.clients.jedis.args.FlushMode;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.params.CommandListFilterByParams;

/** Jedis' classic API, one connection at a time: databases, CLIENT, CONFIG, COMMAND and the other server commands. */
@SuppressWarnings("deprecation") // JedisPool and Jedis are what most programs in the field still use.
@ParameterizedClass
@EnumSource(
        value = RedisProtocol.class,
        names = {"RESP2", "RESP3"})
class JedisConnectionTest {
    @RegisterExtension
    static final ServerExtension server = ServerExtension.target();

    @Parameter
    RedisProtocol protocol;

    private JedisPool pool;
    private Jedis jedis;

    @BeforeEach
    void connect() {
        pool = new JedisPool(
                new HostAndPort("127.0.0.1", server.port()),
                DefaultJedisClientConfig.builder().protocol(protocol).build());
        jedis = pool.getResource();
        jedis.flushAll();
    }

    @AfterEach
    void disconnect() {
        jedis.close();
        pool.close();
    }

    @Test
    void databasesAreSeparate() {
        jedis.set("k", "zero");
        assertThat(jedis.select(1)).isEqualTo("OK");
        assertThat(jedis.get("k")).isNull();
        jedis.set("one", "1");
        assertThat(jedis.move("one", 0)).isEqualTo(1);
        assertThat(jedis.dbSize()).isZero();
        assertThat(jedis.swapDB(0, 1)).isEqualTo("OK");
        assertThat(jedis.get("k")).isEqualTo("zero");
        assertThat(jedis.flushDB(FlushMode.SYNC)).isEqualTo("OK");
        assertThat(jedis.select(0)).isEqualTo("OK");
        assertThat(jedis.flushAll(FlushMode.ASYNC)).isEqualTo("OK");
    }

    @Test
    void aConnectionKnowsItself() {
        assertThat(jedis.ping("hello")).isEqualTo("hello");
        assertThat(jedis.clientSetname("worker")).isEqualTo("OK");
        assertThat(jedis.clientGetname()).isEqualTo("worker");
        long id = jedis.clientId();
        assertThat(jedis.clientInfo()).contains("id=" + id + " ").contains("name=worker ");
        assertThat(jedis.clientList()).contains("id=" + id + " ");
        assertThat(jedis.clientList(id)).contains("id=" + id + " ");
        assertThat(jedis.clientNoEvictOn()).isEqualTo("OK");
        assertThat(jedis.clientUnblock(id)).isZero();
    }

    @Test
    void aConnectionCanBeKilledAndClientsPaused() {
        try (Jedis other = pool.getResource()) {
            long id = other.clientId();
            assertThat(jedis.clientKill(ClientKillParams.clientKillParams().id(Long.toString(id))))
                    .isEqualTo(1);
            assertThatThrownBy(other::ping).isInstanceOf(RuntimeException.class);
        }
        assertThat(jedis.clientPause(50, ClientPauseMode.WRITE)).isEqualTo("OK");
        assertThat(jedis.clientUnpause()).isEqualTo("OK");
        assertThatThrownBy(() -> jedis.clientKill("1.2.3.4:5"))
                .isInstanceOf(JedisDataException.class)
                .hasMessage("ERR No such client");
    }

    @Test
    void theServerIsConfigured() {
        assertThat(jedis.configGet("maxmemory-policy")).containsEntry("maxmemory-policy", "noeviction");
        assertThat(jedis.configSet("maxmemory", "0")).isEqualTo("OK");
        assertThat(jedis.configGet("maxmemory", "appendfsync")).containsEntry("appendfsync", "always");
        assertThat(jedis.configResetStat()).isEqualTo("OK");
        assertThatThrownBy(() -> jedis.configSet("nosuch", "1")).isInstanceOf(JedisDataException.class);
    }

    @Test
    void theServerTellsItsState() {
        assertThat(jedis.info()).contains("redis_version:", "# Keyspace", "connected_clients:");
        assertThat(jedis.info("server")).contains("redis_version:").doesNotContain("# Memory");
        assertThat(jedis.time()).hasSize(2);
        assertThat(jedis.lastsave()).isPositive();
        assertThat(jedis.save()).isEqualTo("OK");
        assertThat(jedis.slowlogReset()).isEqualTo("OK");
        assertThat(jedis.slowlogLen()).isNotNegative();
        assertThat(jedis.slowlogGet()).isNotNull();
        assertThat(jedis.memoryDoctor()).isNotEmpty();
        assertThat(jedis.memoryStats()).isNotEmpty();
        assertThat(jedis.latencyDoctor()).isNotEmpty();
        assertThat(jedis.latencyLatest()).isEmpty();
        assertThat(jedis.lolwut()).isNotEmpty();
        assertThat(jedis.waitReplicas(0, 0)).isZero();
    }

    @Test
    void theServerTellsItsCommands() {
        assertThat(jedis.commandCount()).isGreaterThan(80);
        assertThat(jedis.commandList()).contains("get", "set", "multi");
        assertThat(jedis.commandListFilterBy(
                        CommandListFilterByParams.commandListFilterByParams().filterByPattern("getd*")))
                .containsExactly("getdel");
        assertThat(jedis.commandInfo("get").get("get").getArity()).isEqualTo(2);
        assertThat(jedis.commandDocs("get").get("get").getGroup()).isEqualTo("string");
        assertThat(jedis.commandGetKeys("MSET", "a", "1", "b", "2")).containsExactly("a", "b");
        assertThat(jedis.commandGetKeysAndFlags("SET", "k", "v").get(0).getValue())
                .contains("OW", "update");
    }

    @Test
    void aWatchedChangeFailsTheTransaction() {
        try (Jedis other = pool.getResource()) {
            jedis.watch("k");
            other.set("k", "1");
            var transaction = jedis.multi();
            transaction.set("k", "2");
            assertThat(transaction.exec()).isNull();
            jedis.watch("k");
            jedis.unwatch();
            other.set("k", "3");
            transaction = jedis.multi();
            transaction.get("k");
            assertThat(transaction.exec()).isEqualTo(List.<Object>of("3"));
        }
    }

    @Test
    void commandsOfNewerServersAreThere() {
        Target.requireDragon();
        assertThat(jedis.clientNoTouchOn()).isEqualTo("OK");
        assertThat(jedis.clientSetInfo(ClientAttributeOption.LIB_NAME, "mine")).isEqualTo("OK");
    }
}
