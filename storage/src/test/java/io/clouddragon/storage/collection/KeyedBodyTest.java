package io.clouddragon.storage.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large hashes and sorted sets against a {@link HashMap}; what a failed transaction takes back; readers in between. */
class KeyedBodyTest {
    private static final int OPERATIONS = 100_000;
    private static final int NAMES = 3_000;

    private final Map<String, byte[]> model = new HashMap<>();

    @ParameterizedTest(name = "sorted: {0}")
    @ValueSource(booleans = {false, true})
    void isTheSameAsAMapAfterRandomChangesAndUndos(boolean sorted) {
        SplittableRandom random = random("changes, sorted: " + sorted);
        KeyedBody body = new KeyedBody(1, sorted);
        for (int i = 0; i < OPERATIONS; ) {
            Map<String, byte[]> before = new HashMap<>();
            Steps steps = new Steps();
            boolean takenBack = random.nextInt(3) == 0;
            for (int n = random.nextInt(40); n >= 0; n--, i++) {
                String name = "n" + random.nextInt(NAMES);
                before.putIfAbsent(name, model.getOrDefault(name, new byte[0]));
                change(body, name, random, sorted, steps);
            }
            if (takenBack) {
                steps.undoAll();
                before.forEach((name, element) -> {
                    if (element.length == 0) {
                        model.remove(name);
                    } else {
                        model.put(name, element);
                    }
                });
            }
            if (i % 50 == 0) {
                compare(body, sorted);
            }
        }
        compare(body, sorted);
        compare(body.copy(), sorted);
    }

    private void change(KeyedBody body, String name, SplittableRandom random, boolean sorted, Undo undo) {
        if (random.nextInt(5) < 2) {
            assertThat(body.remove(Bytes.of(name), undo)).isEqualTo(model.remove(name) != null);
            return;
        }
        byte[] element = sorted
                ? Elements.scored(name, random.nextInt(100))
                : Elements.pair(name, "v".repeat(random.nextInt(20)) + random.nextInt(100));
        assertThat(body.put(element, undo)).isEqualTo(model.put(name, element) == null);
    }

    private void compare(KeyedBody body, boolean sorted) {
        assertThat(body.size()).isEqualTo(model.size());
        model.forEach((name, element) -> assertThat(body.find(Bytes.of(name))).isEqualTo(element));
        List<byte[]> walked = new ArrayList<>();
        KeyedCursor cursor = new KeyedCursor();
        cursor.rewind(body);
        for (byte[] element = cursor.next(); element != null; element = cursor.next()) {
            walked.add(element);
        }
        assertThat(walked).hasSize(model.size());
        assertThat(walked.stream().map(Elements::name)).doesNotHaveDuplicates();
        if (sorted) {
            assertThat(walked.stream().map(Elements::score)).isSorted();
        }
        long elements = walked.stream().mapToLong(element -> element.length).sum();
        assertThat(body.memoryBytes()).isGreaterThan(elements);
    }

    /** Memory is counted by differences: it comes back to where it was. */
    @ParameterizedTest(name = "sorted: {0}")
    @ValueSource(booleans = {false, true})
    void anEmptiedBodyCountsNoMoreThanANewOne(boolean sorted) {
        KeyedBody body = new KeyedBody(1, sorted);
        long empty = body.memoryBytes();
        for (int i = 0; i < NAMES; i++) {
            body.put(Elements.scored("n" + i, i), Undo.NONE);
        }
        for (int i = 0; i < NAMES; i++) {
            body.remove(Bytes.of("n" + i), Undo.NONE);
        }
        assertThat(body.memoryBytes()).isEqualTo(empty);
    }

    /** What is there from the begin to the end of a reading is read, as it was at some moment of it; nothing else is. */
    @ParameterizedTest(name = "sorted: {0}")
    @ValueSource(booleans = {false, true})
    void aReaderMissesNothingThatStays(boolean sorted) {
        SplittableRandom random = random("reader, sorted: " + sorted);
        KeyedBody body = new KeyedBody(1, sorted);
        Map<String, Set<String>> had = new HashMap<>(); // payloads of each name since the reader was made
        for (int i = 0; i < NAMES; i++) {
            change(body, "n" + i, random, sorted, Undo.NONE);
        }
        Set<String> stayed = new HashSet<>(model.keySet());
        model.forEach((name, element) -> had.put(name, new HashSet<>(Set.of(Elements.payload(element)))));
        Map<String, String> read = new HashMap<>();
        BodyReader reader = body.reader();
        boolean more = true;
        while (more) {
            more = reader.read(
                    (element, position) -> read.put(Elements.name(element.copy()), Elements.payload(element.copy())));
            for (int i = random.nextInt(20); i > 0; i--) {
                String name = "n" + random.nextInt(NAMES + 500);
                change(body, name, random, sorted, Undo.NONE);
                if (model.containsKey(name)) {
                    had.computeIfAbsent(name, unused -> new HashSet<>()).add(Elements.payload(model.get(name)));
                } else {
                    stayed.remove(name);
                }
            }
        }
        read.forEach((name, payload) -> assertThat(had.get(name)).contains(payload));
        if (sorted) {
            // A member whose score changes may move from before the reader to behind it.
            stayed.removeIf(name -> had.get(name).size() > 1);
        }
        assertThat(stayed).isNotEmpty();
        assertThat(read.keySet()).containsAll(stayed);
    }

    private static SplittableRandom random(String what) {
        return Seeded.random("KeyedBodyTest, " + what);
    }
}
