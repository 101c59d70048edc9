/**
 * The Redis protocol: bytes in, argument vectors out ({@link io.clouddragon.resp.RequestDecoder}); replies in, RESP2 or
 * RESP3 bytes out ({@link io.clouddragon.resp.ReplyWriter}); and the number texts that Redis clients see
 * ({@link io.clouddragon.resp.Integers}, {@link io.clouddragon.resp.RedisDoubles},
 * {@link io.clouddragon.resp.LongDouble}).
 *
 * <p>No command is known here, and nothing of Netty but its {@code ByteBuf}. The yardstick is Redis 7.0: where a rule
 * looks odd, it is that server's rule, named by the C function that it comes from, and a test compares it with the real
 * server. One decoder and one writer belong to one connection and are used by its event loop only; everything static
 * may be called from any thread.
 */
package io.clouddragon.resp;
