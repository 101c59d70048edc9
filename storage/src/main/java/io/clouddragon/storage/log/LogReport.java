package io.clouddragon.storage.log;

import java.io.IOException;

/**
 * What the files of a log were found to be, when nothing speaks against opening them.
 *
 * @param snapshot base revision of the snapshot; negative when there is none
 * @param snapshotItems in the snapshot
 * @param segments that make up the log
 * @param records transactions behind the snapshot's base
 * @param marks of all kinds
 * @param revision of the last record; 0 when there has been none
 * @param engineMillis the engine's clock in the last record, ms
 * @param endsWithMark the server that wrote it was idle or had been shut down
 * @param tornFile the segment that ends with an interrupted write, which the next open cuts; null when there is none
 * @param tornFrom where that begins, bytes
 * @param tornEnd behind its last byte that is not zero
 */
public record LogReport(
        long snapshot,
        long snapshotItems,
        long segments,
        long records,
        long marks,
        long revision,
        long engineMillis,
        boolean endsWithMark,
        String tornFile,
        long tornFrom,
        long tornEnd) {
    /**
     * Reads manifest, snapshot and every record, as {@link Log#open} does, and changes nothing. Takes no lock.
     *
     * @param replay told what is read; what it does not understand counts as damage
     * @throws LogDamagedException when {@link Log#open} would refuse
     */
    public static LogReport read(Disk disk, Replay replay) throws IOException {
        Manifest manifest = LogRepair.requireManifest(disk);
        Recovery recovery = new Recovery(disk, replay);
        recovery.read(manifest);
        return recovery.report();
    }

    public boolean hasSnapshot() {
        return snapshot != Manifest.NO_SNAPSHOT;
    }
}
