/**
 * The clients that people use, unchanged and by their own typed API, against the server under test: Jedis, Lettuce, Redisson,
 * and the programs that come with Redis.
 */
package io.clouddragon.compat.clients;
