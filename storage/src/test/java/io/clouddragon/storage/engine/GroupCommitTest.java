package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.SyncMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies leave when what they tell is durable, not before, wherever syncs are made. */
@Timeout(30)
class GroupCommitTest {
    @TempDir
    Path directory;

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final List<String> released = new CopyOnWriteArrayList<>();
    private final List<LogFailedException> failures = new CopyOnWriteArrayList<>();
    private BreakableDisk disk;
    private EngineLoop loop;

    private <T> T onLoop(Callable<T> task) throws Exception {
        return thread.submit(task).get();
    }

    @AfterEach
    void stop() throws Exception {
        onLoop(() -> {
            if (!failures.isEmpty()) {
                assertThatThrownBy(loop::close).isInstanceOf(LogFailedException.class);
            } else if (loop != null) {
                loop.close();
            }
            return null;
        });
        thread.shutdownNow();
    }

    private class Reply implements Held {
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
        assertThat(released).as("who need not wait for the sync goes first").containsExactly("other", "write", "read");
    }

    @Test
    void whoAsksWhileManyAreServedSharesTheirSync() throws Exception {
        open(SyncPlace.INLINE);
        onLoop(() -> {
            List<String> later = new ArrayList<>(List.of("second", "third"));
            loop.readSockets(() -> {
                String name = later.remove(0);
                ask(name, 4);
                loop.atEndOfTurn(() -> ask(name + " script", 1));
            });
            ask("first", 4);
            return null;
        });
        await().until(() -> released.size() == 14);
        assertThat(Set.copyOf(released)).contains("first", "second", "second script", "third", "third script");
        assertThat(onLoop(loop::syncs)).as("one sync for all").isEqualTo(1);
    }

    @Test
    void whereFewAskOthersAreNotWaitedFor() throws Exception {
        open(SyncPlace.INLINE);
        onLoop(() -> {
            loop.readSockets(() -> ask("somebody else", 1));
            ask("first", 3);
            return null;
        });
        await().until(() -> released.size() == 3);
        assertThat(released).containsOnly("first");
    }

    @Test
    void whereNothingIsToBeSyncedOthersAreNotWaitedFor() throws Exception {
        open(SyncPlace.INLINE);
        onLoop(() -> {
            loop.readSockets(() -> ask("somebody else", 4));
            for (int i = 0; i < 4; i++) {
                loop.hold(new Reply("read", 0));
            }
            return null;
        });
        await().until(() -> released.size() == 4);
        assertThat(released).containsOnly("read");
    }

    /** So many clients ask at once. On the loop. */
    private void ask(String name, int clients) {
        for (int i = 0; i < clients; i++) {
            loop.hold(new Reply(name, write(name)));
        }
    }

    /** What a turn brings, and what comes while a sync is under way, is memory that no limit counts. */
    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void aBatchDoesNotGrowWithoutBound(SyncPlace place) throws Exception {
        open(place);
        Bytes key = Bytes.of("key");
        Bytes value = new Bytes(new byte[1 << 20]);
        long written = onLoop(() -> {
            Database db = loop.engine().databases().get("0");
            long last = 0;
            for (int i = 0; i < 100; i++) {
                last = loop.transact(tx -> tx.put(db, key, Kind.RAW, value, Entry.NO_DEADLINE));
                assertThat(loop.engine().log().pendingBytes()).isLessThanOrEqualTo(33 << 20);
            }
            loop.hold(new Reply("all", last));
            assertThat(released).isEmpty();
            return last;
        });
        await().until(() -> released.size() == 1);
        assertThat(onLoop(() -> loop.engine().log().durable())).isEqualTo(written);
    }

    /** As an HTTP client does that has queued large requests behind many answers. */
    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void whoGoesOnWhileRepliesLeaveMayWriteMuch(SyncPlace place) throws Exception {
        open(place);
        Bytes key = Bytes.of("key");
        Bytes value = new Bytes(new byte[1 << 20]);
        onLoop(() -> {
            Database db = loop.engine().databases().get("0");
            loop.hold(new Reply("read", 0) {
                @Override
                public void release() {
                    super.release();
                    long last = 0;
                    for (int i = 0; i < 40; i++) {
                        last = loop.transact(tx -> tx.put(db, key, Kind.RAW, value, Entry.NO_DEADLINE));
                    }
                    loop.hold(new Reply("much", last));
                }
            });
            loop.hold(new Reply("write", write("another")));
            return null;
        });
        await().until(() -> released.size() == 3);
        assertThat(released).containsExactly("read", "write", "much");
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

    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void aConnectionThatBreaksDoesNotKeepTheOthersWaiting(SyncPlace place) throws Exception {
        open(place);
        for (int turn = 0; turn < 2; turn++) {
            String name = "turn " + turn;
            onLoop(() -> {
                loop.hold(breaking(() -> {
                    throw new IllegalStateException("broken");
                }));
                loop.hold(breaking(() -> {
                    throw new OutOfMemoryError("full");
                }));
                loop.hold(new Reply(name, 0));
                return null;
            });
        }
        await().until(() -> released.size() == 2);
        assertThat(released).containsExactly("turn 0", "turn 1");
    }

    @Test
    void whatGoesWrongWhenSocketsAreReadAgainDoesNotKeepRepliesFromLeaving() throws Exception {
        open(SyncPlace.INLINE);
        for (int turn = 1; turn <= 2; turn++) {
            onLoop(() -> {
                loop.readSockets(() -> {
                    throw new OutOfMemoryError("full");
                });
                ask("first", 4);
                return null;
            });
            int expected = 4 * turn;
            await().until(() -> released.size() == expected);
        }
    }

    @Test
    void whatIsRepeatedGoesOnThoughItFailsOnce() throws Exception {
        open(SyncPlace.INLINE);
        onLoop(() -> {
            loop.repeat(
                    () -> {
                        released.add("repeated");
                        throw new OutOfMemoryError("full");
                    },
                    1);
            return null;
        });
        await().until(() -> released.size() > 3);
    }

    private Reply breaking(Runnable fault) {
        return new Reply("broken", 0) {
            @Override
            public void release() {
                fault.run();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void aTaskAtTheEndOfTheTurnThatBreaksStopsNeitherTheOthersNorTheReplies(SyncPlace place) throws Exception {
        open(place);
        Bytes key = Bytes.of("key");
        for (int turn = 0; turn < 2; turn++) {
            String name = "turn " + turn;
            onLoop(() -> {
                Database db = loop.engine().databases().get("0");
                loop.atEndOfTurn(() -> {
                    throw new IllegalStateException("broken");
                });
                loop.atEndOfTurn(() -> {
                    throw new OutOfMemoryError("full");
                });
                loop.atEndOfTurn(() -> loop.hold(
                        new Reply(name, loop.transact(tx -> tx.put(db, key, Kind.RAW, key, Entry.NO_DEADLINE)))));
                return null;
            });
            await().until(() -> released.contains(name));
            assertThat(onLoop(loop::isLate)).isFalse();
        }
        assertThat(released).containsExactly("turn 0", "turn 1");
    }

    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void aLogThatFailedElsewhereIsNoticedAtTheEndOfTheTurn(SyncPlace place) throws Exception {
        open(place, SyncMode.NO);
        onLoop(() -> {
            failElsewhere();
            loop.hold(new Reply("read", 0));
            return null;
        });
        await().until(() -> !released.isEmpty());
        assertThat(released).containsExactly("read refused");
        assertThat(failures).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(SyncPlace.class)
    void repliesToWhatCouldNotBeWrittenAreRefused(SyncPlace place) throws Exception {
        open(place);
        disk.breakDown();
        put("lost");
        await().until(() -> !released.isEmpty());
        assertThat(released).containsExactly("lost refused");
        assertThat(failures).hasSize(1);
    }

    // ---- a slow disk

    private void openSlow(long millis) throws Exception {
        open(SyncPlace.AUTO);
        disk.slow(millis);
        // The first one is waited for: now the disk is known to be slow.
        put("first");
        await().until(() -> released.contains("first"));
        released.clear();
    }

    @Test
    void readsLeaveWhileAWriteIsUnderWayAndWhatComesGathersForTheNext() throws Exception {
        openSlow(100);
        put("a");
        long syncs = onLoop(loop::syncs);
        for (int i = 0; i < 10; i++) {
            put("b" + i);
            String name = "read" + i;
            onLoop(() -> {
                Database db = loop.engine().databases().get("0");
                loop.hold(new Reply(name, loop.transact(tx -> tx.get(db, Bytes.of("another"), new Entry()))));
                return null;
            });
        }
        assertThat(onLoop(() -> List.copyOf(released))).containsExactlyElementsOf(named("read", 10));
        await().until(() -> released.size() == 21);
        assertThat(released.subList(10, 21)).startsWith("a").endsWith("b9");
        assertThat(onLoop(loop::syncs)).as("a, and all the others together").isEqualTo(syncs + 2);
    }

    /** Else clients fall into two halves, and each waits for two syncs. */
    @Test
    void whoIsAnsweredAndComesBackAtOnceIsInTheNextBatch() throws Exception {
        openSlow(50);
        long syncs = onLoop(loop::syncs);
        onLoop(() -> {
            loop.hold(new Reply("a", write("a")) {
                @Override
                public void release() {
                    super.release();
                    loop.hold(new Reply("c", write("c")));
                }
            });
            return null;
        });
        put("b");
        await().until(() -> released.size() == 3);
        assertThat(released).containsExactly("a", "b", "c");
        assertThat(onLoop(loop::syncs)).as("a; b and c").isEqualTo(syncs + 2);
    }

    private long write(String name) {
        Database db = loop.engine().databases().get("0");
        Bytes key = Bytes.of(name);
        return loop.transact(tx -> tx.put(db, key, Kind.RAW, key, Entry.NO_DEADLINE));
    }

    private static List<String> named(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    @Test
    void aWriteUnderWayThatFailsRefusesWhatWaitsForIt() throws Exception {
        openSlow(100);
        put("a");
        put("b");
        disk.breakDown();
        await().until(() -> released.size() == 2);
        assertThat(released).containsExactly("a refused", "b refused");
        assertThat(failures).hasSize(1);
    }

    @Test
    void theEndWaitsForAWriteUnderWay() throws Exception {
        openSlow(100);
        put("a");
        put("b");
        onLoop(() -> {
            loop.close();
            loop = null;
            return null;
        });
        assertThat(released).containsExactly("a", "b");
    }

    @Test
    void whoWaitsWhenTheLogFailsIsToldSo() throws Exception {
        open(SyncPlace.INLINE);
        Database db = onLoop(() -> loop.engine().databases().get("0"));
        List<String> told = new CopyOnWriteArrayList<>();
        onLoop(() -> {
            for (Waiter.Kind kind : Waiter.Kind.values()) {
                Bytes[] keys = {Bytes.of("a"), Bytes.of("b")};
                loop.park(new Hopeful(kind + "", told), db, kind, Waiter.FOR_EVER, keys);
            }
            return null;
        });
        disk.breakDown();
        put("lost");
        await().until(() -> told.size() == Waiter.Kind.values().length);
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "LOCK LogFailedException", "KEY LogFailedException", "POP LogFailedException");
        assertThat(onLoop(() -> loop.engine().parkedWaiters())).isZero();
    }

    /** Waits for what never comes. */
    private static final class Hopeful extends TestWaiter {
        private final String name;
        private final List<String> told;

        Hopeful(String name, List<String> told) {
            this.name = name;
            this.told = told;
        }

        @Override
        protected boolean serve(Tx tx) {
            return false;
        }

        @Override
        protected void expire(Tx tx) {
            told.add(name + " expired");
        }

        @Override
        protected void settled(long dependency) {
            told.add(name + " settled");
        }

        @Override
        protected void failed(RuntimeException cause) {
            told.add(name + " " + cause.getClass().getSimpleName());
        }
    }

    @Test
    void aTurnInWhichADeadlineComesEndsThoughTheLogHasFailed() throws Exception {
        open(SyncPlace.INLINE, SyncMode.NO);
        onLoop(() -> {
            Database db = loop.engine().databases().get("0");
            loop.transact(tx -> tx.locks().acquire(db, Bytes.of("lock"), 20, new Bytes()));
            failElsewhere();
            return null;
        });
        Thread.sleep(40);
        onLoop(() -> {
            loop.hold(new Reply("read", 0));
            return null;
        });
        await().until(() -> !released.isEmpty());
        assertThat(released).containsExactly("read refused");
    }

    @Test
    void afterTheEndTransactionsAreRefusedAndNothingFails() throws Exception {
        open(SyncPlace.INLINE);
        onLoop(() -> {
            loop.close();
            assertThatThrownBy(() -> loop.transact(tx -> {})).isInstanceOf(WritesRefusedException.class);
            loop.hold(new Reply("late", 0));
            loop.enter();
            return null;
        });
        onLoop(() -> null);
        assertThat(released).containsExactly("late refused");
        assertThat(failures).isEmpty();
        onLoop(() -> {
            loop = null;
            return null;
        });
    }

    @Test
    void oneTaskAtMostIsScheduledForDeadlinesHoweverManyCome() throws Exception {
        open(SyncPlace.INLINE);
        onLoop(() -> {
            Database db = loop.engine().databases().get("0");
            loop.transact(tx -> tx.locks().acquire(db, Bytes.of("long"), 3_600_000, new Bytes()));
            return null;
        });
        for (int i = 0; i < 200; i++) {
            long lease = 3_000_000 - i * 1000L;
            Bytes name = Bytes.of("lock" + i);
            onLoop(() -> {
                Database db = loop.engine().databases().get("0");
                loop.transact(tx -> tx.locks().acquire(db, name, lease, new Bytes()));
                return null;
            });
        }
        // The wake-up, and the idle mark's check.
        assertThat(onLoop(() -> thread.getQueue().size())).isLessThanOrEqualTo(3);
    }

    private void put(String name) throws Exception {
        onLoop(() -> {
            loop.hold(new Reply(name, write(name)));
            return null;
        });
    }

    /** Something is written but not synced, and the sync fails in the background. */
    private void failElsewhere() {
        Database db = loop.engine().databases().get("0");
        Bytes key = Bytes.of("unsynced");
        loop.transact(tx -> tx.put(db, key, Kind.RAW, key, Entry.NO_DEADLINE));
        loop.engine().log().flush();
        disk.breakDown();
        assertThatThrownBy(() -> loop.engine().log().force()).isInstanceOf(LogFailedException.class);
    }

    private void open(SyncPlace place) throws Exception {
        open(place, SyncMode.ALWAYS);
    }

    private void open(SyncPlace place, SyncMode mode) throws Exception {
        thread.setRemoveOnCancelPolicy(true);
        disk = new BreakableDisk(directory);
        onLoop(() -> {
            Engine engine = new Engine(
                    disk, new LogOptions(mode, 1 << 20, 1 << 16, true), new EngineOptions(1, 2, 16), LoadProgress.NONE);
            loop = new EngineLoop(engine, thread, place, new CompactionPolicy(0, 0), failures::add);
            return null;
        });
    }
}
