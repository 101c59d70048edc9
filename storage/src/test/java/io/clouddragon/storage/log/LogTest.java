package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Appending, flushing and opening again, on the real file system. */
@Timeout(60)
class LogTest {
    private static final LogOptions DEFAULTS = LogOptions.defaults(SyncMode.ALWAYS);
    private static final LogOptions SMALL = new LogOptions(SyncMode.ALWAYS, 16 << 10, 4 << 10, true);

    @TempDir
    Path directory;

    private Log open(LogOptions options, Recorded into) throws IOException {
        return Log.open(new NioDisk(directory), options, into);
    }

    @Test
    void whatIsFlushedIsThereAfterOpeningAgain() throws IOException {
        Log log = open(DEFAULTS, new Recorded());
        assertThat(log.revision()).isZero();
        assertThat(log.flush()).isFalse();
        assertThat(Recorded.append(log, "one")).isEqualTo(1);
        assertThat(Recorded.append(log, "two")).isEqualTo(2);
        assertThat(log.durable()).isZero();
        assertThat(log.pending()).isTrue();
        assertThat(log.flush()).isTrue();
        assertThat(log.pending()).isFalse();
        assertThat(log.durable()).isEqualTo(2);
        assertThat(log.synced()).isEqualTo(2);
        log.abandon();

        Recorded recorded = new Recorded();
        Log again = open(DEFAULTS, recorded);
        assertThat(recorded.records).containsExactly("one", "two");
        assertThat(again.revision()).isEqualTo(2);
        assertThat(again.durable()).isEqualTo(2);
        assertThat(again.engineMillis()).isEqualTo(1001);
        assertThat(Recorded.append(again, "three")).isEqualTo(3);
        again.close(5000);

        Log third = open(DEFAULTS, recorded);
        assertThat(recorded.records).containsExactly("one", "two", "one", "two", "three");
        assertThat(third.engineMillis()).isEqualTo(5000);
        third.close(5000);
    }

    @Test
    void whatIsRolledBackHasNeverBeen() throws IOException {
        Log log = open(DEFAULTS, new Recorded());
        Recorded.append(log, "one");
        Recorded.write(log.begin(), "never");
        log.rollback();
        Recorded.append(log, "two");
        log.close(0);
        assertThat(Recorded.read(new NioDisk(directory), DEFAULTS).records).containsExactly("one", "two");
    }

    @Test
    void anEmptyDirectoryIsReadyWithinMoments() throws IOException {
        long began = System.nanoTime();
        Log log = open(DEFAULTS, new Recorded());
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        System.out.println("an empty directory is ready after ms: " + millis);
        log.close(0);
        assertThat(millis).isLessThan(2000);
    }

    @Test
    void theLogGoesOnOverManySegments() throws IOException {
        Log log = open(SMALL, new Recorded());
        int count = 2000;
        for (int i = 0; i < count; i++) {
            Recorded.append(log, "record " + i);
            if (i % 3 == 0) {
                log.flush();
            }
        }
        log.close(0);
        long segments = files("segment-");
        System.out.println("segments: " + segments);
        assertThat(segments).isGreaterThan(8);
        assertThat(Recorded.read(new NioDisk(directory), SMALL).records)
                .containsExactly(
                        IntStream.range(0, count).mapToObj(i -> "record " + i).toArray(String[]::new));
    }

    @Test
    void aRecordLargerThanASegmentGetsASegmentOfItsOwn() throws IOException {
        String huge = "x".repeat(5 << 20);
        Log log = open(SMALL, new Recorded());
        Recorded.append(log, "before");
        log.flush();
        Recorded.append(log, huge);
        log.flush();
        Recorded.append(log, "behind");
        log.flush();
        log.abandon();
        assertThat(Recorded.read(new NioDisk(directory), SMALL).records).containsExactly("before", huge, "behind");
    }

    @Test
    void aSyncThreadMayWriteWhatTheEngineThreadSeals() throws Exception {
        Log log = open(SMALL, new Recorded());
        int count = 1000;
        for (int i = 0; i < count; i++) {
            Recorded.append(log, "record " + i);
            Batch batch = log.seal();
            Thread sync = new Thread(() -> log.write(batch));
            sync.start();
            if (i % 2 == 0) {
                Recorded.append(log, "meanwhile " + i);
            }
            sync.join();
            assertThat(log.durable()).isEqualTo(batch.lastRevision());
        }
        log.close(0);
        assertThat(Recorded.read(new NioDisk(directory), SMALL).records).hasSize(count + count / 2);
    }

    @Test
    void nothingIsSealedWhileABatchIsBeingWritten() throws IOException {
        Log log = open(SMALL, new Recorded());
        Recorded.append(log, "one");
        Batch batch = log.seal();
        Recorded.append(log, "two");
        assertThat(log.seal()).isNull();
        log.write(batch);
        assertThat(log.durable()).isEqualTo(1);
        log.flush();
        assertThat(log.durable()).isEqualTo(2);
        log.close(0);
    }

    @Test
    void withoutAlwaysAWriteAcknowledgesAndAForceSyncs() throws IOException {
        Log log = open(new LogOptions(SyncMode.EVERYSEC, 16 << 10, 4 << 10, true), new Recorded());
        Recorded.append(log, "one");
        log.flush();
        assertThat(log.durable()).isEqualTo(1);
        assertThat(log.synced()).isZero();
        log.force();
        assertThat(log.synced()).isEqualTo(1);
        Recorded.append(log, "two");
        log.flush();
        log.mode(SyncMode.ALWAYS);
        Recorded.append(log, "three");
        log.flush();
        assertThat(log.synced()).isEqualTo(3);
        log.mode(SyncMode.NO);
        Recorded.append(log, "four");
        log.flush();
        assertThat(log.synced()).isEqualTo(3);
        log.markIdle(7777);
        assertThat(log.synced()).isEqualTo(4);
        log.abandon();
        Recorded recorded = new Recorded();
        Log again = open(SMALL, recorded);
        assertThat(recorded.records).containsExactly("one", "two", "three", "four");
        assertThat(again.engineMillis()).isEqualTo(7777);
        again.close(0);
    }

    @Test
    void anIdleMarkIsWrittenOnlyAfterSomethingElse() throws IOException {
        Log log = open(SMALL, new Recorded());
        log.markIdle(1);
        assertThat(log.engineMillis()).isZero();
        Recorded.append(log, "one");
        log.markIdle(2000);
        log.markIdle(3000);
        assertThat(log.engineMillis()).isEqualTo(2000);
        log.close(4000);
    }

    @Test
    void aDirectoryIsOpenedOnce() throws IOException {
        Log log = open(SMALL, new Recorded());
        assertThatThrownBy(() -> open(SMALL, new Recorded())).hasMessageContaining("in use");
        // The failed attempt has not let go of the lock that the first one holds.
        assertThat(openInAnotherProcess()).contains("in use by another process");
        log.close(0);
        open(SMALL, new Recorded()).close(0);
    }

    private String openInAnotherProcess() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenOnce.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes());
    }

    /** Tries to open a log in a process of its own. */
    static final class OpenOnce {
        private OpenOnce() {}

        public static void main(String[] args) {
            try {
                Log.open(new NioDisk(Path.of(args[0])), SMALL, new Recorded()).abandon();
                System.out.println("opened");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void directoryAndFilesAreTheOwnersAlone() throws IOException {
        Log log = open(SMALL, new Recorded());
        Recorded.append(log, "one");
        log.close(0);
        assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(Files.getPosixFilePermissions(file))
                        .as(file.toString())
                        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    private long files(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .count();
        }
    }
}
