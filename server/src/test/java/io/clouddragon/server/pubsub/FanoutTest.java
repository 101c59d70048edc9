package io.clouddragon.server.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages whose sending fails half-way leave no memory behind. */
class FanoutTest {
    /** Too large for what threads keep of their buffers. */
    private static final byte[] LARGE = new byte[1 << 20];

    private final Fanout fanout = new Fanout();

    private record Client(int protocol, Runnable onDelivery) implements Subscriber {
        @Override
        public boolean isSubscribed() {
            return true;
        }

        @Override
        public void deliver(SharedMessage message, long revision) {
            onDelivery.run();
        }
    }

    private static void fail() {
        throw new OutOfMemoryError("full");
    }

    private static long buffers() {
        return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }

    @Test
    void whatCannotBeEncodedToTheEnd() {
        long before = buffers();
        Push message = to -> {
            to.bulk(LARGE);
            fail();
        };
        Client client = new Client(2, () -> {});
        assertThatThrownBy(() -> fanout.send(message, client, 0)).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> fanout.send(message, List.of(client), 0)).isInstanceOf(OutOfMemoryError.class);
        assertThat(buffers()).isEqualTo(before);
    }

    @Test
    void whatCannotBeDelivered() {
        long before = buffers();
        Client taking = new Client(3, () -> {});
        Client failing = new Client(2, FanoutTest::fail);
        Push message = to -> to.bulk(LARGE);
        assertThatThrownBy(() -> fanout.send(message, failing, 0)).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> fanout.send(message, List.of(taking, failing), 0))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(buffers()).isEqualTo(before);
    }
}
