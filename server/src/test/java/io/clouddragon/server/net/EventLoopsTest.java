package io.clouddragon.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.config.Transport;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    /** What waits for the network fails as when a class is missing. */
    private static final class Broken implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            throw new NoClassDefFoundError("made for the test");
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return true;
        }
    }

    @Test
    void theEndOfALoopByAnErrorIsTold() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        MultiThreadIoEventLoopGroup group =
                EventLoops.of(Transport.NIO).newGroup(new SocketReader(executor -> new Broken()), ended::countDown);
        group.next().execute(() -> {});
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
