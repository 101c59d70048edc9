package io.clouddragon.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.pubsub.SharedMessage;
import io.clouddragon.server.pubsub.Subscriber;
import io.clouddragon.storage.bytes.Bytes;
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

    @Test
    void namesThatTakeTooMuchMemoryAreForgottenTheOldestFirst() {
        Tracking reader = client("reader");
        table.executing(reader);
        int length = 1 << 20;
        long fit = TrackingTable.MAX_KEY_BYTES / length;
        byte[] name = new byte[length];
        Bytes key = new Bytes(name);
        for (int i = 0; i <= fit; i++) {
            assertThat(told).isEmpty();
            name[i] = 1;
            table.remember(key);
        }
        assertThat(told).containsExactly("reader 0");
        assertThat(table.keys()).isEqualTo((int) fit);

        // What has changed, and what was flushed, takes nothing any more.
        table.changed(null, key);
        table.replaced(null);
        table.committed(7);
        told.clear();
        for (int i = 0; i < fit; i++) {
            name[i] = 2;
            table.remember(key);
        }
        assertThat(told).isEmpty();
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
