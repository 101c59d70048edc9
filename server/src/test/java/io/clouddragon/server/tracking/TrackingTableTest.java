package io.clouddragon.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.server.pubsub.Subscriber;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is told of changes, when clients come and go meanwhile. */
class TrackingTableTest {
    private final List<String> told = new ArrayList<>();
    private final TrackingTable table = new TrackingTable(Runnable::run, id -> null, 0);

    private Tracking client(String name) {
        Tracking client = new Tracking(new Subscriber() {
            @Override
            public int protocol() {
                return 3;
            }

            @Override
            public boolean isSubscribed() {
                return false;
            }

            @Override
            public void deliver(SharedMessage message, long revision) {
                told.add(name + " " + revision);
            }
        });
        table.begin(client, Tracking.Mode.READS, false, Tracking.NO_REDIRECT, List.of());
        return client;
    }

    /** A script that runs long lets others be read, and go. */
    @Test
    void whoLeavesBetweenAFlushAndItsCommitIsPassedOver() {
        Tracking leaving = client("leaving");
        client("staying");

        table.replaced(null);
        table.disconnected(leaving);
        table.committed(7);
        assertThat(told).containsExactly("staying 7");

        table.replaced(null);
        table.committed(8);
        assertThat(told).containsExactly("staying 7", "staying 8");
    }
}
