/**
 * What every test of this module stands on: real servers as processes, a raw connection that loses no byte, replies as
 * values, and transcripts as text.
 *
 * <p>Reading order: {@link io.clouddragon.compat.harness.Target} (the one switch: Redis or Cloud Dragon),
 * {@link io.clouddragon.compat.harness.TestServer} (a server process),
 * {@link io.clouddragon.compat.harness.ServerExtension} (one server per test class),
 * {@link io.clouddragon.compat.harness.RespConnection} and {@link io.clouddragon.compat.harness.RespValue} (bytes in, values
 * out), {@link io.clouddragon.compat.harness.HttpConnection} (the other door),
 * {@link io.clouddragon.compat.harness.RedisCli} (values as text), {@link io.clouddragon.compat.harness.Transcript}
 * (golden files).
 */
package io.clouddragon.compat.harness;
