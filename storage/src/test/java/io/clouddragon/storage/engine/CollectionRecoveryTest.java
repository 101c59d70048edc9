package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What random changes meet too seldom: collections around a snapshot, and large ones in transactions that fail. */
class CollectionRecoveryTest {
    private static final Bytes LIST = Bytes.of("list");
    private static final Bytes HASH = Bytes.of("hash");
    private static final int FIELDS = 1000;
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
        test.transact(tx -> tx.lock(test.db("0"), LIST, LEASE_MILLIS, Bytes.of("last in the snapshot")));
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
}
