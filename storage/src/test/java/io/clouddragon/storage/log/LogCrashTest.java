package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The same small life of a log (batches, turns to new segments, snapshots, marks, a shutdown, a second life), with the
 * disk failing at every single call, and the power failing there too. What had been acknowledged is there afterwards, and
 * nothing refuses.
 */
@Timeout(60)
class LogCrashTest {
    private static final int LIVES = 3;
    private static final int BATCHES = 12;
    /** Enough for some turns to a next segment. */
    private static final int SECOND_LIFE_BATCHES = 30;

    private static final int POWER_FAILURES = 12;
    /** The room on the disk grows by at most so many bytes from one life to the next. */
    private static final int MAX_MORE_ROOM = 1000;

    private final long seed = seed();

    private static long seed() {
        String given = System.getProperty("seed", "");
        return given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    }

    private static LogOptions options(SyncMode mode) {
        return new LogOptions(mode, 1024, 512, false);
    }

    /** What a client was told, as far as the life got. */
    private static final class Life {
        final List<String> appended = new ArrayList<>();
        long durable;
        long synced;
        boolean finished;

        void live(MemoryDisk disk, SyncMode mode) {
            try {
                for (int life = 0; life < LIVES; life++) {
                    Log log = Log.open(disk, options(mode), new Recorded());
                    try {
                        work(log, life);
                    } catch (LogFailedException e) {
                        assertThat(log.failure()).isNotNull();
                        log.abandon();
                        return;
                    }
                }
                finished = true;
            } catch (IOException e) {
                // The disk failed while the log was being opened: nothing was promised in this life.
                assertThat(e).isNotInstanceOf(LogDamagedException.class);
            }
        }

        private void work(Log log, int life) {
            for (int i = 0; i < BATCHES; i++) {
                for (int j = 0; j <= i % 3; j++) {
                    String text = "life " + life + " batch " + i + " record " + j;
                    Recorded.append(log, text);
                    appended.add(text);
                }
                if (i == 5) {
                    snapshot(log);
                } else if (i == 8) {
                    log.mode(SyncMode.ALWAYS);
                }
                flush(log);
            }
            log.markIdle(life);
            note(log);
            if (life != 1) {
                log.close(life);
            } else {
                log.abandon();
            }
        }

        private void snapshot(Log log) {
            SnapshotWriter writer = log.beginSnapshot();
            long base = log.revision();
            for (int i = 0; i < base; i++) {
                Recorded.write(writer.item(), appended.get(i));
                writer.endItem();
            }
            String text = "during the snapshot of " + base;
            Recorded.append(log, text);
            appended.add(text);
            flush(log);
            try {
                writer.finish(log.revision()).join();
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(IOException.class);
            }
        }

        private void flush(Log log) {
            log.flush();
            note(log);
        }

        private void note(Log log) {
            durable = log.durable();
            synced = log.synced();
        }
    }

    /** The state after an open: the snapshot's items, then the records. They must be a prefix of what was appended. */
    private static int survivors(MemoryDisk disk, SyncMode mode, Life life) throws IOException {
        Recorded recorded = new Recorded();
        Log log = Log.open(disk, options(mode), recorded);
        List<String> state = new ArrayList<>(recorded.items);
        state.addAll(recorded.records);
        assertThat(state).isEqualTo(life.appended.subList(0, Math.min(state.size(), life.appended.size())));
        assertThat(log.revision()).isEqualTo(state.size());
        Recorded.append(log, "more");
        log.flush();
        log.abandon();
        Recorded again = Recorded.read(disk, options(mode));
        assertThat(again.items.size() + again.records.size()).isEqualTo(state.size() + 1);
        return state.size();
    }

    @Test
    void whateverCallFailsForEverNothingAcknowledgedIsLost() throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (SyncMode mode : SyncMode.values()) {
            int calls = 0;
            int states = 0;
            for (boolean finished = false; !finished; ) {
                calls++;
                MemoryDisk disk = new MemoryDisk();
                disk.failFrom(calls, Long.MAX_VALUE, random.nextBoolean());
                Life life = new Life();
                life.live(disk, mode);
                finished = life.finished;
                assertThat(survivors(disk.afterKill(), mode, life)).isGreaterThanOrEqualTo((int) life.durable);
                for (int i = 0; i < POWER_FAILURES; i++) {
                    assertThat(survivors(disk.afterPowerFailure(random), mode, life))
                            .isGreaterThanOrEqualTo((int) life.synced);
                }
                states += 1 + POWER_FAILURES;
            }
            assertThat(calls).isGreaterThan(100);
            System.out.println(mode + ": failing calls " + calls + ", crash states " + states + ", lost 0, refused 0");
        }
    }

    @Test
    void whatAnOpenHasReplayedSurvivesAPowerFailureAfterIt() throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int states = 0;
        for (boolean finished = false; !finished; ) {
            // A process that was killed leaves in the page cache what is not on the disk, for the next one to read.
            SyncMode mode = SyncMode.values()[states % SyncMode.values().length];
            MemoryDisk disk = new MemoryDisk();
            disk.failFrom(states + 1, Long.MAX_VALUE, true);
            Life life = new Life();
            life.live(disk, mode);
            finished = life.finished;
            disk.heal();
            Recorded replayed = Recorded.read(disk, options(mode));
            Recorded again = Recorded.read(disk.afterPowerFailure(random), options(mode));
            assertThat(again.items).isEqualTo(replayed.items);
            assertThat(again.records).isEqualTo(replayed.records);
            states++;
        }
        System.out.println("kills, each with an open and a power failure behind it: " + states + ", lost 0");
    }

    @Test
    void whatIsAcknowledgedAfterAKillSurvivesAPowerFailure() throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int kills = 0;
        int states = 0;
        for (boolean finished = false; !finished; kills++) {
            MemoryDisk disk = new MemoryDisk();
            disk.failFrom(kills + 1, Long.MAX_VALUE, true);
            Life life = new Life();
            life.live(disk, SyncMode.ALWAYS);
            finished = life.finished;
            // The process ends there, and another one goes on with what it finds. Power fails before each directory
            // sync.
            disk.heal();
            Log log = Log.open(disk, options(SyncMode.ALWAYS), new Recorded());
            int[] failures = {0};
            disk.beforeDirectorySync(() -> {
                failures[0]++;
                assertThat(lastRevision(disk.afterPowerFailure(random))).isGreaterThanOrEqualTo(log.synced());
            });
            for (int i = 0; i < SECOND_LIFE_BATCHES; i++) {
                Recorded.append(log, "x".repeat(400));
                log.flush();
                assertThat(lastRevision(disk.afterPowerFailure(random))).isGreaterThanOrEqualTo(log.synced());
            }
            states += SECOND_LIFE_BATCHES + failures[0];
            log.abandon();
        }
        System.out.println("kills " + kills + ", power failures in the life behind them " + states + ", lost 0");
    }

    private static long lastRevision(MemoryDisk disk) {
        try {
            return Recorded.read(disk, options(SyncMode.ALWAYS)).lastRevision;
        } catch (IOException e) {
            throw new AssertionError("refused", e);
        }
    }

    @Test
    void aPowerFailureRightAfterTheTurnToANewSegmentIsATornTail() throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (SyncMode mode : SyncMode.values()) {
            for (int i = 0; i < 300; i++) {
                MemoryDisk disk = new MemoryDisk();
                Log log = Log.open(disk, new LogOptions(mode, 2048, 2048, false), new Recorded());
                Recorded.append(log, "x".repeat(500));
                log.flush();
                for (int j = 0; j < 8; j++) {
                    Recorded.append(log, "x".repeat(200));
                }
                log.flush();
                long synced = log.synced();
                log.abandon();
                MemoryDisk after = disk.afterPowerFailure(random);
                assertThat(after.list()).contains(Segment.name(3));
                assertThat(Recorded.read(after, options(mode)).lastRevision).isGreaterThanOrEqualTo(synced);
            }
        }
    }

    @Test
    void whateverCallFailsOnceNothingIsAcknowledgedFalsely() throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int calls = 0;
        long total = Long.MAX_VALUE;
        while (calls < total) {
            calls++;
            MemoryDisk disk = new MemoryDisk();
            disk.failFrom(calls, calls, random.nextBoolean());
            Life life = new Life();
            life.live(disk, SyncMode.ALWAYS);
            if (life.finished && disk.calls() < calls) {
                total = calls;
            }
            assertThat(survivors(disk.afterPowerFailure(random), SyncMode.ALWAYS, life))
                    .isGreaterThanOrEqualTo((int) life.synced);
        }
        System.out.println("calls that failed once: " + calls + ", false acknowledgements 0");
    }

    @Test
    void whereverTheDiskIsFullNothingIsAcknowledgedFalsely() throws IOException {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (SyncMode mode : SyncMode.values()) {
            int fullDisks = 0;
            long room = 0;
            for (boolean finished = false; !finished; room += 1 + random.nextInt(MAX_MORE_ROOM)) {
                MemoryDisk disk = new MemoryDisk();
                disk.room(room);
                Life life = new Life();
                life.live(disk, mode);
                finished = life.finished && !disk.wasFull();
                fullDisks += disk.wasFull() ? 1 : 0;
                assertThat(survivors(disk.afterKill(), mode, life)).isGreaterThanOrEqualTo((int) life.durable);
                for (int i = 0; i < POWER_FAILURES; i++) {
                    assertThat(survivors(disk.afterPowerFailure(random), mode, life))
                            .isGreaterThanOrEqualTo((int) life.synced);
                }
            }
            assertThat(fullDisks).isGreaterThan(100);
            System.out.println(mode + ": full disks " + fullDisks + ", room up to " + room + " bytes, crash states "
                    + fullDisks * (1 + POWER_FAILURES) + ", false acknowledgements 0, refused 0");
        }
    }

    @Test
    void aFailedWriteIsLatched() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Log log = Log.open(disk, options(SyncMode.ALWAYS), new Recorded());
        Recorded.append(log, "one");
        log.flush();
        disk.failFrom(1, 1, true);
        Recorded.append(log, "two");
        assertThatThrownBy(log::flush)
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining(Segment.name(1))
                .hasMessageContaining("Input/output error");
        long calls = disk.calls();
        assertThat(log.failure()).isNotNull();
        assertThat(log.durable()).isEqualTo(1);
        assertThatThrownBy(log::begin).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(log::flush).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(log::force).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(() -> log.markIdle(0)).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(() -> log.close(0)).isInstanceOf(LogFailedException.class);
        assertThat(disk.calls()).isEqualTo(calls);
        assertThat(log.durable()).isEqualTo(1);
    }
}
