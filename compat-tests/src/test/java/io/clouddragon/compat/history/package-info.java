/**
 * Concurrent clients over real sockets, what each of them saw, and whether one order of events explains it all: check 6 of
 * the design, linearizability.
 *
 * <p>Reading order: {@link io.clouddragon.compat.history.Operation} (what was asked and answered, and when),
 * {@link io.clouddragon.compat.history.Model} and its three kinds of key ({@link io.clouddragon.compat.history.Register},
 * {@link io.clouddragon.compat.history.Counter}, {@link io.clouddragon.compat.history.Lock}),
 * {@link io.clouddragon.compat.history.Checker} (the search for an order), {@link io.clouddragon.compat.history.Workload}
 * (what clients ask), {@link io.clouddragon.compat.history.Client} (records), and
 * {@link io.clouddragon.compat.history.LinearizabilityTest} (rounds of load, with kills).
 */
package io.clouddragon.compat.history;
