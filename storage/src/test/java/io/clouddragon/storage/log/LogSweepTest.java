package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Checks 2 and 3 of the design on a whole log: 240 records in many segments, a snapshot before them, the manifest. Every byte
 * of every file is where it is cut, and every bit is flipped: what is then read is all there was, or it is refused with the
 * files as they were. A build tries one case in {@value #SAMPLED}, from a random one on; {@code -Dsoak=1} tries all.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LogSweepTest {
    private static final LogOptions OPTIONS = new LogOptions(SyncMode.ALWAYS, 4 << 10, 4 << 10, false);
    private static final int RECORDS = 240;
    private static final int ITEMS = 20;
    private static final int SAMPLED = 16;

    /** How the log came to its end. */
    private enum End {
        ORDERLY,
        IDLE,
        KILLED
    }

    private final int step = Integer.getInteger("soak", 0) > 0 ? 1 : SAMPLED;
    private final int first = firstCase(step);
    private final List<String> items = new ArrayList<>();
    private final List<String> records = new ArrayList<>();
    private int cases;
    private int refused;
    private int same;
    private int shorter;

    private MemoryDisk log(End end) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Log log = Log.open(disk, OPTIONS, new Recorded());
        Recorded.append(log, "gone into the snapshot");
        log.flush();
        SnapshotWriter snapshot = log.beginSnapshot();
        for (int i = 0; i < ITEMS; i++) {
            items.add("item " + i);
            Recorded.write(snapshot.item(), "item " + i);
            snapshot.endItem();
        }
        snapshot.finish(log.revision()).join();
        for (int i = 0; i < RECORDS; i++) {
            records.add("record " + i);
            Recorded.append(log, "record " + i);
            if (i % 3 != 1) {
                log.flush();
            }
        }
        switch (end) {
            case ORDERLY -> log.close(4711);
            case IDLE -> {
                log.markIdle(4711);
                log.abandon();
            }
            case KILLED -> log.abandon();
        }
        return disk.afterKill();
    }

    private static int firstCase(int step) {
        String given = System.getProperty("seed", "").trim();
        boolean fresh = given.isEmpty() || given.equals("random");
        long seed = fresh ? System.nanoTime() & 0xFFFF : Long.parseLong(given);
        System.out.println("LogSweepTest: -Dseed=" + seed);
        return new Random(seed).nextInt(step);
    }

    private interface Case {
        void run(int at) throws IOException;
    }

    private void each(int count, Case body) throws IOException {
        for (int i = first; i < count; i += step) {
            body.run(i);
        }
    }

    /** Reads a log of which one file was changed: all of it, or a refusal; or, where that may be, what was before some record. */
    private void judge(MemoryDisk whole, String name, byte[] changed, boolean mayBeShorter, String what)
            throws IOException {
        MemoryDisk disk = whole.afterKill();
        disk.put(name, changed);
        cases++;
        Recorded found;
        try {
            found = Recorded.read(disk, OPTIONS);
        } catch (LogDamagedException e) {
            refused++;
            assertThat(disk.bytes(name))
                    .as("%s of %s: left as it was", what, name)
                    .isEqualTo(changed);
            return;
        }
        assertThat(found.items).as("%s of %s", what, name).isEqualTo(items);
        if (mayBeShorter && found.records.size() < records.size()) {
            shorter++;
            assertThat(found.records).as("%s of %s", what, name).isEqualTo(records.subList(0, found.records.size()));
        } else {
            same++;
            assertThat(found.records).as("%s of %s", what, name).isEqualTo(records);
        }
    }

    /** At every byte, twice: the file ends there, or only zeros follow, as in a segment made ahead. */
    private void cutEverywhere(MemoryDisk whole, End end) throws IOException {
        String last = whole.list().stream()
                .filter(name -> name.endsWith(".log") && !isEmpty(whole.bytes(name)))
                .max(String::compareTo)
                .orElseThrow();
        for (String name : whole.list()) {
            byte[] bytes = whole.bytes(name);
            boolean mayBeShorter = end == End.KILLED && name.equals(last);
            each(bytes.length, cut -> {
                byte[] shortened = Arrays.copyOf(bytes, cut);
                judge(whole, name, shortened, mayBeShorter, "cut at " + cut);
                judge(whole, name, Arrays.copyOf(shortened, bytes.length), mayBeShorter, "zeros from " + cut);
            });
        }
        print("cut, " + end);
    }

    private static boolean isEmpty(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void print(String what) {
        System.out.printf(
                "LogSweepTest: %d records, %s: %d cases, %d refused, %d with all there, %d with a part after a kill,"
                        + " silent loss 0%n",
                RECORDS, what, cases, refused, same, shorter);
    }

    @Test
    void afterAnOrderlyStopNoCutOfAnyFileLosesAnythingSilently() throws IOException {
        cutEverywhere(log(End.ORDERLY), End.ORDERLY);
        assertThat(refused).isGreaterThan(cases / 4);
        assertThat(shorter).isZero();
    }

    /** The end of the last segment is what a kill may have torn: there, and only there, less may be found. */
    @Test
    void afterAKillACutIsATornTailOrRefused() throws IOException {
        cutEverywhere(log(End.KILLED), End.KILLED);
        assertThat(refused).isPositive();
        assertThat(shorter).isPositive();
    }

    @Test
    void noFlippedBitOfAnyFileLosesAnythingSilently() throws IOException {
        for (End end : new End[] {End.ORDERLY, End.IDLE}) {
            items.clear();
            records.clear();
            MemoryDisk whole = log(end);
            for (String name : whole.list()) {
                byte[] bytes = whole.bytes(name);
                each(bytes.length * 8, bit -> {
                    byte[] flipped = bytes.clone();
                    flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
                    judge(whole, name, flipped, false, "bit " + bit);
                });
            }
        }
        print("bits flipped");
        assertThat(refused).isGreaterThan(cases / 4);
    }
}
