package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What random changes meet too seldom: a collection that changes just before and after a snapshot. */
class CollectionRecoveryTest {
    private static final Bytes LIST = Bytes.of("list");
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
}
