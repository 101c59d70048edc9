/** Client-side caches: who has read which key, or asked for which prefix, and is told when that changes. */
package io.clouddragon.server.tracking;
