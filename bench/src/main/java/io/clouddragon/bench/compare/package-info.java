/**
 * Cloud Dragon beside Redis: {@link io.clouddragon.bench.compare.Compare} (the program),
 * {@link io.clouddragon.bench.compare.Rows} (what is measured and the goals),
 * {@link io.clouddragon.bench.compare.ServerProcess} (the servers), {@link io.clouddragon.bench.compare.Report} and
 * {@link io.clouddragon.bench.compare.Charts} (what comes out).
 */
package io.clouddragon.bench.compare;
