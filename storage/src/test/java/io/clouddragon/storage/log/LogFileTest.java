package io.clouddragon.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.storage.log.Disk.OpenMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real disk's log mode: writes of every size and alignment, beside plain writes to the same file, leave what was meant. */
class LogFileTest {
    private static final int FILE_BYTES = 8 << 20;
    private static final int ROUNDS = 40;

    @TempDir
    private Path directory;

    @Test
    void whatIsWrittenIsReadWhateverTheSizeAndWhoeverWroteBefore() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("LogFileTest -Dseed=" + seed);
        Random random = new Random(seed);
        NioDisk disk = new NioDisk(directory);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] expected = new byte[FILE_BYTES];
            try (DiskFile plain = disk.open("file", OpenMode.WRITE)) {
                plain.write(expected, 0, expected.length, 0);
                plain.force();
                fill(disk, plain, random, expected);
            }
            assertThat(Arrays.mismatch(Files.readAllBytes(directory.resolve("file")), expected))
                    .as("first wrong byte in round %d", round)
                    .isEqualTo(-1);
        }
    }

    @Test
    void aFileOfWholeBlocksHasWhatWasWrittenAndNothingOfBefore() throws IOException {
        Path path = directory.resolve("file");
        Files.write(path, new byte[] {1, 2, 3});
        byte[] expected = new byte[3 << 20];
        new Random(1).nextBytes(expected);
        try (DiskFile file = new NioDisk(directory).open("file", OpenMode.BLOCKS)) {
            assertThat(file.size()).isZero();
            PacedFile paced = new PacedFile(file, 0);
            for (int at = 0; at < expected.length; at += 3 * Disk.BLOCK_BYTES) {
                paced.append(expected, at, Math.min(3 * Disk.BLOCK_BYTES, expected.length - at));
            }
            paced.force();
            assertThat(paced.position()).isEqualTo(expected.length);
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(expected);
    }

    @Test
    void whereThePageCacheCannotBePassedBlocksAreWrittenAllTheSame() throws IOException {
        // A device without blocks.
        Files.createSymbolicLink(directory.resolve("device"), Path.of("/dev/null"));
        try (DiskFile file = new NioDisk(directory).open("device", OpenMode.BLOCKS)) {
            file.write(new byte[Disk.BLOCK_BYTES], 0, Disk.BLOCK_BYTES, 0);
        }
    }

    /** What is written apart from the log is forced in pieces, of which a sync of the log waits for one at most. */
    @Test
    void muchIsForcedPieceByPiece() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        PacedFile paced = new PacedFile(disk.open("file", OpenMode.WRITE), 0);
        byte[] bytes = new byte[1024];
        for (int i = 0; i < 2000; i++) {
            paced.append(bytes, 0, bytes.length);
            assertThat(disk.unforcedBytes("file")).isLessThan(256 << 10);
        }
    }

    @Test
    void aLargeFileIsDeleted() throws IOException {
        NioDisk disk = new NioDisk(directory);
        Files.write(directory.resolve("file"), new byte[(5 << 20) + 1]);
        disk.delete("file");
        assertThat(disk.list()).isEmpty();
        assertThatThrownBy(() -> disk.delete("file")).isInstanceOf(NoSuchFileException.class);
    }

    private enum UnknownOption implements OpenOption {
        DSYNC
    }

    /** A device takes writes and cannot be synced: there one sees who tries to. */
    @Test
    void whereTheFileSystemKnowsNoDsyncEveryWriteIsForced() throws IOException {
        Path device = Files.createSymbolicLink(directory.resolve("device"), Path.of("/dev/null"));
        NioDisk disk = new NioDisk(directory, UnknownOption.DSYNC);
        byte[] bytes = {1, 2, 3};
        try (DiskFile plain = disk.open("device", OpenMode.WRITE);
                DiskFile forced = disk.open("device", OpenMode.WRITE_DSYNC)) {
            plain.write(bytes, 0, bytes.length, 0);
            assertThatThrownBy(plain::force).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> forced.write(bytes, 0, bytes.length, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("device");
        }
        Files.delete(device);
        try (DiskFile forced = disk.open("file", OpenMode.WRITE_DSYNC)) {
            forced.write(bytes, 0, bytes.length, 0);
            assertThat(Files.readAllBytes(directory.resolve("file"))).isEqualTo(bytes);
        }
    }

    /** From front to end, in mode LOG or plainly, and the file is opened anew now and then. */
    private static void fill(NioDisk disk, DiskFile plain, Random random, byte[] expected) throws IOException {
        DiskFile log = disk.open("file", OpenMode.LOG);
        int at = 0;
        for (int i = 0; i < 50; i++) {
            int length = 1 + random.nextInt(i % 10 == 0 ? 1 << 20 : i % 3 == 0 ? 10_000 : 300);
            if (at + length > expected.length) {
                break;
            }
            byte[] piece = new byte[length + 7];
            random.nextBytes(piece);
            System.arraycopy(piece, 7, expected, at, length);
            if (random.nextInt(4) == 0) {
                plain.write(piece, 7, length, at);
                plain.force();
            } else {
                log.write(piece, 7, length, at);
            }
            at += length;
            if (random.nextInt(10) == 0) {
                log.close();
                log = disk.open("file", OpenMode.LOG);
            }
        }
        log.close();
    }
}
