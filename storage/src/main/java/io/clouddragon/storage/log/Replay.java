package io.clouddragon.storage.log;

import io.clouddragon.storage.bytes.ByteSource;

/**
 * What {@link Log#open} tells: first the snapshot's items, then the records, oldest first. The sources are valid during
 * the call only. A {@link io.clouddragon.storage.bytes.CorruptDataException} thrown from here makes open refuse.
 */
public interface Replay {
    void snapshotItem(ByteSource item);

    /**
     * @param engineMillis the engine's clock when the record was appended, ms
     * @param fuzzy the snapshot may or may not contain this record's effects already, each object for itself
     */
    void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload);

    /**
     * Each record as it lies in the files, before {@link #record} tells what of it the state needs: marks, and records that
     * the snapshot has wholly, come here only. For tools that show or count.
     *
     * @param file the segment's name
     * @param offset bytes from its start
     */
    default void read(
            String file, long offset, RecordKind kind, long revision, long engineMillis, ByteSource payload) {}

    /** Called about once per MiB. {@code bytesTotal} counts the unused tail of the last segment too. */
    default void progress(long bytesRead, long bytesTotal, long records) {}
}
