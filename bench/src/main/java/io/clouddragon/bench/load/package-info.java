/**
 * What puts load on a server and measures it: {@link io.clouddragon.bench.load.Programs} (redis-benchmark, wrk and the lock
 * generator as processes of their own), {@link io.clouddragon.bench.load.Stream} (closed and open loops over RESP),
 * {@link io.clouddragon.bench.load.Crowds} (ten thousand connections that wait), {@link io.clouddragon.bench.load.LibraryLocks}
 * (locks of client libraries) and {@link io.clouddragon.bench.load.States} (memory, restart).
 */
package io.clouddragon.bench.load;
