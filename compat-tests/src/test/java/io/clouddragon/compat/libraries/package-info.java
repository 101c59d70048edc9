/**
 * Libraries that people have, unchanged: locks, semaphores and rate limits of Redisson, Spring, ShedLock, bucket4j, redlock,
 * ioredis, node-redis and redis-py, under contention of several processes.
 */
package io.clouddragon.compat.libraries;
