package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.storage.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots on the real file system, with the real background threads. */
@Timeout(60)
class SnapshotTest {
    private static final LogOptions OPTIONS = new LogOptions(SyncMode.ALWAYS, 16 << 10, 4 << 10, true);

    @TempDir
    Path directory;

    @Test
    void aSnapshotTakesThePlaceOfTheSegmentsBeforeIt() throws Exception {
        NioDisk disk = new NioDisk(directory);
        Log log = Log.open(disk, OPTIONS, new Recorded());
        for (int i = 0; i < 500; i++) {
            Recorded.append(log, "record " + i);
            log.flush();
        }
        assertThat(log.bytesSinceSnapshot()).isGreaterThan(20_000);
        SnapshotWriter writer = log.beginSnapshot();
        assertThat(writer.base()).isEqualTo(500);
        assertThat(log.snapshotting()).isTrue();
        assertThatThrownBy(log::beginSnapshot).isInstanceOf(IllegalStateException.class);
        String large = "y".repeat(700 << 10);
        for (int i = 0; i < 20; i++) {
            Recorded.write(writer.item(), i == 7 ? large : "item " + i + " " + "x".repeat(50_000));
            writer.endItem();
            Recorded.append(log, "meanwhile " + i);
            log.flush();
        }
        writer.finish(log.revision()).get(20, TimeUnit.SECONDS);
        assertThat(log.snapshotting()).isFalse();
        assertThat(writer.backlogBytes()).isZero();
        Recorded.append(log, "behind");
        log.flush();
        assertThat(log.bytesSinceSnapshot()).isLessThan(5_000);
        assertThat(log.diskBytes()).isGreaterThan(1_000_000);
        log.abandon();

        List<String> names = disk.list();
        assertThat(names).noneMatch(name -> name.endsWith(".tmp")).doesNotContain(Segment.name(1));
        assertThat(names).contains(SnapshotFormat.name(500));
        Recorded recorded = Recorded.read(disk, OPTIONS);
        assertThat(recorded.items).hasSize(20).contains(large);
        assertThat(recorded.records).hasSize(21).startsWith("meanwhile 0").endsWith("behind");
        assertThat(recorded.fuzzy).hasSize(20).startsWith(501L).endsWith(520L);
    }

    /** A piece of its own in the block, longer than what is written between two syncs. */
    @Test
    void longValuesAreWrittenFromWhereTheyLie() throws Exception {
        NioDisk disk = new NioDisk(directory);
        Log log = Log.open(disk, OPTIONS, new Recorded());
        SnapshotWriter writer = log.beginSnapshot();
        String[] values = {"z".repeat(10 << 20), "short", "x".repeat(20 << 10), "y".repeat(300 << 10)};
        for (String value : values) {
            writer.item();
            writer.share(Bytes.of(value));
            assertThat(writer.itemBytes()).isBetween(value.length() + 1, value.length() + 4);
            writer.endItem();
        }
        writer.finish(log.revision()).get(20, TimeUnit.SECONDS);
        assertThat(writer.backlogBytes()).isZero();
        log.abandon();

        assertThat(Recorded.read(disk, OPTIONS).items).containsExactly(values);
    }

    @Test
    void aSnapshotWithNothingNewBehindItReplacesItself() throws Exception {
        NioDisk disk = new NioDisk(directory);
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, "one");
        log.flush();
        for (int i = 0; i < 3; i++) {
            SnapshotWriter writer = log.beginSnapshot();
            Recorded.write(writer.item(), "state " + i);
            writer.endItem();
            writer.finish(log.revision()).get(20, TimeUnit.SECONDS);
        }
        log.close(99);
        Recorded recorded = new Recorded();
        Log again = Log.open(disk, OPTIONS, recorded);
        assertThat(recorded.items).containsExactly("state 2");
        assertThat(recorded.records).isEmpty();
        assertThat(again.engineMillis()).isEqualTo(99);
        assertThat(Recorded.append(again, "two")).isEqualTo(2);
        again.close(100);
        assertThat(Recorded.read(disk, OPTIONS).records).containsExactly("two");
    }

    @Test
    void aSnapshotMayBeginWithRecordsPendingAndEndWithTheSyncStillToCome() throws Exception {
        NioDisk disk = new NioDisk(directory);
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, "in the snapshot");
        SnapshotWriter writer = log.beginSnapshot();
        Recorded.append(log, "behind it");
        Recorded.write(writer.item(), "item");
        writer.endItem();
        var done = writer.finish(log.revision());
        assertThat(done.isDone()).isFalse();
        log.flush();
        done.get(20, TimeUnit.SECONDS);
        log.abandon();
        Recorded recorded = Recorded.read(disk, OPTIONS);
        assertThat(recorded.items).containsExactly("item");
        assertThat(recorded.records).containsExactly("behind it");
    }

    @Test
    void aSnapshotGivenUpLeavesNothingBehind() throws IOException {
        NioDisk disk = new NioDisk(directory);
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, "one");
        log.flush();
        SnapshotWriter writer = log.beginSnapshot();
        Recorded.write(writer.item(), "item");
        writer.endItem();
        writer.abort();
        log.close(0);
        assertThat(disk.list()).noneMatch(SnapshotFormat::isName);
        assertThat(Recorded.read(disk, OPTIONS).records).containsExactly("one");
    }
}
