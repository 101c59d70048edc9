package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when many deadlines come at once, when nothing may be written, and when the clock is set. */
class DeadlinesTest {
    private static final Bytes LOCK = Bytes.of("lock");
    private static final Bytes VALUE = Bytes.of("value");
    private static final int MANY = 5000;

    @TempDir
    Path directory;

    private TestEngine test;
    private Engine engine;
    private int gaveUp;
    private long granted;

    @BeforeEach
    void open() throws Exception {
        test = new TestEngine(directory);
        engine = test.engine();
    }

    private final class Contender extends TestWaiter {
        @Override
        protected boolean serve(Tx tx) {
            granted = tx.locks().acquire(test.db("0"), LOCK, 60_000, new Bytes());
            return granted != 0;
        }

        @Override
        protected void expire(Tx tx) {
            gaveUp++;
        }

        @Override
        protected void settled(long dependency) {}
    }

    /** Time has moved on when this returns, so that the wheel is about to meet them. */
    private void manyKeysAndALockThatExpireInOneMillisecond(long leaseMillis) {
        lockFor(leaseMillis);
        manyKeysThatExpireIn(1000);
        test.advance(999);
    }

    private void manyKeysThatExpireIn(long millis) {
        test.transact(tx -> {
            for (int i = 0; i < MANY; i++) {
                tx.put(test.db("0"), Bytes.of("key" + i), Kind.RAW, VALUE, test.wallNow() + millis);
            }
        });
    }

    private void lockFor(long millis) {
        test.transact(tx -> tx.locks().acquire(test.db("0"), LOCK, millis, new Bytes()));
    }

    @Test
    void a_lock_is_handed_over_at_once_though_thousands_of_keys_expire_in_the_same_millisecond() {
        // A lease ends with one step of the clock more, since the first may come at once.
        manyKeysAndALockThatExpireInOneMillisecond(999);
        engine.park(new Contender(), test.db("0"), Waiter.Kind.LOCK, Waiter.FOR_EVER, LOCK);

        boolean more = engine.advance(engine.engineMillis() + 1, test.wallNow() + 1);

        assertThat(granted).isPositive();
        assertThat(more).as("the keys are put off").isTrue();
        assertThat(test.db("0").size()).isPositive();
    }

    @Test
    void waits_run_out_in_time_though_thousands_of_keys_expire() {
        manyKeysAndALockThatExpireInOneMillisecond(60_000);
        for (int i = 0; i < 100; i++) {
            long deadline = engine.engineMillis() + 1;
            engine.park(new Contender(), test.db("0"), Waiter.Kind.LOCK, deadline, LOCK);
        }
        engine.advance(engine.engineMillis() + 1, test.wallNow() + 1);
        assertThat(gaveUp).isEqualTo(100);
    }

    @Test
    void the_keys_of_one_database_do_not_wait_for_those_of_another() {
        test.transact(tx -> tx.put(test.db("1"), Bytes.of("single"), Kind.RAW, VALUE, test.wallNow() + 1000));
        manyKeysAndALockThatExpireInOneMillisecond(60_000);
        for (int turns = 0; turns < 2; turns++) {
            engine.advance(engine.engineMillis() + 1, test.wallNow() + 1);
        }
        assertThat(test.db("1").size()).isZero();
        assertThat(test.db("0").size()).isPositive();
    }

    @Test
    void an_engine_that_may_not_write_has_no_deadline_to_wake_up_for_and_catches_up_later() {
        lockFor(1000);
        manyKeysThatExpireIn(1000);
        engine.readOnly(true);
        assertThat(engine.advance(engine.engineMillis() + 2000, test.wallNow() + 2000))
                .isFalse();
        assertThat(engine.millisToNextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(test.db("0").size()).isEqualTo(MANY);

        engine.readOnly(false);
        assertThat(engine.millisToNextDeadline()).isZero();
        test.advance(2000);
        assertThat(test.db("0").size()).isZero();
        assertThat(test.db("0").lockCount()).isZero();
    }

    @Test
    void keys_expire_in_time_after_the_clock_was_set_back_by_years() {
        test.transact(tx -> tx.put(test.db("0"), Bytes.of("old"), Kind.RAW, VALUE, test.wallNow() + 1000));
        test.advance(1);
        long fiveYears = 5L * 365 * 24 * 3600 * 1000;
        test.stepWallClock(-fiveYears);
        test.transact(tx -> tx.put(test.db("0"), Bytes.of("new"), Kind.RAW, VALUE, test.wallNow() + 1000));
        test.advance(999);
        assertThat(test.db("0").size()).isEqualTo(2);
        test.advance(1);
        assertThat(test.db("0").size()).isEqualTo(1);
        test.stepWallClock(fiveYears);
        assertThat(test.db("0").size()).isZero();
    }

    @Test
    void a_deadline_that_was_taken_back_wakes_nobody_for_long() {
        test.transact(tx -> tx.put(test.db("0"), LOCK, Kind.RAW, VALUE, test.wallNow() + 1000));
        test.transact(tx -> tx.put(test.db("0"), LOCK, Kind.RAW, VALUE, Entry.NO_DEADLINE));
        test.advance(1000);
        assertThat(engine.millisToNextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(test.db("0").size()).isEqualTo(1);
    }

    /** The sum of today's deadlines is more than a long holds from five million keys on. */
    @Test
    void the_mean_time_to_live_is_right_however_large_the_sum() {
        Database db = test.db("0");
        long far = 5_000_000_000_000_000_000L;
        for (String name : List.of("a", "b", "c")) {
            test.transact(tx -> tx.put(db, Bytes.of(name), Kind.RAW, Bytes.of(name), far));
        }
        assertThat(db.meanTimeToLive(test.wallNow())).isCloseTo(far - test.wallNow(), within(2_000L));
        test.transact(tx -> {
            tx.delete(db, Bytes.of("a"));
            tx.put(db, Bytes.of("b"), Kind.RAW, Bytes.of("b"), test.wallNow() + 1_000);
            tx.put(db, Bytes.of("c"), Kind.RAW, Bytes.of("c"), test.wallNow() + 3_000);
        });
        assertThat(db.meanTimeToLive(test.wallNow())).isEqualTo(2_000);
    }

    @Test
    void a_key_that_cannot_expire_for_want_of_memory_expires_later() {
        manyKeysThatExpireIn(1000);
        engine.listener(new KeyspaceListener() {
            private int told;

            @Override
            public void event(Database db, KeyspaceEvent type, String name, Bytes key) {
                if (++told % 1000 == 0) {
                    throw new IllegalStateException("as OutOfMemoryError, which ends the test's process");
                }
            }
        });
        test.advance(1000);
        assertThat(test.db("0").size()).isEqualTo(MANY / 1000);
        test.advance(1000);
        assertThat(test.db("0").size()).isZero();
    }
}
