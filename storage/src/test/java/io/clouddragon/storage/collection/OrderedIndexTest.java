package io.clouddragon.storage.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of a sorted set against a {@link TreeSet}, and the invariants of its tree. */
class OrderedIndexTest {
    private static final Comparator<byte[]> ORDER = Comparator.<byte[]>comparingDouble(Elements::score)
            .thenComparing((a, b) -> Element.name(a, 0, new Bytes()).compareTo(Element.name(b, 0, new Bytes())));

    private static final int OPERATIONS = 100_000;

    private final OrderedIndex index = new OrderedIndex();
    private final TreeSet<byte[]> model = new TreeSet<>(ORDER);
    private final OrderedIndex.Cursor cursor = new OrderedIndex.Cursor();

    @ParameterizedTest(name = "{0} members")
    @ValueSource(ints = {50, 2_000, 40_000})
    void isTheSameAsATreeSetAfterRandomChanges(int members) {
        SplittableRandom random = Seeded.random("OrderedIndexTest, " + members + " members");
        for (int i = 0; i < OPERATIONS; i++) {
            // Tides, so that the tree grows and shrinks through all its heights.
            boolean rising = i / (2 * members) % 2 == 0;
            byte[] element = Elements.scored("m" + random.nextInt(members), random.nextInt(8) - 4);
            if (random.nextInt(4) == 0 ? !rising : rising) {
                insert(element);
            } else {
                byte[] victim = model.ceiling(element);
                remove(victim == null ? element : victim);
            }
            if (i % 97 == 0) {
                compareAt(element);
            }
            if (i % 4_001 == 0) {
                compareAll();
            }
        }
        compareAll();
        for (byte[] element : new ArrayList<>(model)) {
            remove(element);
        }
        compareAll();
    }

    @Test
    void growsInOrderAndShrinksFromEitherEnd() {
        List<byte[]> ascending = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            ascending.add(Elements.scored("m", i));
        }
        ascending.forEach(this::insert);
        compareAll();
        assertThat(index.memoryBytes()).as("filled tightly").isLessThan(20_000 * 10);
        ascending.subList(0, 9_000).forEach(this::remove);
        compareAll();
        for (int i = ascending.size() - 1; i >= 9_000; i--) {
            remove(ascending.get(i));
            if (i % 997 == 0) {
                compareAll();
            }
        }
        compareAll();
    }

    @Test
    void theElementThatMadeTheTreeHigherCanGoAtOnce() {
        for (int i = 0; i < 10_000; i++) {
            byte[] last = Elements.scored("m", i);
            insert(last);
            remove(last);
            checkTree();
            insert(last);
        }
        compareAll();
    }

    private void insert(byte[] element) {
        if (model.add(element)) {
            index.insert(element);
        }
    }

    private void remove(byte[] element) {
        if (model.remove(element)) {
            index.remove(element);
        }
    }

    /** Places before and behind an element, by score and by rank, with what lies on both sides. */
    private void compareAt(byte[] element) {
        double score = Elements.score(element);
        Bytes name = Element.name(element, 0, new Bytes());
        int before = model.headSet(element, false).size();
        SortedBound bound = new SortedBound();
        assertThat(index.position(bound.element(score, name))).isEqualTo(before);
        assertThat(index.position(bound.score(score, false)))
                .isEqualTo(model.headSet(Elements.scored("", score), false).size());
        assertThat(index.position(bound.score(score, true)))
                .isEqualTo(model.headSet(Elements.scored("", score + 1), false).size());
        cursor.seek(index, before);
        assertThat(cursor.next()).isSameAs(model.ceiling(element));
        cursor.seek(index, before);
        assertThat(cursor.previous()).isSameAs(model.lower(element));
    }

    private void compareAll() {
        assertThat(index.size()).isEqualTo(model.size());
        cursor.seek(index, 0);
        for (byte[] expected : model) {
            assertThat(cursor.next()).isSameAs(expected);
        }
        assertThat(cursor.next()).isNull();
        for (byte[] expected : model.descendingSet()) {
            assertThat(cursor.previous()).isSameAs(expected);
        }
        assertThat(cursor.previous()).isNull();
        checkTree();
    }

    // ---- invariants

    private void checkTree() {
        List<OrderedIndex.Leaf> leaves = new ArrayList<>();
        check(index.root, leaves, index.size() == 0);
        for (int i = 0; i < leaves.size(); i++) {
            assertThat(leaves.get(i).previous).isSameAs(i == 0 ? null : leaves.get(i - 1));
            assertThat(leaves.get(i).next).isSameAs(i == leaves.size() - 1 ? null : leaves.get(i + 1));
        }
    }

    /** Checks a subtree; returns its height. */
    private static int check(OrderedIndex.Node node, List<OrderedIndex.Leaf> leaves, boolean mayBeEmpty) {
        assertThat(node.used).isGreaterThanOrEqualTo(mayBeEmpty ? 0 : 1);
        if (node instanceof OrderedIndex.Leaf leaf) {
            leaves.add(leaf);
            for (int i = leaf.used; i < leaf.elements.length; i++) {
                assertThat(leaf.elements[i]).as("behind the last").isNull();
            }
            return 0;
        }
        OrderedIndex.Inner inner = (OrderedIndex.Inner) node;
        assertThat(inner.used).as("children").isGreaterThan(1);
        int height = -1;
        for (int i = 0; i < inner.used; i++) {
            int firstLeaf = leaves.size();
            int below = check(inner.children[i], leaves, false);
            assertThat(height).isIn(-1, below);
            height = below;
            assertThat(inner.sizes[i]).isEqualTo(inner.children[i].size());
            if (i > 0) {
                OrderedIndex.Leaf before = leaves.get(firstLeaf - 1);
                OrderedIndex.Leaf first = leaves.get(firstLeaf);
                assertThat(ORDER.compare(before.elements[before.used - 1], inner.least[i]))
                        .isNegative();
                assertThat(ORDER.compare(inner.least[i], first.elements[0])).isNotPositive();
            }
        }
        return height + 1;
    }
}
