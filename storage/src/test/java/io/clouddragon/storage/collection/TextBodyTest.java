package io.clouddragon.storage.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A string that is edited in place against an array that is made anew each time. */
class TextBodyTest {
    private static final int OPERATIONS = 20_000;
    private static final int LONGEST = 20_000;

    @Test
    void isTheSameAsAnArrayAfterRandomEditsAndUndos() {
        SplittableRandom random = Seeded.random("TextBodyTest");
        byte[] model = new byte[0];
        TextBody body = new TextBody(new Bytes());
        for (int i = 0; i < OPERATIONS; i++) {
            byte[] before = model;
            Steps steps = new Steps();
            for (int n = random.nextInt(4); n >= 0; n--) {
                byte[] part = new byte[random.nextInt(200)];
                random.nextBytes(part);
                int at = random.nextInt(2) == 0
                        ? Math.min(model.length, LONGEST)
                        : random.nextInt(Math.min(model.length + 50, LONGEST));
                body.splice(at, new Bytes(part), steps);
                model = Arrays.copyOf(model, Math.max(model.length, at + part.length));
                System.arraycopy(part, 0, model, at, part.length);
            }
            if (random.nextInt(2) == 0) {
                steps.undoAll();
                model = before;
            }
            assertThat(body.size()).isEqualTo(model.length);
            assertThat(body.value(new Bytes()).equals(new Bytes(model))).isTrue();
        }
        assertThat(body.copy().value(new Bytes()).copy()).isEqualTo(model);
        byte[] read = new byte[model.length];
        body.forEach((part, position) -> part.copyTo(read, (int) position));
        assertThat(read).isEqualTo(model);
    }

    @Test
    void growsByAppendingWithoutACopyEachTime() {
        TextBody body = new TextBody(new Bytes());
        Bytes part = Bytes.of("0123456789");
        int grown = 0;
        for (int i = 0; i < 100_000; i++) {
            long before = body.memoryBytes();
            body.splice((int) body.size(), part, Undo.NONE);
            grown += body.memoryBytes() > before ? 1 : 0;
        }
        assertThat(grown).as("times that it was copied").isLessThan(40);
        assertThat(body.size()).isEqualTo(1_000_000);
    }
}
