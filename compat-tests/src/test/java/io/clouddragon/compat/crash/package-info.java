/**
 * The server killed under load, restarted on the same directory, and asked for everything that it ever acknowledged.
 *
 * <p>Reading order: {@link io.clouddragon.compat.crash.Ledger} (what is counted over all clients),
 * {@link io.clouddragon.compat.crash.Workload} (one kind of request and its promise, ten lines each in the classes beside
 * it), {@link io.clouddragon.compat.crash.LoadClient} (one client sends a random mix of them),
 * {@link io.clouddragon.compat.crash.CrashTest} (rounds of load, kill, restart, check).
 */
package io.clouddragon.compat.crash;
