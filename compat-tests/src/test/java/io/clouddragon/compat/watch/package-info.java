/**
 * Check 8 of the design: no watcher misses a change and none is told one twice, whatever dies in between.
 *
 * <p>One {@link io.clouddragon.compat.watch.Writer} for each {@link io.clouddragon.compat.watch.WatchedKey} notes each change
 * before it asks for it, and what became of it. {@link io.clouddragon.compat.watch.Watcher}s at both doors hold what they
 * are told against that. To be told the state and not each change is what a watch promises; therefore a <em>paced</em> key is
 * changed again only once all its watchers have been told, which makes "each change, once" hold, too.
 */
package io.clouddragon.compat.watch;
