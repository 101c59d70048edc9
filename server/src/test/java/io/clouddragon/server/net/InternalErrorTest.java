package io.clouddragon.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.resp.DecoderLimits;
import io.clouddragon.resp.RequestDecoder;
import io.clouddragon.server.acl.AclLog;
import io.clouddragon.server.acl.Policy;
import io.clouddragon.server.acl.Users;
import io.clouddragon.server.command.CommandExecutor;
import io.clouddragon.server.command.CommandTable;
import io.clouddragon.server.command.Connection;
import io.clouddragon.server.command.Permissions;
import io.clouddragon.server.command.Session;
import io.clouddragon.server.command.Sessions;
import io.clouddragon.server.config.Settings;
import io.clouddragon.server.family.Families;
import io.clouddragon.server.pubsub.Fanout;
import io.clouddragon.server.pubsub.PubSub;
import io.clouddragon.server.tracking.TrackingTable;
import io.clouddragon.storage.engine.CompactionPolicy;
import io.clouddragon.storage.engine.Engine;
import io.clouddragon.storage.engine.EngineLoop;
import io.clouddragon.storage.engine.EngineOptions;
import io.clouddragon.storage.engine.LoadProgress;
import io.clouddragon.storage.engine.SyncPlace;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees when there is no memory for something that is no part of its command's transaction. */
@Timeout(60)
class InternalErrorTest {
    private final EmbeddedChannel client = new EmbeddedChannel();
    private final Gates gates = new Gates();
    private Runnable observation = () -> {};
    private EngineLoop loop;
    private CommandExecutor executor;
    private Sessions sessions;

    /** Here things go wrong before a transaction begins. */
    private final class Gates implements CommandExecutor.Gates {
        private Runnable fault = () -> {};

        @Override
        public boolean isPaused(boolean writing) {
            fault.run();
            return sessions.isPaused(writing);
        }
    }

    @BeforeEach
    void connect(@TempDir Path directory) throws IOException {
        Engine engine = new Engine(
                new NioDisk(directory),
                LogOptions.defaults(SyncMode.NO),
                new EngineOptions(1, 2, 1),
                LoadProgress.NONE);
        loop = new EngineLoop(engine, client.eventLoop(), SyncPlace.INLINE, new CompactionPolicy(0, 0), failure -> {});
        Settings settings = Settings.of(Map.of());
        CommandTable table = new CommandTable();
        PubSub pubsub = new PubSub();
        TrackingTable tracking = new TrackingTable(loop::execute, id -> null, 0);
        Users users = new Users(new Policy(table.catalogue(), () -> true));
        Permissions permissions = new Permissions(users, new AclLog(() -> 0), (session, call) -> "");
        executor = new CommandExecutor(table, loop, tracking, gates, permissions, (call, nanos) -> observation.run());
        sessions = new Sessions(loop, pubsub, tracking, () -> 0, 10, settings.outputBufferLimits());
        Families.declare(table);
        client.pipeline()
                .addLast(new RespConnection(loop, executor, sessions, new RequestDecoder(new DecoderLimits())));
        client.pipeline().fireChannelActive();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.finishAndReleaseAll();
        loop.close();
    }

    private static void fail() {
        throw new OutOfMemoryError("full");
    }

    private void send(String commands) {
        client.writeInbound(Unpooled.copiedBuffer(commands, StandardCharsets.US_ASCII));
    }

    private String replies() {
        client.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = client.readOutbound(); out != null; out = client.readOutbound()) {
            text.append(out.toString(StandardCharsets.US_ASCII));
            out.release();
        }
        return text.toString();
    }

    @Test
    void whoseCommandCannotBeGoneOnWithIsDisconnected() {
        sessions.pause(Long.MAX_VALUE, false);
        send("SET key value\r\n");
        gates.fault = InternalErrorTest::fail;
        sessions.unpause();
        client.runPendingTasks();
        assertThat(client.isOpen()).isFalse();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void aCommandIsDoneThoughItCannotBeNoted() {
        observation = InternalErrorTest::fail;
        send("SET key value\r\nGET key\r\n");
        assertThat(replies()).isEqualTo("+OK\r\n$5\r\nvalue\r\n");
    }

    @Test
    void aCommandIsDoneThoughItCannotBeShown() {
        Connection failing = (Connection)
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> {
                    throw new OutOfMemoryError("full");
                });
        executor.monitors().add(sessions.detached(failing));
        send("SET key value\r\nGET key\r\n");
        assertThat(replies()).isEqualTo("+OK\r\n$5\r\nvalue\r\n");
    }

    /** It came while the command was being executed, and would have followed its reply. */
    @Test
    void aMessageToWhoIsDisconnectedLeavesNoBufferBehind() {
        long before = largeBuffers();
        Session session = sessions.all().iterator().next();
        gates.fault = () -> {
            new Fanout().send(to -> to.bulk(new byte[1 << 20]), session, 0);
            assertThat(largeBuffers()).isGreaterThan(before);
            fail();
        };
        send("SET key value\r\n");
        assertThat(client.isOpen()).isFalse();
        assertThat(largeBuffers()).isEqualTo(before);
    }

    private static long largeBuffers() {
        return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveNormalAllocations)
                .sum();
    }
}
