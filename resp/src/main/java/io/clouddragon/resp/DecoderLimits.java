package io.clouddragon.resp;

/**
 * How much a connection may send before it is cut off. One object is shared by all decoders of a server; a change takes
 * effect with the next length that is decoded. Any thread.
 *
 * <p>The defaults are those of Redis 7.0 ({@code config.c}, {@code networking.c}).
 */
public final class DecoderLimits {
    /** The hard upper bound of every byte limit: a connection's bytes lie in one Java array. */
    public static final int MAX_BYTES = 1 << 30;

    /**
     * As {@link #queryBufferBytes}, while the client has not authenticated and must: room for a pipeline of commands that
     * the other unauthenticated limits let pass.
     */
    public static final int UNAUTHENTICATED_QUERY_BUFFER_BYTES = 1 << 20;

    private volatile int bulkBytes = 512 << 20;
    private volatile int inlineBytes = 64 << 10;
    private volatile int queryBufferBytes = MAX_BYTES;
    private volatile int unauthenticatedBulkBytes = 16 << 10;
    private volatile int unauthenticatedArguments = 10;

    /** The longest argument, in bytes: Redis' {@code proto-max-bulk-len}. */
    public int bulkBytes() {
        return bulkBytes;
    }

    /** The longest inline command or length line, in bytes without its terminator: {@code PROTO_INLINE_MAX_SIZE}. */
    public int inlineBytes() {
        return inlineBytes;
    }

    /** The most bytes held of commands not yet yielded: Redis' {@code client-query-buffer-limit}. */
    public int queryBufferBytes() {
        return queryBufferBytes;
    }

    /** As {@link #bulkBytes}, while the client has not authenticated and must. */
    public int unauthenticatedBulkBytes() {
        return unauthenticatedBulkBytes;
    }

    /** The largest number of arguments of a command, while the client has not authenticated and must. */
    public int unauthenticatedArguments() {
        return unauthenticatedArguments;
    }

    /** @throws IllegalArgumentException unless 1 ≤ bytes ≤ {@link #MAX_BYTES}; so for every setter of bytes here */
    public DecoderLimits bulkBytes(int bytes) {
        bulkBytes = checked(bytes, MAX_BYTES);
        return this;
    }

    /** See {@link #inlineBytes()}. */
    public DecoderLimits inlineBytes(int bytes) {
        inlineBytes = checked(bytes, MAX_BYTES);
        return this;
    }

    /** See {@link #queryBufferBytes()}. */
    public DecoderLimits queryBufferBytes(int bytes) {
        queryBufferBytes = checked(bytes, MAX_BYTES);
        return this;
    }

    /** See {@link #unauthenticatedBulkBytes()}. */
    public DecoderLimits unauthenticatedBulkBytes(int bytes) {
        unauthenticatedBulkBytes = checked(bytes, MAX_BYTES);
        return this;
    }

    /**
     * See {@link #unauthenticatedArguments()}.
     *
     * @throws IllegalArgumentException unless positive
     */
    public DecoderLimits unauthenticatedArguments(int count) {
        unauthenticatedArguments = checked(count, Integer.MAX_VALUE);
        return this;
    }

    private static int checked(int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("a limit must be 1 to " + max + ", not " + value);
        }
        return value;
    }
}
