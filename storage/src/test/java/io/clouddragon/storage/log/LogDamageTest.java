package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every cut, every subset of lost sectors, every flipped bit. What must hold: a crash never makes the log refuse, and
 * damage never makes it lose, silently, what had been acknowledged.
 */
@Timeout(60)
class LogDamageTest {
    /** Of a segment's and of a snapshot's: part of the checksum, or before it. */
    private static final int LAST_BYTE_OF_HEADER = 31;

    private static final LogOptions OPTIONS = new LogOptions(SyncMode.ALWAYS, 4 << 10, 4 << 10, false);
    private static final String FIRST = Segment.name(1);
    private static final int SECTOR = 512;

    /** Some acknowledged batches, then one more; and how the first segment was before and after that. */
    private record TwoStates(MemoryDisk before, MemoryDisk after, int acknowledged, int all, int from, int to) {}

    private static TwoStates lastBatch(SyncMode mode, int recordsInBatch, int recordBytes) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Log log = Log.open(disk, new LogOptions(mode, 4 << 10, 4 << 10, false), new Recorded());
        int acknowledged = 5;
        for (int i = 0; i < acknowledged; i++) {
            Recorded.append(log, "acknowledged " + i);
            log.flush();
        }
        log.force();
        MemoryDisk before = disk.afterKill();
        for (int i = 0; i < recordsInBatch; i++) {
            Recorded.append(log, "in flight " + i + " " + "x".repeat(recordBytes));
        }
        log.flush();
        MemoryDisk after = disk.afterKill();
        log.abandon();
        byte[] old = before.bytes(FIRST);
        byte[] written = after.bytes(FIRST);
        int from = Arrays.mismatch(old, written);
        int to = used(written);
        return new TwoStates(before, after, acknowledged, acknowledged + recordsInBatch, from, to);
    }

    private static int used(byte[] bytes) {
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }

    /** Opens twice: the second time must find what the first has accepted, and take more. */
    private static int accepted(MemoryDisk disk, TwoStates states) throws IOException {
        Recorded recorded = Recorded.read(disk, OPTIONS);
        assertThat(recorded.records.size()).isBetween(states.acknowledged(), states.all());
        Recorded again = new Recorded();
        Log log = Log.open(disk, OPTIONS, again);
        assertThat(again.records).isEqualTo(recorded.records);
        Recorded.append(log, "more");
        log.close(0);
        assertThat(Recorded.read(disk, OPTIONS).records).hasSize(recorded.records.size() + 1);
        return recorded.records.size();
    }

    @Test
    void theLastBatchCutAtAnyByteIsATornTail() throws IOException {
        TwoStates states = lastBatch(SyncMode.ALWAYS, 4, 300);
        int cuts = 0;
        for (int cut = states.from(); cut <= states.to(); cut++) {
            byte[] bytes = states.after().bytes(FIRST);
            MemoryDisk shortened = states.after().afterKill();
            shortened.put(FIRST, Arrays.copyOf(bytes, cut));
            MemoryDisk zeroed = states.after().afterKill();
            zeroed.put(FIRST, Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
            assertThat(accepted(shortened, states)).isEqualTo(accepted(zeroed, states));
            cuts += 2;
        }
        System.out.println("cuts of the last batch: " + cuts + ", lost 0, refused 0");
    }

    @Test
    void anySubsetOfTheLastBatchsSectorsIsATornTail() throws IOException {
        for (SyncMode mode : SyncMode.values()) {
            for (int records : new int[] {1, 3, 12}) {
                TwoStates states = lastBatch(mode, records, 2400 / records);
                int first = states.from() / SECTOR;
                int count = (states.to() - 1) / SECTOR - first + 1;
                byte[] old = states.before().bytes(FIRST);
                for (int kept = 0; kept < 1 << count; kept++) {
                    byte[] bytes = states.after().bytes(FIRST);
                    for (int i = 0; i < count; i++) {
                        if ((kept & 1 << i) == 0) {
                            System.arraycopy(old, (first + i) * SECTOR, bytes, (first + i) * SECTOR, SECTOR);
                        }
                    }
                    MemoryDisk disk = states.after().afterKill();
                    disk.put(FIRST, bytes);
                    int accepted = accepted(disk, states);
                    assertThat(accepted == states.all()).isEqualTo(kept == (1 << count) - 1);
                }
                System.out.println(mode + ", subsets of sectors: " + (1 << count) + ", lost 0, refused 0");
            }
        }
    }

    @Test
    void theCutBytesAreKept() throws IOException {
        TwoStates states = lastBatch(SyncMode.ALWAYS, 4, 100);
        MemoryDisk disk = states.after().afterKill();
        byte[] bytes = Arrays.copyOf(Arrays.copyOf(disk.bytes(FIRST), states.to() - 1), 4 << 10);
        disk.put(FIRST, bytes);
        assertThat(accepted(disk, states)).isEqualTo(states.all() - 1);
        String broken = disk.list().stream()
                .filter(name -> name.endsWith(".broken"))
                .findFirst()
                .orElseThrow();
        assertThat(new String(disk.bytes(broken), StandardCharsets.ISO_8859_1)).contains("in flight 3");
    }

    @Test
    void damageBeforeALaterBatchIsRefusedAndNothingIsChanged() throws IOException {
        TwoStates states = lastBatch(SyncMode.ALWAYS, 1, 10);
        for (int at = RecordFormat.SEGMENT_HEADER_BYTES; at < states.from(); at++) {
            byte[] bytes = states.after().bytes(FIRST);
            Arrays.fill(bytes, at, states.from(), (byte) 0);
            MemoryDisk disk = states.after().afterKill();
            disk.put(FIRST, bytes);
            long calls = disk.calls();
            assertThatThrownBy(() -> Recorded.read(disk, OPTIONS))
                    .isInstanceOf(LogDamagedException.class)
                    .hasMessageContaining(FIRST)
                    .hasMessageContaining("may have been acknowledged")
                    .hasMessageContaining("log repair would");
            assertThat(disk.calls()).isEqualTo(calls);
        }
    }

    @Test
    void damageBeforeAnIdleMarkIsRefusedInEveryMode() throws IOException {
        for (SyncMode mode : SyncMode.values()) {
            MemoryDisk disk = new MemoryDisk();
            Log log = Log.open(disk, new LogOptions(mode, 4 << 10, 4 << 10, false), new Recorded());
            Recorded.append(log, "acknowledged");
            log.flush();
            log.markIdle(1);
            log.abandon();
            byte[] bytes = disk.bytes(FIRST);
            int mark = used(bytes) - RecordFormat.MARK_BYTES;
            for (int at = RecordFormat.SEGMENT_HEADER_BYTES; at < mark; at++) {
                byte[] damaged = bytes.clone();
                Arrays.fill(damaged, at, mark, (byte) 0);
                disk.put(FIRST, damaged);
                assertThatThrownBy(() -> Recorded.read(disk, OPTIONS)).isInstanceOf(LogDamagedException.class);
            }
        }
    }

    @Test
    void anIdleMarkSurvivesAPowerFailureInEveryMode() throws IOException {
        for (SyncMode mode : SyncMode.values()) {
            MemoryDisk disk = new MemoryDisk();
            Log log = Log.open(disk, new LogOptions(mode, 4 << 10, 4 << 10, false), new Recorded());
            Recorded.append(log, "acknowledged");
            log.flush();
            log.markIdle(1);
            for (int i = 0; i < 100; i++) {
                MemoryDisk after = disk.afterPowerFailure(new Random(i));
                assertThat(after.bytes(FIRST)).isEqualTo(disk.bytes(FIRST));
            }
            log.abandon();
        }
    }

    @Test
    void aRecordOfAnotherHistoryIsRefused() throws IOException {
        TwoStates states = lastBatch(SyncMode.ALWAYS, 1, 10);
        byte[] one = history(states.after().afterKill(), "one");
        byte[] two = history(states.after().afterKill(), "two");
        int fork = Arrays.mismatch(one, two);
        int last = used(one) - RecordFormat.MARK_BYTES - "\4same".length();
        assertThat(last).isGreaterThan(fork + 1);
        System.arraycopy(two, last, one, last, two.length - last);
        MemoryDisk disk = states.after().afterKill();
        disk.put(FIRST, one);
        assertThatThrownBy(() -> Recorded.read(disk, OPTIONS)).hasMessageContaining("does not follow");
    }

    private static byte[] history(MemoryDisk disk, String text) throws IOException {
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, text);
        log.flush();
        Recorded.append(log, "same");
        log.flush();
        log.abandon();
        return disk.bytes(FIRST);
    }

    @Test
    void afterAnOrderlyShutdownNothingMayBeMissing() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Log log = Log.open(disk, OPTIONS, new Recorded());
        for (int i = 0; i < 5; i++) {
            Recorded.append(log, "record " + i);
            log.flush();
        }
        log.close(0);
        byte[] bytes = disk.bytes(FIRST);
        int end = used(bytes) - RecordFormat.MARK_BYTES;
        int refused = 0;
        for (int cut = 0; cut < end; cut++) {
            MemoryDisk damaged = disk.afterKill();
            damaged.put(FIRST, Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
            assertThatThrownBy(() -> Recorded.read(damaged, OPTIONS)).isInstanceOf(LogDamagedException.class);
            refused++;
        }
        System.out.println("cuts after an orderly shutdown: " + refused + ", all refused");
        MemoryDisk missing = disk.afterKill();
        missing.delete(FIRST);
        assertThatThrownBy(() -> Recorded.read(missing, OPTIONS)).isInstanceOf(LogDamagedException.class);
    }

    @Test
    void damageInASegmentThatIsNotTheLastIsRefused() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Log log = Log.open(disk, OPTIONS, new Recorded());
        for (int i = 0; i < 100; i++) {
            Recorded.append(log, "a record of some length, number " + i);
            log.flush();
        }
        log.abandon();
        int end = used(disk.bytes(FIRST));
        for (int cut = end - 300; cut < end; cut++) {
            MemoryDisk damaged = disk.afterKill();
            damaged.put(FIRST, Arrays.copyOf(disk.bytes(FIRST), cut));
            assertThatThrownBy(() -> Recorded.read(damaged, OPTIONS)).isInstanceOf(LogDamagedException.class);
        }
        disk.delete(Segment.name(2));
        assertThatThrownBy(() -> Recorded.read(disk, OPTIONS)).hasMessageContaining("missing");
    }

    /** Three segments, an older and a newer record beside a snapshot, an idle mark at the end. */
    private static MemoryDisk smallLogWithSnapshot(List<String> items, List<String> records) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        LogOptions tiny = new LogOptions(SyncMode.ALWAYS, 512, 512, false);
        Log log = Log.open(disk, tiny, new Recorded());
        Recorded.append(log, "gone into the snapshot");
        log.flush();
        SnapshotWriter snapshot = log.beginSnapshot();
        for (int i = 0; i < 3; i++) {
            Recorded.write(snapshot.item(), "item " + i);
            snapshot.endItem();
            items.add("item " + i);
        }
        snapshot.finish(log.revision()).join();
        for (int i = 0; i < 12; i++) {
            Recorded.append(log, "record " + i);
            log.flush();
            records.add("record " + i);
        }
        log.markIdle(4711);
        log.abandon();
        return disk;
    }

    @Test
    void noFlippedBitLosesAnythingSilently() throws IOException {
        List<String> items = new ArrayList<>();
        List<String> records = new ArrayList<>();
        MemoryDisk whole = smallLogWithSnapshot(items, records);
        int flips = 0;
        int refused = 0;
        for (String name : whole.list()) {
            byte[] bytes = whole.bytes(name);
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] flipped = bytes.clone();
                flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
                MemoryDisk disk = whole.afterKill();
                disk.put(name, flipped);
                flips++;
                try {
                    Recorded recorded = Recorded.read(disk, OPTIONS);
                    if (!recorded.items.equals(items) || !recorded.records.equals(records)) {
                        fail("silent loss: bit " + bit + " of " + name);
                    }
                } catch (LogDamagedException e) {
                    refused++;
                    assertThat(disk.bytes(name)).isEqualTo(flipped);
                }
            }
        }
        System.out.println("flipped bits: " + flips + ", refused " + refused + ", same state " + (flips - refused)
                + ", silent loss 0");
        assertThat(refused).isGreaterThan(flips / 10);
    }

    @Test
    void aFlippedBitInTheVeryLastBatchIsNotTakenForATornWrite() throws IOException {
        TwoStates states = lastBatch(SyncMode.ALWAYS, 2, 20);
        int flips = 0;
        for (int bit = states.from() * 8; bit < states.to() * 8; bit++) {
            byte[] bytes = states.after().bytes(FIRST);
            bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
            MemoryDisk disk = states.after().afterKill();
            disk.put(FIRST, bytes);
            assertThatThrownBy(() -> Recorded.read(disk, OPTIONS)).isInstanceOf(LogDamagedException.class);
            flips++;
        }
        System.out.println("bits flipped in the last batch: " + flips + ", all refused");
    }

    @Test
    void aRecordInsideAValueIsNotARecord() throws IOException {
        TwoStates states = lastBatch(SyncMode.ALWAYS, 3, 10);
        byte[] stolen = states.after().bytes(FIRST);
        MemoryDisk disk = new MemoryDisk();
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, "acknowledged");
        log.flush();
        log.begin().raw(stolen, 0, states.to());
        log.commit(0);
        log.flush();
        log.abandon();
        byte[] bytes = disk.bytes(FIRST);
        disk.put(FIRST, Arrays.copyOf(bytes, used(bytes) - 1));
        assertThat(Recorded.read(disk, OPTIONS).records).containsExactly("acknowledged");
    }

    /** Its checksums are not those of this version's bytes with another number in front. */
    @Test
    void aNewerFormatIsRefusedAndNothingIsChanged() throws IOException {
        List<String> ignored = new ArrayList<>();
        MemoryDisk whole = smallLogWithSnapshot(ignored, ignored);
        for (String name : whole.list()) {
            byte[] bytes = ofVersion2(name, whole.bytes(name));
            if (bytes != null) {
                bytes[name.equals(Manifest.NAME) ? bytes.length - 2 : LAST_BYTE_OF_HEADER]++;
                assertRefused(whole, name, bytes, "format version 2");
            }
        }
    }

    @Test
    void aDamagedVersionIsDamage() throws IOException {
        List<String> ignored = new ArrayList<>();
        MemoryDisk whole = smallLogWithSnapshot(ignored, ignored);
        for (String name : whole.list()) {
            byte[] bytes = ofVersion2(name, whole.bytes(name));
            if (bytes != null) {
                assertRefused(whole, name, bytes, "damaged");
            }
        }
    }

    /** The file with another version's number in its place; null when there is none in it. */
    private static byte[] ofVersion2(String name, byte[] bytes) {
        if (name.equals(Manifest.NAME)) {
            return new String(bytes, StandardCharsets.US_ASCII)
                    .replace("manifest 1", "manifest 2")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        bytes[8] = 2;
        return used(bytes) > 9 ? bytes : null;
    }

    private static void assertRefused(MemoryDisk whole, String name, byte[] bytes, String reason) {
        MemoryDisk disk = whole.afterKill();
        disk.put(name, bytes);
        assertThatThrownBy(() -> Recorded.read(disk, OPTIONS))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining(reason);
        assertThat(disk.bytes(name)).isEqualTo(bytes);
    }

    @Test
    void aMissingManifestIsRefusedOnceThereIsALog() throws IOException {
        List<String> ignored = new ArrayList<>();
        MemoryDisk disk = smallLogWithSnapshot(ignored, ignored);
        disk.delete(Manifest.NAME);
        assertThatThrownBy(() -> Recorded.read(disk, OPTIONS)).hasMessageContaining("manifest is missing");
    }
}
