package io.clouddragon.storage.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.ByteSink;
import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes of small collections: what is written is read, and what is no such thing is recognised. */
class PackedElementsTest {
    private static final int ROUNDS = 5_000;

    private final PackedElements packed = new PackedElements();
    private final Bytes scratch = new Bytes();

    @Test
    void pairsAreFoundByName() {
        SplittableRandom random = Seeded.random("PackedElementsTest, pairs");
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> elements = new ArrayList<>();
            for (int i = random.nextInt(PackedElements.MAX_COUNT + 1); i > 0; i--) {
                int length = random.nextInt(20) == 0 ? random.nextInt(400) : random.nextInt(6);
                elements.add(Elements.pair("n" + i + "x".repeat(length), "v".repeat(random.nextInt(200))));
            }
            Bytes value = value(elements, random.nextInt(2));
            assertThat(PackedElements.isValid(value, true, false)).isTrue();
            packed.set(value);
            assertThat(packed.count()).isEqualTo(elements.size());
            assertThat(packed.flags()).isEqualTo(value.at(0));
            assertThat(packed.position(elements.size())).isEqualTo(value.offset() + value.length());
            for (int i = 0; i < elements.size(); i++) {
                byte[] element = elements.get(i);
                assertThat(packed.get(i, scratch).copy()).isEqualTo(element);
                assertThat(packed.name(i, scratch).toString()).isEqualTo(Elements.name(element));
                assertThat(packed.payload(i, scratch).toString()).isEqualTo(Elements.payload(element));
                assertThat(packed.indexOf(Bytes.of(Elements.name(element)))).isEqualTo(i);
            }
            assertThat(packed.indexOf(Bytes.of("absent"))).isNegative();
        }
    }

    @Test
    void placesInASortedSet() {
        SplittableRandom random = Seeded.random("PackedElementsTest, places");
        SortedBound bound = new SortedBound();
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> elements = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                elements.add(Elements.scored("n" + i, random.nextInt(5)));
            }
            elements.sort(Comparator.<byte[]>comparingDouble(Elements::score).thenComparing(Elements::name));
            Bytes value = value(elements, 0);
            assertThat(PackedElements.isValid(value, true, true)).isTrue();
            packed.set(value);
            double score = random.nextInt(6) - 0.5 * random.nextInt(2);
            assertThat(packed.position(bound.score(score, false))).isEqualTo((int)
                    elements.stream().filter(e -> Elements.score(e) < score).count());
            assertThat(packed.position(bound.score(score, true))).isEqualTo((int)
                    elements.stream().filter(e -> Elements.score(e) <= score).count());
            for (int i = 0; i < elements.size(); i++) {
                byte[] element = elements.get(i);
                assertThat(packed.score(i)).isEqualTo(Elements.score(element));
                assertThat(packed.position(bound.element(Elements.score(element), Bytes.of(Elements.name(element)))))
                        .isEqualTo(i);
            }
        }
    }

    /** Damaged bytes are found out, or happen to be other elements; they never lead a reader out of the value. */
    @Test
    void damageIsRecognisedOrHarmless() {
        SplittableRandom random = Seeded.random("PackedElementsTest, damage");
        int recognised = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> elements = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                elements.add(Elements.scored("n" + i, i));
            }
            byte[] bytes = value(elements, 0).copy();
            bytes[random.nextInt(1, bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Bytes damaged = new Bytes(bytes).set(bytes, 0, bytes.length - random.nextInt(2));
            boolean scored = random.nextBoolean();
            if (!PackedElements.isValid(damaged, true, scored)) {
                recognised++;
                continue;
            }
            packed.set(damaged);
            for (int i = 0; i < packed.count(); i++) {
                assertThat(packed.end(i)).isLessThanOrEqualTo(damaged.length());
                Bytes name = packed.name(i, scratch);
                assertThat(name.offset() + name.length()).isLessThanOrEqualTo(packed.end(i));
            }
        }
        assertThat(recognised).isGreaterThan(ROUNDS / 4);
        assertThat(PackedElements.isValid(new Bytes(new byte[1]), true, false)).isFalse();
    }

    /** As an entry holds it: somewhere inside an array. */
    private static Bytes value(List<byte[]> elements, int flags) {
        ByteSink sink = new ByteSink(16);
        sink.raw(new byte[7], 0, 7);
        sink.u8(flags);
        sink.u8(elements.size());
        elements.forEach(element -> sink.bytes(element, 0, element.length));
        return new Bytes().set(sink.array(), 7, sink.size() - 7);
    }
}
