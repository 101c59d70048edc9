package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.log.LogOptions;
import io.clouddragon.storage.log.NioDisk;
import io.clouddragon.storage.log.SyncMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is woken by a transaction when one of those woken takes its own back. */
class WakeUpTest {
    private static final Bytes LOCK = Bytes.of("lock");
    private static final Bytes KEY = Bytes.of("key");

    @TempDir
    Path directory;

    private final List<String> settled = new ArrayList<>();
    private Engine engine;
    private Database db;

    @BeforeEach
    void open() throws Exception {
        engine = new Engine(
                new NioDisk(directory),
                new LogOptions(SyncMode.NO, 1 << 20, 1 << 20, false),
                new EngineOptions(1, 2, 16),
                LoadProgress.NONE);
        db = engine.databases().get("dev");
    }

    @AfterEach
    void close() throws Exception {
        engine.log().close(engine.engineMillis());
    }

    /** Waits for the lock or the key; aborts when it is served. */
    private final class Sleeper extends TestWaiter {
        private final String name;
        private final boolean aborts;

        Sleeper(String name, boolean aborts) {
            this.name = name;
            this.aborts = aborts;
        }

        @Override
        protected boolean serve(Tx tx) {
            if (name.startsWith("lock") && tx.locks().acquire(db, LOCK, 1000, new Bytes()) == 0) {
                return false;
            }
            if (aborts) {
                tx.abort();
            }
            return true;
        }

        @Override
        protected void expire(Tx tx) {
            settled.add(name + " expired");
        }

        @Override
        protected void settled(long dependency) {
            settled.add(name);
        }
    }

    @Test
    void a_woken_transaction_that_is_taken_back_wakes_the_next_in_line_and_keeps_nobody_else_asleep() {
        long[] handle = new long[1];
        engine.transact(tx -> handle[0] = tx.locks().acquire(db, LOCK, 1000, new Bytes()));
        engine.park(new Sleeper("lock 1", true), db, Waiter.Kind.LOCK, Waiter.FOR_EVER, LOCK);
        engine.park(new Sleeper("lock 2", false), db, Waiter.Kind.LOCK, Waiter.FOR_EVER, LOCK);
        engine.park(new Sleeper("lock 3", false), db, Waiter.Kind.LOCK, Waiter.FOR_EVER, LOCK);
        engine.park(new Sleeper("key", false), db, Waiter.Kind.KEY, Waiter.FOR_EVER, KEY);

        engine.transact(tx -> {
            tx.locks().release(db, LOCK, handle[0]);
            tx.put(db, KEY, Kind.RAW, Bytes.of("value"), Entry.NO_DEADLINE);
        });

        assertThat(settled).containsExactly("lock 1", "lock 2", "key");
        assertThat(engine.parkedWaiters()).isEqualTo(1);
    }

    @Test
    void a_transaction_that_is_taken_back_wakes_nobody() {
        engine.park(new Sleeper("key", false), db, Waiter.Kind.KEY, Waiter.FOR_EVER, KEY);
        engine.transact(tx -> {
            tx.put(db, KEY, Kind.RAW, Bytes.of("value"), Entry.NO_DEADLINE);
            tx.abort();
        });
        assertThat(settled).isEmpty();
    }

    /** Waits for the key; what it does when served breaks. */
    private final class Breaking extends TestWaiter {
        private final boolean fillsMemory;

        Breaking(boolean fillsMemory) {
            this.fillsMemory = fillsMemory;
        }

        @Override
        protected boolean serve(Tx tx) {
            tx.put(db, Bytes.of("half"), io.clouddragon.storage.keyspace.Kind.RAW, KEY, Entry.NO_DEADLINE);
            if (fillsMemory) {
                throw new OutOfMemoryError("full");
            }
            throw new IllegalStateException("broken");
        }

        @Override
        protected void expire(Tx tx) {
            throw new IllegalStateException("broken");
        }

        @Override
        protected void settled(long dependency) {
            settled.add("broken one settled");
        }

        @Override
        protected void failed(RuntimeException cause) {
            settled.add(cause.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"false, broken", "true, more memory is needed than there is"})
    void a_waiter_that_breaks_is_told_and_neither_the_one_who_woke_it_nor_those_behind_it_notice(
            boolean fillsMemory, String told) {
        engine.park(new Breaking(fillsMemory), db, Waiter.Kind.KEY, Waiter.FOR_EVER, KEY);
        engine.park(new Sleeper("key", false), db, Waiter.Kind.KEY, Waiter.FOR_EVER, KEY);

        engine.transact(tx -> tx.put(db, KEY, Kind.RAW, Bytes.of("value"), Entry.NO_DEADLINE));

        assertThat(settled).containsExactly(told, "key");
        assertThat(engine.parkedWaiters()).isZero();
        engine.transact(tx -> {
            assertThat(tx.exists(db, KEY)).isTrue();
            assertThat(tx.exists(db, Bytes.of("half"))).isFalse();
        });
    }

    @Test
    void a_waiter_that_breaks_when_its_time_is_up_is_told() {
        engine.park(new Breaking(false), db, Waiter.Kind.KEY, 10, KEY);
        engine.advance(10, 10);
        assertThat(settled).containsExactly("broken");
        assertThat(engine.parkedWaiters()).isZero();
    }

    /** Is served, but there is no memory to tell it so. */
    private final class Deaf extends TestWaiter {
        @Override
        protected boolean serve(Tx tx) {
            return true;
        }

        @Override
        protected void expire(Tx tx) {}

        @Override
        protected void settled(long dependency) {
            throw new OutOfMemoryError("full");
        }

        @Override
        protected void cannotBeTold(Throwable cause) {
            settled.add("cannot be told: " + cause.getMessage());
        }
    }

    @Test
    void what_goes_wrong_with_those_who_are_told_of_a_transaction_is_not_the_matter_of_who_made_it() {
        engine.listener(new KeyspaceListener() {
            @Override
            public void committed(long dependency) {
                throw new OutOfMemoryError("full");
            }
        });
        engine.park(new Deaf(), db, Waiter.Kind.KEY, Waiter.FOR_EVER, KEY);
        engine.park(new Sleeper("key", false), db, Waiter.Kind.KEY, Waiter.FOR_EVER, KEY);

        long revision = engine.transact(tx -> tx.put(db, KEY, Kind.RAW, Bytes.of("value"), Entry.NO_DEADLINE));

        assertThat(revision).isEqualTo(engine.revision());
        assertThat(settled).containsExactly("cannot be told: full", "key");
        assertThat(engine.parkedWaiters()).isZero();
    }

    /** Tries to take the lock when it is told the answer, as a door does that runs its client's next request at once. */
    private final class Overtaker extends TestWaiter {
        @Override
        protected boolean serve(Tx tx) {
            return tx.locks().acquire(db, LOCK, 1000, new Bytes()) != 0;
        }

        @Override
        protected void expire(Tx tx) {}

        @Override
        protected void settled(long dependency) {
            engine.transact(tx -> tx.locks().release(db, LOCK, engine.revision()));
            engine.transact(tx -> settled.add("overtakes: " + (tx.locks().acquire(db, LOCK, 1000, new Bytes()) != 0)));
        }
    }

    @Test
    void who_has_been_served_stands_in_no_line_any_more() {
        long[] handle = new long[1];
        engine.transact(tx -> handle[0] = tx.locks().acquire(db, LOCK, 1000, new Bytes()));
        engine.park(new Overtaker(), db, Waiter.Kind.LOCK, Waiter.FOR_EVER, LOCK);
        engine.park(new Sleeper("lock 2", false), db, Waiter.Kind.LOCK, Waiter.FOR_EVER, LOCK);
        engine.transact(tx -> tx.locks().release(db, LOCK, handle[0]));
        assertThat(settled).containsExactly("lock 2", "overtakes: false");
    }
}
