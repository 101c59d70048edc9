package io.clouddragon.bench.load;

/**
 * How much is done.
 *
 * @param requests of a redis-benchmark row with 50 clients; other rows do in proportion
 * @param seconds that other generators measure
 * @param keys of rows about a large state
 * @param waiters of rows about many waiting clients
 */
public record Scale(int requests, int seconds, int keys, int waiters) {
    /** The same with so many times the requests. */
    public Scale times(int factor) {
        return new Scale(Math.multiplyExact(requests, factor), seconds, keys, waiters);
    }
}
