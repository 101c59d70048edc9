/**
 * Check 7 of the design: by revision, the times for which a lock is held never overlap; handles rise, over restarts too; what
 * comes with a stale handle is refused.
 */
package io.clouddragon.compat.locks;
