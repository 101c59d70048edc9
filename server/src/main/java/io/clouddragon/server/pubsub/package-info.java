/**
 * Messages that answer no request: Pub/Sub, and keyspace notifications on top of it. Who subscribes to what, what a
 * transaction publishes, and how one message reaches thousands of connections.
 */
package io.clouddragon.server.pubsub;
