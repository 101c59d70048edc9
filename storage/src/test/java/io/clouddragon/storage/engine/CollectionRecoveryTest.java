package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.Entry;
import io.clouddragon.storage.keyspace.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What random changes meet too seldom: collections around a snapshot, and large ones in transactions that fail. */
class CollectionRecoveryTest {
    private static final Bytes LIST = Bytes.of("list");
    private static final Bytes HASH = Bytes.of("hash");
    private static final int FIELDS = 1000;
    private static final int LONG_BYTES = 100 << 10;
    private static final long LEASE_MILLIS = 60_000;

    @TempDir
    private Path directory;

    private TestEngine test;

    @BeforeEach
    void open() throws Exception {
        test = new TestEngine(directory);
    }

    private void append(String element) {
        test.transact(tx -> tx.lists().append(test.db("0"), LIST, Bytes.of(element)));
    }

    /** The record before may not be replayed: the snapshot stands for it. */
    @Test
    void aRecordNamesItsKeyWhateverTheRecordBeforeWasAbout() throws Exception {
        append("a");
        append("b");
        test.transact(tx -> tx.locks().acquire(test.db("0"), LIST, LEASE_MILLIS, Bytes.of("last in the snapshot")));
        append("c");
        Snapshotter snapshot = test.beginSnapshot();
        while (snapshot.step()) {
            test.engine().log().flush();
        }
        append("d");
        test.finish(snapshot);
        TreeMap<String, String> before = test.contents();
        test.killAndOpen();
        assertThat(test.contents()).isEqualTo(before);
    }

    /** The snapshot's writer holds them where they lie; nothing that is changed meanwhile may reach it. */
    @Test
    void longValuesThatAreChangedWhileASnapshotIsWritten() throws Exception {
        test.transact(tx -> {
            tx.put(test.db("0"), Bytes.of("text"), Kind.RAW, longValue("text"), Entry.NO_DEADLINE);
            tx.put(test.db("0"), Bytes.of("string"), Kind.RAW, longValue("string"), Entry.NO_DEADLINE);
        });
        for (int round = 0; round < 3; round++) {
            changeLongValues("before " + round);
        }
        Snapshotter snapshot = test.beginSnapshot();
        for (int step = 0; snapshot.step(); step++) {
            if (step % 20 == 0) {
                changeLongValues("during " + step);
            }
        }
        test.finish(snapshot);
        TreeMap<String, String> before = test.contents();
        test.killAndOpen();
        assertThat(test.contents()).isEqualTo(before);
    }

    /** The log says only that it moved: the snapshot has to write it where it is now, or where it was. */
    @Test
    void aLargeValueThatMovesAtAnyMomentOfASnapshot() throws Exception {
        boolean moving = true;
        for (int before = 0; moving; before++) {
            TestEngine engine = new TestEngine(directory.resolve("after " + before + " steps"));
            engine.transact(tx -> {
                tx.put(engine.db("0"), Bytes.of("small"), Kind.RAW, LIST, Entry.NO_DEADLINE);
                for (int i = 0; i < FIELDS; i++) {
                    tx.keyed().putField(engine.db("1"), HASH, Bytes.of("field " + i), Bytes.of("value"));
                }
            });
            Snapshotter snapshot = engine.beginSnapshot();
            for (int step = 0; moving && step < before; step++) {
                moving = snapshot.step();
            }
            engine.transact(tx -> assertThat(tx.transfer().move(engine.db("1"), HASH, engine.db("0"), HASH))
                    .isTrue());
            engine.finish(snapshot);
            TreeMap<String, String> contents = engine.contents();
            engine.killAndOpen();
            assertThat(engine.contents()).as(before + " steps").isEqualTo(contents);
        }
    }

    private static Bytes longValue(String text) {
        return Bytes.of(text.repeat(LONG_BYTES / text.length()));
    }

    private void changeLongValues(String text) {
        Bytes value = longValue(text);
        test.transact(tx -> {
            tx.put(test.db("0"), Bytes.of("string"), Kind.RAW, value, Entry.NO_DEADLINE);
            tx.splice(test.db("0"), Bytes.of("text"), text.length(), value);
            tx.keyed().putField(test.db("0"), HASH, Bytes.of("field"), value);
            tx.keyed().putField(test.db("0"), HASH, value, value);
            tx.lists().append(test.db("0"), LIST, value);
            tx.lists().set(test.db("0"), LIST, 0, value);
        });
    }

    @Test
    void whatAFailedTransactionHasRemovedFromALargeHashIsThereAgain() {
        test.transact(tx -> {
            for (int i = 0; i < FIELDS; i++) {
                tx.keyed().putField(test.db("0"), HASH, Bytes.of("field " + i), Bytes.of("value"));
            }
        });
        TreeMap<String, String> before = test.contents();
        test.transact(tx -> {
            assertThat(tx.keyed().remove(test.db("0"), HASH, Bytes.of("field 7")))
                    .isTrue();
            tx.abort();
        });
        assertThat(test.contents()).isEqualTo(before);
    }

    /** An item is loaded as a whole: the elements that one read finds, together, may be more than there is memory. */
    @Test
    void largeNeighboursInASortedSetComeInSeveralItems() throws Exception {
        int members = 40;
        test.transact(tx -> {
            for (int i = 0; i < members; i++) {
                tx.keyed().putScore(test.db("0"), LIST, longValue("member " + i), i);
            }
        });
        Snapshotter snapshot = test.beginSnapshot();
        TreeMap<String, String> before = test.contents();
        test.finish(snapshot);
        assertThat(largestBlock()).isLessThan(512 << 10);
        test.killAndOpen();
        assertThat(test.contents()).isEqualTo(before);
    }

    /** Bytes, see {@code SnapshotFormat}. */
    private int largestBlock() throws IOException {
        int largest = 0;
        try (Stream<Path> files = Files.list(directory)) {
            Path file = files.filter(path -> path.getFileName().toString().startsWith("snapshot-"))
                    .findAny()
                    .orElseThrow();
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int at = 32;
            for (int length = bytes.getInt(at); length > 0; length = bytes.getInt(at)) {
                largest = Math.max(largest, length);
                at += 16 + length;
            }
        }
        return largest;
    }
}
