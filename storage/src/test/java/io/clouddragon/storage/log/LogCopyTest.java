package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A copy is whole and on disk, or there is none; the log that it is made of does not notice. */
@Timeout(60)
class LogCopyTest {
    private static final LogOptions OPTIONS = new LogOptions(SyncMode.EVERYSEC, 512, 512, false);

    private final MemoryDisk disk = new MemoryDisk();
    private final List<String> records = new ArrayList<>();
    private Log log;

    @BeforeEach
    void aLogOfSeveralSegmentsWithASnapshot() throws IOException {
        log = Log.open(disk, OPTIONS, new Recorded());
        append(5);
        records.clear();
        SnapshotWriter snapshot = log.beginSnapshot();
        Recorded.write(snapshot.item(), "item");
        snapshot.endItem();
        snapshot.finish(log.revision()).join();
        append(20);
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            records.add("record " + log.revision());
            Recorded.append(log, "record " + log.revision());
            log.flush();
        }
    }

    private void assertWhole(MemoryDisk copy, int count) throws IOException {
        Recorded recorded = Recorded.read(copy, OPTIONS);
        assertThat(recorded.items).containsExactly("item");
        assertThat(recorded.records).isEqualTo(records.subList(0, count));
    }

    @Test
    void aCopyAtAnyMomentHasWhatWasWrittenSoFarAndSurvivesAPowerFailure() throws IOException {
        for (int i = 0; i < 30; i++) {
            MemoryDisk copy = new MemoryDisk();
            LogReport report = log.backup(copy).join();
            assertThat(report.revision()).isEqualTo(log.revision());
            assertWhole(copy.afterPowerFailure(new Random(i)), records.size());
            append(1);
            assertWhole(copy, records.size() - 1);
        }
        log.close(0);
        assertWhole(disk, records.size());
    }

    @Test
    void aCopyThatFailsAtAnyCallLeavesNoLogAndHarmsNone() throws IOException {
        MemoryDisk whole = new MemoryDisk();
        log.backup(whole).join();
        for (long call = 1; call <= whole.calls(); call++) {
            MemoryDisk copy = new MemoryDisk();
            copy.failFrom(call, call, true);
            assertThatThrownBy(() -> log.backup(copy).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(LogBuilder.containsLog(copy)).isFalse();
            copy.heal();
            log.backup(copy).join();
            assertWhole(copy, records.size());
        }
        assertThat(log.failure()).isNull();
        append(1);
        log.close(0);
        assertWhole(disk, records.size());
    }

    @Test
    void anInterruptedCopyIsNotTakenForALog() throws IOException {
        MemoryDisk whole = new MemoryDisk();
        log.backup(whole).join();
        for (long call = 1; call <= whole.calls(); call++) {
            MemoryDisk copy = new MemoryDisk();
            copy.failFrom(call, Long.MAX_VALUE, false);
            assertThatThrownBy(() -> log.backup(copy).join()).hasCauseInstanceOf(IOException.class);
            MemoryDisk after = copy.afterPowerFailure(new Random(call));
            if (after.list().contains(Manifest.NAME)) {
                assertWhole(after, records.size());
            } else {
                assertThatThrownBy(() -> LogReport.read(after, new Recorded())).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aTornEndIsNotCopied() throws IOException {
        log.abandon();
        MemoryDisk killed = disk.afterKill();
        String last = Segment.name(log.currentSegment());
        byte[] bytes = killed.bytes(last);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        bytes[end - 1] = 0;
        killed.put(last, bytes);
        MemoryDisk copy = new MemoryDisk();
        LogReport report = LogCopy.copy(killed, copy, copied -> {});
        assertThat(report.tornFile()).isNull();
        assertWhole(copy, records.size() - 1);
        assertThatThrownBy(() -> LogCopy.copy(killed, copy, copied -> {})).hasMessageContaining("holds a log already");
        assertWhole(copy, records.size() - 1);
    }
}
