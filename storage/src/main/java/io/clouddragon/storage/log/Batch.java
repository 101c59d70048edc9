package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSink;

/**
 * Records that go to disk in one write. There are two, reused for ever: one is filled by the engine thread while the
 * other is being written. Belongs to the engine thread until {@link Log#seal} and to the writing thread until
 * {@link Log#write} has returned.
 */
public final class Batch {
    private static final int USUAL_BYTES = 1 << 14;
    /** What a batch keeps of its memory after a huge one. */
    private static final int KEEP_BYTES = 8 << 20;

    /** Complete records, and at most one that is being written. */
    final ByteSink records = new ByteSink(USUAL_BYTES);
    /** It has a mark in it, which is forced whatever the mode. */
    boolean marked;

    // Set when it is sealed.
    long lastRevision;
    long position;

    /** It opens a new segment: the closing mark of the old one and the header of the new one are here. */
    boolean rotates;

    final ByteSink segmentEnd = new ByteSink(RecordFormat.MARK_BYTES);
    final ByteSink segmentHeader = new ByteSink(RecordFormat.SEGMENT_HEADER_BYTES);

    /** The last revision in it, or before it when it has marks only. */
    public long lastRevision() {
        return lastRevision;
    }

    /** Of all its records, bytes. */
    public int bytes() {
        return records.size();
    }

    long end() {
        return position + records.size();
    }

    void clear() {
        records.clear(KEEP_BYTES);
        segmentEnd.truncate(0);
        segmentHeader.truncate(0);
        marked = false;
        rotates = false;
    }
}
