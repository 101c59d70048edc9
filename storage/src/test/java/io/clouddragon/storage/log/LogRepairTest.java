package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.storage.bytes.ByteSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damage anywhere in a small log: repair keeps all that lies before it, says so beforehand, and can be interrupted. */
@Timeout(60)
class LogRepairTest {
    private static final LogOptions OPTIONS = new LogOptions(SyncMode.ALWAYS, 512, 512, false);

    /** Where a record lies. */
    private record Place(String file, long offset, RecordKind kind, long revision) {}

    private final List<Place> places = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private MemoryDisk disk;
    private long lastRevision;

    @BeforeEach
    void aLogOfSeveralSegmentsWithASnapshotTakenWhileWriting() throws IOException {
        disk = new MemoryDisk();
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, "gone into the snapshot");
        log.flush();
        SnapshotWriter snapshot = log.beginSnapshot();
        for (int i = 0; i < 15; i++) {
            if (i < 3) {
                Recorded.write(snapshot.item(), "item " + i);
                snapshot.endItem();
            } else if (i == 3) {
                snapshot.finish(log.revision()).join();
            }
            Recorded.append(log, "record " + i);
            records.add("record " + i);
            log.flush();
        }
        lastRevision = log.revision();
        log.close(77);
        LogReport.read(disk, new Replay() {
            @Override
            public void snapshotItem(ByteSource item) {}

            @Override
            public void record(long revision, long engineMillis, boolean fuzzy, ByteSource payload) {}

            @Override
            public void read(String file, long at, RecordKind kind, long revision, long engineMillis, ByteSource in) {
                places.add(new Place(file, at, kind, revision));
            }
        });
        disk = disk.afterKill();
    }

    /** A copy of the log with one byte changed. */
    private MemoryDisk flipped(String file, int at) {
        MemoryDisk copy = disk.afterKill();
        byte[] bytes = copy.bytes(file);
        bytes[at] ^= 0x10;
        copy.put(file, bytes);
        return copy;
    }

    private static boolean opens(MemoryDisk disk) throws IOException {
        try {
            LogReport.read(disk, new Recorded());
            return true;
        } catch (LogDamagedException e) {
            return false;
        }
    }

    private long recordsBefore(String file, int damage) {
        String next = "~";
        long before = 0;
        for (int i = places.size() - 1; i >= 0; i--) {
            Place place = places.get(i);
            boolean ends = place.file().compareTo(file) < 0
                    || place.file().equals(file)
                            && i + 1 < places.size()
                            && next.equals(file)
                            && places.get(i + 1).offset() <= damage;
            before += ends && place.kind() == RecordKind.TRANSACTION ? 1 : 0;
            next = place.file();
        }
        return before;
    }

    /** The repaired log has the first records, unchanged, and never gives out an old revision again. */
    private void assertRepaired(MemoryDisk repaired, long kept) throws IOException {
        Recorded recorded = new Recorded();
        Log log = Log.open(repaired, OPTIONS, recorded);
        assertThat(recorded.items).hasSize(3);
        assertThat(recorded.records).isEqualTo(records.subList(0, (int) kept));
        assertThat(Recorded.append(log, "after the repair")).isGreaterThan(lastRevision);
        log.close(0);
        assertThat(Recorded.read(repaired, OPTIONS).records)
                .hasSize((int) kept + 1)
                .endsWith("after the repair");
    }

    @Test
    void aChangedByteInASegmentCostsWhatComesAfterItAndNothingElse() throws IOException {
        int repaired = 0;
        List<String> files = places.stream().map(Place::file).distinct().toList();
        assertThat(files).hasSize(3);
        for (String file : files) {
            for (int at = 0; at < disk.bytes(file).length; at++) {
                MemoryDisk damaged = flipped(file, at);
                if (opens(damaged)) {
                    continue;
                }
                byte[] before = damaged.bytes(file);
                LogRepair repair = LogRepair.plan(damaged, new Recorded());
                assertThat(repair.isPossible()).isTrue();
                assertThat(damaged.bytes(file)).isEqualTo(before);
                repair.apply();
                assertRepaired(damaged, recordsBefore(file, at));
                assertCutBytesKept(damaged, file, before);
                repaired++;
            }
        }
        System.out.println("changed bytes repaired: " + repaired);
        assertThat(repaired).isGreaterThan(1000);
    }

    private static void assertCutBytesKept(MemoryDisk repaired, String file, byte[] before) {
        List<String> broken = repaired.list().stream()
                .filter(name -> name.startsWith(file) && name.endsWith(".broken"))
                .toList();
        for (String name : broken) {
            int from = Integer.parseInt(name.substring(file.length() + 1, name.length() - ".broken".length()));
            byte[] kept = repaired.bytes(name);
            assertThat(kept).isEqualTo(Arrays.copyOfRange(before, from, from + kept.length));
            assertThat(Arrays.copyOf(repaired.bytes(file), from)).isEqualTo(Arrays.copyOf(before, from));
        }
    }

    @Test
    void aMissingSegmentEndsTheLogBeforeIt() throws IOException {
        for (String file : places.stream().map(Place::file).distinct().toList()) {
            MemoryDisk damaged = disk.afterKill();
            damaged.delete(file);
            LogRepair.plan(damaged, new Recorded()).apply();
            assertRepaired(damaged, recordsBefore(file, 0));
        }
    }

    @Test
    void aManifestIsMadeAnewWithoutLoss() throws IOException {
        for (int at = 0; at < disk.bytes(Manifest.NAME).length; at++) {
            MemoryDisk damaged = flipped(Manifest.NAME, at);
            LogRepair.plan(damaged, new Recorded()).apply();
            assertRepaired(damaged, records.size());
        }
        MemoryDisk missing = disk.afterKill();
        missing.delete(Manifest.NAME);
        LogRepair.plan(missing, new Recorded()).apply();
        assertRepaired(missing, records.size());
    }

    @Test
    void aSnapshotIsNotRepaired() throws IOException {
        String snapshot =
                disk.list().stream().filter(SnapshotFormat::isName).findFirst().orElseThrow();
        for (int at = 12; at < disk.bytes(snapshot).length; at++) {
            MemoryDisk damaged = flipped(snapshot, at);
            LogRepair repair = LogRepair.plan(damaged, new Recorded());
            assertThat(repair.damage()).isNotNull();
            assertThat(repair.isPossible()).isFalse();
            assertThatThrownBy(repair::apply).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aHealthyLogIsLeftAlone() throws IOException {
        LogRepair repair = LogRepair.plan(disk, new Recorded());
        assertThat(repair.damage()).isNull();
        assertThat(repair.isPossible()).isFalse();
        assertThat(repair.steps()).isEmpty();
        assertThat(disk.calls()).isZero();
    }

    @Test
    void anInterruptedRepairCanBeRepeated() throws IOException {
        String seedText = System.getProperty("seed", "");
        long seed = seedText.isEmpty() ? System.nanoTime() : Long.parseLong(seedText);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Place place = places.get(6);
        int damage = (int) place.offset() + 3;
        for (int round = 0; round < 300; round++) {
            MemoryDisk damaged = flipped(place.file(), damage);
            long steps = callsOfARepair(damaged.afterKill());
            damaged.failFrom(random.nextInt((int) steps), Long.MAX_VALUE, random.nextBoolean());
            assertThatThrownBy(() -> LogRepair.plan(damaged, new Recorded()).apply())
                    .isInstanceOf(IOException.class);
            MemoryDisk again = damaged.afterPowerFailure(random);
            LogRepair repair = LogRepair.plan(again, new Recorded());
            if (repair.isPossible()) {
                repair.apply();
            }
            assertRepaired(again, recordsBefore(place.file(), damage));
        }
    }

    private static long callsOfARepair(MemoryDisk disk) throws IOException {
        LogRepair.plan(disk, new Recorded()).apply();
        return disk.calls();
    }

    @Test
    void aLogOpenedForReadingShowsTheSameAndTakesNothing() throws IOException {
        Recorded recorded = new Recorded();
        Log log = Log.openReadOnly(disk, recorded);
        assertThat(recorded.records).isEqualTo(records);
        assertThat(log.revision()).isEqualTo(lastRevision);
        assertThat(log.engineMillis()).isEqualTo(77);
        assertThatThrownBy(log::begin).isInstanceOf(LogFailedException.class).hasMessageContaining("reading only");
        assertThatThrownBy(() -> Log.open(disk, OPTIONS, new Recorded())).isInstanceOf(IOException.class);
        log.abandon();
        assertThat(disk.calls()).isZero();
    }

    @Test
    void aDirectoryWithoutALogIsNotTakenForAnEmptyOne() {
        MemoryDisk empty = new MemoryDisk();
        assertThatThrownBy(() -> LogReport.read(empty, new Recorded())).hasMessageContaining("holds no log");
        assertThatThrownBy(() -> LogRepair.plan(empty, new Recorded())).hasMessageContaining("holds no log");
        assertThat(empty.list()).isEmpty();
    }
}
