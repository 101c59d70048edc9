package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Locks, exactly: each sentence of the contract. A lease of N milliseconds ends with the N+1st step of the clock: the first one
 * may come at once.
 */
class LockRulesTest {
    private static final Bytes LOCK = Bytes.of("lock");
    private static final Bytes NOBODY = new Bytes();

    @TempDir
    Path directory;

    private TestEngine test;
    private final List<String> order = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        test = new TestEngine(directory);
    }

    private long lock(long lease) {
        long[] handle = {0};
        test.transact(tx -> handle[0] = tx.locks().acquire(test.db("0"), LOCK, lease, NOBODY));
        return handle[0];
    }

    private boolean unlock(long handle) {
        boolean[] done = {false};
        test.transact(tx -> done[0] = tx.locks().release(test.db("0"), LOCK, handle));
        return done[0];
    }

    private boolean isHeld() {
        boolean[] held = {false};
        test.transact(tx -> held[0] = tx.locks().holder(test.db("0"), LOCK, new Entry()));
        return held[0];
    }

    private final class Contender extends TestWaiter {
        private final String name;
        private boolean alive = true;
        private long handle;

        Contender(String name) {
            this.name = name;
        }

        void waitFor(long millis) {
            long deadline = millis == FOR_EVER ? FOR_EVER : test.engine().engineMillis() + millis;
            test.engine().park(this, test.db("0"), Kind.LOCK, deadline, LOCK);
        }

        @Override
        protected boolean serve(Tx tx) {
            handle = tx.locks().acquire(test.db("0"), LOCK, 1000, NOBODY);
            return handle != 0;
        }

        @Override
        protected void expire(Tx tx) {
            order.add(name + " gave up");
        }

        @Override
        protected void settled(long dependency) {
            if (handle != 0) {
                order.add(name);
                assertThat(dependency).isGreaterThanOrEqualTo(handle);
            }
        }

        @Override
        protected boolean isAlive() {
            return alive;
        }
    }

    @Test
    void aHeldLockIsNotGrantedAndAReleasedOneIs() {
        long first = lock(1000);
        assertThat(first).isPositive();
        assertThat(lock(1000)).isZero();
        assertThat(unlock(first)).isTrue();
        assertThat(lock(1000)).isGreaterThan(first);
    }

    @Test
    void anOldHandleNeitherReleasesNorExtendsALaterGrant() {
        long first = lock(1000);
        unlock(first);
        long second = lock(1000);
        assertThat(unlock(first)).isFalse();
        test.transact(tx ->
                assertThat(tx.locks().extend(test.db("0"), LOCK, first, 5000)).isFalse());
        test.transact(tx ->
                assertThat(tx.locks().extend(test.db("0"), LOCK, second, 5000)).isTrue());
        test.advance(5000);
        assertThat(isHeld()).isTrue();
        test.advance(1);
        assertThat(isHeld()).isFalse();
        assertThat(unlock(second)).isFalse();
    }

    @Test
    void aStepOfTheWallClockFreesNothing() {
        lock(1000);
        test.stepWallClock(10_000_000);
        assertThat(isHeld()).isTrue();
        test.stepWallClock(-20_000_000);
        test.advance(1000);
        assertThat(isHeld()).isTrue();
        test.advance(1);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void anExpiryIsATransactionOfItsOwn() {
        long handle = lock(1000);
        test.advance(1001);
        assertThat(test.engine().revision()).isEqualTo(handle + 1);
        assertThat(lock(1000)).isEqualTo(handle + 2);
    }

    @Test
    void aLockSurvivesARestartWithTheTimeThatItHadLeftWhenLastPersisted() throws Exception {
        long handle = lock(1000);
        test.advance(400);
        test.transact(tx -> tx.once(test.db("0"), Bytes.of("anything"), 1000));
        test.advance(300);
        test.killAndOpen();
        test.advance(600);
        assertThat(isHeld()).isTrue();
        test.transact(tx -> {
            Entry holder = new Entry();
            tx.locks().holder(test.db("0"), LOCK, holder);
            assertThat(holder.version()).isEqualTo(handle);
        });
        test.advance(1);
        assertThat(isHeld()).isFalse();
        assertThat(lock(1)).isGreaterThan(handle);
    }

    @Test
    void waitersAreServedInOrderOneAtATime() {
        long handle = lock(10_000);
        Contender a = new Contender("a");
        Contender b = new Contender("b");
        Contender c = new Contender("c");
        List.of(a, b, c).forEach(each -> each.waitFor(Waiter.FOR_EVER));
        unlock(handle);
        assertThat(order).containsExactly("a");
        assertThat(lock(1000)).as("a newcomer does not get in").isZero();
        unlock(a.handle);
        assertThat(order).containsExactly("a", "b");
        test.advance(1001);
        assertThat(order).as("b's lease ran out").containsExactly("a", "b", "c");
        assertThat(c.handle).isGreaterThan(b.handle);
        assertThat(test.engine().parkedWaiters()).isZero();
    }

    @Test
    void aNewcomerInTheReleasingTransactionDoesNotOvertake() {
        long handle = lock(10_000);
        Contender waiting = new Contender("waiting");
        waiting.waitFor(Waiter.FOR_EVER);
        test.transact(tx -> {
            assertThat(tx.locks().release(test.db("0"), LOCK, handle)).isTrue();
            assertThat(tx.locks().acquire(test.db("0"), LOCK, 1000, NOBODY)).isZero();
        });
        assertThat(order).containsExactly("waiting");
    }

    @Test
    void aWaiterThatIsGoneIsSkippedAndOneThatLeftIsForgotten() {
        long handle = lock(10_000);
        Contender gone = new Contender("gone");
        Contender left = new Contender("left");
        Contender there = new Contender("there");
        List.of(gone, left, there).forEach(each -> each.waitFor(Waiter.FOR_EVER));
        gone.alive = false;
        test.engine().unpark(left);
        unlock(handle);
        assertThat(order).containsExactly("there");
        assertThat(test.engine().parkedWaiters()).isZero();
    }

    @Test
    void aWaiterGivesUpAtItsDeadlineAndTheOthersKeepTheirPlaces() {
        long handle = lock(10_000);
        new Contender("patient").waitFor(5000);
        new Contender("hasty").waitFor(100);
        test.advance(99);
        assertThat(order).isEmpty();
        test.advance(1);
        assertThat(order).containsExactly("hasty gave up");
        unlock(handle);
        assertThat(order).containsExactly("hasty gave up", "patient");
    }

    @Test
    void aGrantIsNotReleasedByItsOwnTransaction() {
        test.transact(tx -> {
            long handle = tx.locks().acquire(test.db("0"), LOCK, 1000, NOBODY);
            assertThat(tx.locks().release(test.db("0"), LOCK, handle)).isFalse();
        });
        assertThat(isHeld()).isTrue();
    }

    @Test
    void tenThousandWaitersAreServedInOrder() {
        long handle = lock(10_000);
        List<Contender> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Contender contender = new Contender("w" + i);
            contender.waitFor(60_000);
            all.add(contender);
        }
        unlock(handle);
        long last = handle;
        for (Contender contender : all) {
            assertThat(contender.handle).isGreaterThan(last);
            last = contender.handle;
            unlock(last);
        }
        assertThat(order).hasSize(10_000).startsWith("w0", "w1").endsWith("w9998", "w9999");
    }
}
