/** Client-side caches under load: what they are told, and that it is enough. */
package io.clouddragon.compat.tracking;
