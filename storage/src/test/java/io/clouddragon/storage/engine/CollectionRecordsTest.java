package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of elements in the log: what each record must say by itself. */
class CollectionRecordsTest {
    private static final Bytes KEY = Bytes.of("key");

    @TempDir
    Path directory;

    private TestEngine engine;

    @BeforeEach
    void open() throws Exception {
        engine = new TestEngine(directory);
    }

    @Test
    void theFirstRecordBehindASnapshotNamesItsKeyThoughTheLastOneBeforeChangedTheSame() throws Exception {
        add("a");
        add("b");
        engine.finish(engine.beginSnapshot());
        add("c");
        add("d");
        var expected = engine.contents();
        engine.killAndOpen();
        assertThat(engine.contents()).isEqualTo(expected);
        assertThat(expected.toString()).contains("d");
    }

    private void add(String member) {
        engine.transact(tx -> tx.keyed().addMember(engine.db("0"), KEY, Bytes.of(member)));
    }
}
