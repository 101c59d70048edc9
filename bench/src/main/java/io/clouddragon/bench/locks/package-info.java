/**
 * A load generator for locks: {@link io.clouddragon.bench.locks.LockBench} (the program),
 * {@link io.clouddragon.bench.locks.LockDialect} (how a server is asked for a lock: Cloud Dragon over RESP and over HTTP, and
 * Redis with the usual recipe).
 */
package io.clouddragon.bench.locks;
