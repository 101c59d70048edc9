package io.clouddragon.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.log.LogFailedException;
import io.clouddragon.storage.memory.StateLostException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that runs out: a transaction is taken back, or, where that is impossible, is the last one. */
class StateLostTest {
    private static final Bytes KEY = Bytes.of("k");
    private static final Bytes OTHER = Bytes.of("other");

    @TempDir
    Path directory;

    private TestEngine test;

    @BeforeEach
    void open() throws Exception {
        test = new TestEngine(directory);
        test.transact(tx -> tx.add(test.db("0"), KEY, 7));
    }

    private static OutOfMemoryError full() {
        return new OutOfMemoryError("full");
    }

    private long number() {
        long[] number = new long[1];
        test.engine().transact(tx -> {
            tx.add(test.db("0"), KEY, 0);
            number[0] = tx.number();
            tx.abort();
        });
        return number[0];
    }

    @Test
    void whatFailsBetweenChangesIsTakenBack() {
        assertThatThrownBy(() -> test.transact(tx -> {
                    for (int i = 0; i < 5000; i++) {
                        tx.add(test.db("0"), KEY, 1);
                    }
                    throw full();
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(number()).isEqualTo(7);
        assertThat(test.transact(tx -> tx.add(test.db("0"), OTHER, 1))).isEqualTo(2);
    }

    @Test
    void afterAChangeThatCouldNotBeFinishedNothingIsDoneAnyMore() throws Exception {
        assertIsTheLast(tx -> {
            tx.add(test.db("0"), KEY, 1);
            throw new StateLostException(full());
        });
    }

    @Test
    void afterAChangeThatCouldNotBeTakenBackNothingIsDoneAnyMore() throws Exception {
        assertIsTheLast(tx -> {
            tx.add(test.db("0"), KEY, 1);
            tx.onRollback(() -> {
                throw full();
            });
            throw new IllegalStateException("wrong");
        });
    }

    private void assertIsTheLast(Operation operation) throws Exception {
        assertThatThrownBy(() -> test.transact(operation))
                .isInstanceOf(LogFailedException.class)
                .hasMessageContaining("neither finished nor taken back");
        assertThatThrownBy(this::number).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(() -> test.engine().log().flush()).isInstanceOf(LogFailedException.class);

        test.killAndOpen();
        assertThat(number()).isEqualTo(7);
        assertThat(test.engine().revision()).isEqualTo(1);
    }
}
