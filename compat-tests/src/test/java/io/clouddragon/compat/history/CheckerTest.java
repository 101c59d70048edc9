package io.clouddragon.compat.history;

import static io.clouddragon.compat.history.Operation.Kind.ADD;
import static io.clouddragon.compat.history.Operation.Kind.COMPARE_AND_SET;
import static io.clouddragon.compat.history.Operation.Kind.DELETE;
import static io.clouddragon.compat.history.Operation.Kind.GET;
import static io.clouddragon.compat.history.Operation.Kind.GET_VERSION;
import static io.clouddragon.compat.history.Operation.Kind.HOLDER;
import static io.clouddragon.compat.history.Operation.Kind.LOCK;
import static io.clouddragon.compat.history.Operation.Kind.SET;
import static io.clouddragon.compat.history.Operation.Kind.UNLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.compat.harness.Seeds;
import io.clouddragon.compat.history.Checker.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The checker on histories whose verdict is known: by hand, and made at random and then spoilt. */
class CheckerTest {
    private static Operation open(Operation.Kind kind, long argument, long called) {
        Operation operation = new Operation(kind, argument, 0);
        operation.called = called;
        return operation;
    }

    private static Operation done(long called, long returned, Operation.Kind kind, long argument, long result) {
        Operation operation = open(kind, argument, called);
        operation.returned = returned;
        operation.result = result;
        return operation;
    }

    private static Operation versioned(long called, long returned, long value, long version) {
        Operation operation = done(called, returned, GET_VERSION, 0, value);
        operation.version = version;
        return operation;
    }

    private static Operation compareAndSet(long called, long returned, long value, long expected, long result) {
        Operation operation = new Operation(COMPARE_AND_SET, value, expected);
        operation.called = called;
        operation.returned = returned;
        operation.result = result;
        return operation;
    }

    private static Verdict register(Operation... history) {
        return new Checker<>(new Register(List.of(history)), List.of(history)).check();
    }

    private static Verdict counter(Operation... history) {
        return new Checker<>(new Counter(), List.of(history)).check();
    }

    private static Verdict lock(Operation... history) {
        return new Checker<>(new Lock(), Lock.withGivenBack(List.of(history))).check();
    }

    private static void good(Verdict verdict) {
        assertThat(verdict).isEqualTo(Verdict.LINEARIZABLE);
    }

    private static void bad(Verdict verdict) {
        assertThat(verdict).isEqualTo(Verdict.VIOLATION);
    }

    @Test
    void aReadSeesTheLastWriteOrOneThatOverlapsIt() {
        good(register());
        good(register(done(1, 2, SET, 7, 0), done(3, 4, GET, 0, 7)));
        good(register(done(1, 2, SET, 7, 0), done(3, 9, SET, 8, 0), done(4, 5, GET, 0, 7), done(6, 7, GET, 0, 8)));
        bad(register(done(1, 2, SET, 7, 0), done(3, 4, GET, 0, 0)));
        bad(register(done(1, 2, SET, 7, 0), done(3, 4, SET, 8, 0), done(5, 6, GET, 0, 7)));
        bad(register(done(1, 2, GET, 0, 7), done(3, 4, SET, 7, 0)));
    }

    @Test
    void readsDoNotGoBackInTime() {
        bad(register(done(1, 2, SET, 7, 0), done(3, 9, SET, 8, 0), done(4, 5, GET, 0, 8), done(6, 7, GET, 0, 7)));
    }

    @Test
    void operationsThatTouchAtOneMomentOverlap() {
        good(register(done(1, 5, SET, 7, 0), done(5, 6, GET, 0, 0)));
    }

    @Test
    void anOpenWriteMayHappenLateOrNeverButOnlyOnceAndNotEarly() {
        good(register(open(SET, 7, 1), done(2, 3, GET, 0, 0), done(8, 9, GET, 0, 7)));
        good(register(open(SET, 7, 1), done(2, 3, GET, 0, 0), done(8, 9, GET, 0, 0)));
        bad(register(open(SET, 7, 1), done(2, 3, GET, 0, 7), done(8, 9, GET, 0, 0)));
        bad(register(done(2, 3, GET, 0, 7), open(SET, 7, 4)));
        bad(register(open(SET, 7, 1), done(2, 3, GET, 0, 7), done(4, 5, DELETE, 0, 1), done(6, 7, GET, 0, 7)));
    }

    @Test
    void aCompareAndSetSucceedsOnTheVersionThatIsThere() {
        good(register(compareAndSet(1, 2, 7, 0, 10), compareAndSet(3, 4, 8, 10, 11), versioned(5, 6, 8, 11)));
        good(register(done(1, 2, SET, 7, 0), versioned(3, 4, 7, 10), compareAndSet(5, 6, 8, 10, 12)));
        bad(register(compareAndSet(1, 2, 7, 0, 10), compareAndSet(3, 4, 8, 0, 11)));
        bad(register(compareAndSet(1, 2, 7, 0, 10), compareAndSet(3, 4, 8, 10, 0)));
        bad(register(
                done(1, 2, SET, 7, 0), versioned(3, 4, 7, 10), done(5, 6, SET, 9, 0), compareAndSet(7, 8, 8, 10, 12)));
    }

    @Test
    void ofTwoCompareAndSetsOnOneVersionOneSucceeds() {
        good(register(compareAndSet(1, 9, 7, 0, 10), compareAndSet(2, 8, 8, 0, 0)));
        bad(register(compareAndSet(1, 9, 7, 0, 10), compareAndSet(2, 8, 8, 0, 11)));
        bad(register(compareAndSet(1, 9, 7, 0, 0), compareAndSet(2, 8, 8, 0, 0)));
    }

    @Test
    void versionsRiseAndAValueHasOne() {
        bad(register(compareAndSet(1, 2, 7, 0, 10), done(3, 4, SET, 8, 0), versioned(5, 6, 8, 9)));
        bad(register(done(1, 2, SET, 8, 0), versioned(3, 4, 8, 9), versioned(5, 6, 8, 10)));
        bad(register(compareAndSet(1, 2, 7, 0, 10), done(3, 4, DELETE, 0, 1), compareAndSet(5, 6, 8, 0, 10)));
    }

    @Test
    void noAdditionIsLostOrDoneTwice() {
        good(counter(done(1, 9, ADD, 1, 2), done(1, 9, ADD, 1, 1), done(10, 11, GET, 0, 2)));
        good(counter(open(ADD, 1, 1), done(2, 3, ADD, 1, 2)));
        bad(counter(done(1, 9, ADD, 1, 1), done(1, 9, ADD, 1, 1)));
        bad(counter(done(1, 2, ADD, 1, 1), done(3, 4, ADD, 1, 3)));
        bad(counter(open(ADD, 1, 1), done(2, 3, ADD, 1, 3)));
        bad(counter(done(1, 2, ADD, 1, 1), done(3, 4, DELETE, 0, 0)));
    }

    @Test
    void aLockIsHeldByOneAndHandlesRise() {
        good(lock(done(1, 2, LOCK, 1, 10), done(3, 4, LOCK, 2, 0), done(5, 6, UNLOCK, 10, 1), done(7, 8, LOCK, 3, 11)));
        good(lock(done(1, 2, LOCK, 1, 10), done(3, 4, UNLOCK, 9, 0), done(5, 6, HOLDER, 0, 10)));
        bad(lock(done(1, 9, LOCK, 1, 10), done(2, 8, LOCK, 2, 11)));
        bad(lock(done(1, 2, LOCK, 1, 0)));
        bad(lock(done(1, 2, LOCK, 1, 10), done(3, 4, UNLOCK, 10, 1), done(5, 6, LOCK, 2, 9)));
        bad(lock(done(1, 2, LOCK, 1, 10), done(3, 4, UNLOCK, 10, 1), done(5, 6, UNLOCK, 10, 1)));
        bad(lock(done(1, 2, LOCK, 1, 10), done(3, 4, UNLOCK, 10, 0)));
        bad(lock(done(1, 2, LOCK, 1, 10), done(3, 4, HOLDER, 0, 0)));
    }

    @Test
    void aGrantThatWasNotToldHoldsUntilItIsGivenBack() {
        good(lock(open(LOCK, 1, 1), done(2, 3, HOLDER, 0, 10), done(4, 5, LOCK, 2, 0), done(6, 7, LOCK, 3, 11)));
        good(lock(open(LOCK, 1, 1), done(2, 3, HOLDER, 0, 10), done(4, 5, UNLOCK, 10, 1), done(6, 7, LOCK, 2, 11)));
        bad(lock(open(LOCK, 1, 1), done(2, 3, HOLDER, 0, 10), done(4, 5, UNLOCK, 10, 1), done(6, 7, HOLDER, 0, 11)));
        bad(lock(open(LOCK, 1, 1), done(2, 3, HOLDER, 0, 10), done(4, 5, HOLDER, 0, 11)));
        bad(lock(open(LOCK, 1, 1), done(2, 3, LOCK, 2, 10), done(4, 5, UNLOCK, 10, 1), done(6, 7, HOLDER, 0, 9)));
    }

    /** Random histories that are right by construction: each operation takes effect at a moment inside its interval. */
    private static List<Operation> counterHistory(SplittableRandom random) {
        List<Operation> history = new ArrayList<>();
        long sum = 0;
        for (int i = 0; i < 300; i++) {
            long moment = i * 10L;
            boolean isRead = random.nextInt(3) == 0;
            sum += isRead ? 0 : 1;
            long called = moment - random.nextInt(60);
            long returned = moment + random.nextInt(60);
            history.add(
                    random.nextInt(40) == 0
                            ? open(isRead ? GET : ADD, isRead ? 0 : 1, called)
                            : done(called, returned, isRead ? GET : ADD, isRead ? 0 : 1, sum));
        }
        return history;
    }

    @Test
    void randomHistoriesAreAcceptedAndRefusedOnceSpoilt() {
        SplittableRandom random = new SplittableRandom(Seeds.next("CheckerTest"));
        for (int i = 0; i < 200; i++) {
            List<Operation> history = counterHistory(random);
            good(new Checker<>(new Counter(), history).check());
            Operation spoilt;
            do {
                spoilt = history.get(random.nextInt(history.size()));
            } while (spoilt.isOpen() || spoilt.kind != ADD);
            // Beyond what open additions could explain.
            spoilt.result += 100;
            Checker<Counter.State> checker = new Checker<>(new Counter(), history);
            bad(checker.check());
            assertThat(checker.explain()).contains("cannot be placed");
        }
    }
}
