package io.clouddragon.storage.log;

/**
 * How a log behaves.
 *
 * @param mode when a record may be acknowledged; can be switched later
 * @param segmentBytes size of a full-grown segment, bytes
 * @param firstSegmentBytes size of the first segment of an empty directory, bytes: small, so that it is ready within
 *     milliseconds; each further one is twice as large, up to {@code segmentBytes}
 * @param threads false: what would be done in the background is done on the calling thread instead, so that the same
 *     calls give the same disk operations in the same order (simulation, tools)
 */
public record LogOptions(SyncMode mode, long segmentBytes, long firstSegmentBytes, boolean threads) {
    public static final long DEFAULT_SEGMENT_BYTES = 64L << 20;
    public static final long DEFAULT_FIRST_SEGMENT_BYTES = 4L << 20;

    /** Large enough for a header, one record and the closing mark; what is larger still gets a segment of its own. */
    public static final long MIN_SEGMENT_BYTES = 256;

    public LogOptions {
        if (segmentBytes < MIN_SEGMENT_BYTES
                || firstSegmentBytes < MIN_SEGMENT_BYTES
                || firstSegmentBytes > segmentBytes) {
            throw new IllegalArgumentException("segment sizes " + firstSegmentBytes + " and " + segmentBytes);
        }
    }

    public static LogOptions defaults(SyncMode mode) {
        return new LogOptions(mode, DEFAULT_SEGMENT_BYTES, DEFAULT_FIRST_SEGMENT_BYTES, true);
    }
}
