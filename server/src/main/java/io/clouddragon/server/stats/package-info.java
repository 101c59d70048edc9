/** What the server remembers of its own work, for SLOWLOG, LATENCY and INFO. Event loop only. */
package io.clouddragon.server.stats;
