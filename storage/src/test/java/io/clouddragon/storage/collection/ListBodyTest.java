package io.clouddragon.storage.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large lists against an {@link ArrayList}: changes at both ends and inside, undo, and readers while they change. */
class ListBodyTest {
    private static final int ROUNDS = 6_000;

    private final ListBody body = new ListBody();
    private final List<String> model = new ArrayList<>();
    private final Bytes scratch = new Bytes();

    @ParameterizedTest(name = "about {0} elements")
    @ValueSource(ints = {5, 200, 5_000})
    void isTheSameAsAnArrayListAfterRandomChangesAndUndos(int about) {
        SplittableRandom random = Seeded.random("ListBodyTest, about " + about);
        for (int i = 0; i < ROUNDS; i++) {
            List<String> before = List.copyOf(model);
            long bytesBefore = body.memoryBytes();
            Steps steps = new Steps();
            for (int n = random.nextInt(6); n >= 0; n--) {
                change(random, about, steps);
            }
            if (random.nextInt(3) == 0) {
                steps.undoAll();
                model.clear();
                model.addAll(before);
                assertThat(body.memoryBytes()).isGreaterThan(0);
            }
            if (i % 20 == 0) {
                compare();
            }
            assertThat(bytesBefore).isGreaterThan(0);
        }
        compare();
        assertThat(contents(body.copy())).isEqualTo(model);
    }

    private void change(SplittableRandom random, int about, Undo undo) {
        boolean grow =
                model.isEmpty() || model.size() < about / 2 || model.size() < 2 * about && random.nextInt(2) == 0;
        if (grow) {
            int index = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> random.nextInt(model.size() + 1);
                default -> model.size();
            };
            String element = element(random);
            body.insert(index, Bytes.of(element), undo);
            model.add(index, element);
        } else if (random.nextInt(3) == 0) {
            int index = random.nextInt(model.size());
            String element = element(random);
            body.set(index, Bytes.of(element), undo);
            model.set(index, element);
        } else {
            int most = random.nextInt(10) == 0 ? model.size() : Math.min(model.size(), 30);
            int length = 1 + random.nextInt(most);
            int index = random.nextInt(3) == 0 ? 0 : random.nextInt(model.size() - length + 1);
            index = random.nextInt(3) == 0 ? model.size() - length : index;
            body.cut(index, length, undo);
            model.subList(index, index + length).clear();
        }
    }

    /** Mostly short; now and then longer than a chunk. */
    private static String element(SplittableRandom random) {
        int length = random.nextInt(50) == 0 ? random.nextInt(5_000) : random.nextInt(12);
        return Integer.toString(random.nextInt(1_000)) + "x".repeat(length);
    }

    private void compare() {
        assertThat(body.size()).isEqualTo(model.size());
        assertThat(contents(body)).isEqualTo(model);
        ListBody.Cursor cursor = new ListBody.Cursor();
        for (int at = 0; at <= model.size(); at += 1 + model.size() / 7) {
            cursor.seek(body, at);
            assertThat(cursor.next(scratch) ? scratch.toString() : null)
                    .isEqualTo(at < model.size() ? model.get(at) : null);
            cursor.seek(body, at);
            assertThat(cursor.previous(scratch) ? scratch.toString() : null)
                    .isEqualTo(at > 0 ? model.get(at - 1) : null);
            if (at < model.size()) {
                assertThat(body.get(at, scratch).toString()).isEqualTo(model.get(at));
            }
        }
        cursor.seek(body, model.size());
        for (int i = model.size() - 1; i >= 0; i--) {
            assertThat(cursor.previous(scratch)).isTrue();
            assertThat(scratch.toString()).isEqualTo(model.get(i));
        }
        assertThat(cursor.previous(scratch)).isFalse();
    }

    private static List<String> contents(ListBody list) {
        List<String> contents = new ArrayList<>();
        list.forEach((element, position) -> contents.add(element.toString()));
        return contents;
    }

    @Test
    void aReaderSeesTheListAsItWas() {
        SplittableRandom random = Seeded.random("ListBodyTest, readers");
        for (int i = 0; i < 2_000; i++) {
            change(random, 2_000, Undo.NONE);
        }
        for (int round = 0; round < 50; round++) {
            List<String> expected = List.copyOf(model);
            List<String> read = new ArrayList<>();
            BodyReader reader = body.reader();
            boolean more = true;
            while (more) {
                more = reader.read((element, position) -> read.add(element.toString()));
                Steps steps = new Steps();
                List<String> before = List.copyOf(model);
                for (int n = random.nextInt(8); n > 0; n--) {
                    change(random, 2_000, steps);
                }
                if (random.nextInt(4) == 0) {
                    steps.undoAll();
                    model.clear();
                    model.addAll(before);
                }
            }
            assertThat(read).isEqualTo(expected);
            assertThat(contents(body)).isEqualTo(model);
        }
    }

    @Test
    void endsAreCheapAndMemoryComesBack() {
        for (int i = 0; i < 100_000; i++) {
            body.insert(i % 2 == 0 ? 0 : body.size(), Bytes.of("element " + i), Undo.NONE);
        }
        long full = body.memoryBytes();
        assertThat(full / 100_000).as("bytes an element").isBetween(14L, 24L);
        body.cut(10, body.size() - 20, Undo.NONE);
        assertThat(body.size()).isEqualTo(20);
        assertThat(body.memoryBytes()).as("the chunks are gone").isLessThan(full / 10);
    }
}
