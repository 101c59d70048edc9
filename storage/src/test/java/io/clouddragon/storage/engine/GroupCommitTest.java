package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies leave when what they tell is durable, not before, in both places where syncs are made. */
class GroupCommitTest {
    @TempDir
    Path directory;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final List<String> released = new CopyOnWriteArrayList<>();
    private EngineLoop loop;

    private <T> T onLoop(Callable<T> task) throws Exception {
        return thread.submit(task).get();
    }

    @AfterEach
    void stop() throws Exception {
        onLoop(() -> {
            loop.close();
            return null;
        });
        thread.shutdown();
    }

    private final class Reply implements Held {
        private final String name;
        private final long dependency;

        Reply(String name, long dependency) {
            this.name = name;
            this.dependency = dependency;
        }

        @Override
        public long dependency() {
            return dependency;
        }

        @Override
        public void release() {
            assertThat(loop.engine().log().durable()).isGreaterThanOrEqualTo(dependency);
            released.add(name);
        }

        @Override
        public void refuse(String reason) {
            released.add(name + " refused");
        }
    }

    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void aReplyLeavesAfterTheSyncOfWhatItTells(SyncPlace place) throws Exception {
        open(place);
        Bytes key = Bytes.of("key");
        onLoop(() -> {
            Database db = loop.engine().databases().get("0");
            long written = loop.transact(tx -> tx.put(db, key, Kind.RAW, key, Entry.NO_DEADLINE));
            loop.hold(new Reply("write", written));
            long read = loop.transact(tx -> tx.get(db, key, new Entry()));
            assertThat(read).as("a read depends on what it saw").isEqualTo(written);
            loop.hold(new Reply("read", read));
            long other = loop.transact(tx -> tx.get(db, Bytes.of("another"), new Entry()));
            assertThat(other).as("a read of another key does not wait").isLessThan(written);
            loop.hold(new Reply("other", other));
            assertThat(released).as("nothing leaves before the end of the turn").isEmpty();
            return null;
        });
        await().until(() -> released.size() == 3);
        if (place == SyncPlace.THREAD) {
            assertThat(released).containsExactly("other", "write", "read");
        } else {
            assertThat(released).containsExactly("write", "read", "other");
        }
    }

    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void manyTurnsAllGetTheirReplies(SyncPlace place) throws Exception {
        open(place);
        for (int i = 0; i < 500; i++) {
            String name = "r" + i;
            onLoop(() -> {
                Database db = loop.engine().databases().get("0");
                Bytes key = Bytes.of(name);
                loop.hold(new Reply(name, loop.transact(tx -> tx.put(db, key, Kind.RAW, key, Entry.NO_DEADLINE))));
                return null;
            });
        }
        await().until(() -> released.size() == 500);
        assertThat(released).startsWith("r0", "r1").endsWith("r498", "r499");
    }

    private void open(SyncPlace place) throws Exception {
        onLoop(() -> {
            Engine engine = new Engine(
                    new NioDisk(directory),
                    new LogOptions(SyncMode.ALWAYS, 1 << 20, 1 << 16, true),
                    new EngineOptions(1, 2, 16),
                    LoadProgress.NONE);
            loop = new EngineLoop(engine, thread, place, new CompactionPolicy(0, 0), failure -> {});
            return null;
        });
    }
}
