package io.clouddragon.http;

import io.clouddragon.storage.keyspace.Entry;

/**
 * What one request needs while it runs: reader, operation and answer, made once and used for all.
 *
 * <p>There are two of them ({@link HttpApi}): serving those who wait happens inside another request's
 * {@code transact}, while that one's exchange is in use.
 */
final class Exchange {
    final Answer answer = new Answer();
    final Entry entry = new Entry();
    final BatchReader batchReader;
    final WatchReader watchReader;
    final Batch batch;
    final Watch watch;

    Exchange(HttpOptions options) {
        batchReader = new BatchReader(options.limits(), answer);
        watchReader = new WatchReader(options.limits(), answer);
        batch = new Batch(answer, options);
        watch = new Watch(answer, options.limits());
    }
}
