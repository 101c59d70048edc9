package io.clouddragon.storage.engine;

/** A waiter of a test in which nothing goes wrong: what does fails the test. */
abstract class TestWaiter extends Waiter {
    @Override
    protected void failed(RuntimeException cause) {
        throw cause;
    }

    @Override
    protected void cannotBeTold(Throwable cause) {
        throw new AssertionError(cause);
    }
}
