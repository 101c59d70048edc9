package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.memory.HeapSize;
import java.util.Arrays;

/**
 * The order of a large sorted set: a B+ tree of references to its elements in which every inner node knows how many
 * elements are below each child, so that ranks are found as quickly as scores.
 *
 * <p>Leaves are linked to their neighbours; a {@link Cursor} walks along them. A full node splits in two, except at the
 * right end, where the left one stays full: elements that come in order fill it tightly. A node that falls below a quarter
 * is merged with a neighbour when both fit into three quarters, else the two share what they have.
 *
 * <p>Invariants: no node is empty but a root without elements; all leaves are equally deep; an inner node's separator
 * {@code least[i]} (i ≥ 1) is greater than all elements of the children before and not greater than those of child i. It
 * may be an element that has been removed. Engine thread only.
 */
final class OrderedIndex {
    private static final int CAPACITY = 64;
    private static final int MERGE_BELOW = CAPACITY / 4;
    private static final int MERGED_AT_MOST = CAPACITY * 3 / 4;

    private static final long LEAF_BYTES =
            HeapSize.object(3 * HeapSize.REFERENCE + Integer.BYTES) + HeapSize.array(CAPACITY, HeapSize.REFERENCE);
    private static final long INNER_BYTES = HeapSize.object(3 * HeapSize.REFERENCE + Integer.BYTES)
            + 2 * HeapSize.array(CAPACITY, HeapSize.REFERENCE)
            + HeapSize.array(CAPACITY, Integer.BYTES);

    abstract static class Node {
        int used;

        /** Elements below. */
        abstract int size();

        /** Moves the first {@code moved} of the right neighbour to the end of this one. */
        abstract void takeFirst(Node right, int moved);

        /** Moves the last {@code moved} of the left neighbour to the front of this one. */
        abstract void takeLast(Node left, int moved);
    }

    static final class Leaf extends Node {
        final byte[][] elements = new byte[CAPACITY][];
        Leaf previous;
        Leaf next;

        @Override
        int size() {
            return used;
        }

        @Override
        void takeFirst(Node right, int moved) {
            Leaf from = (Leaf) right;
            System.arraycopy(from.elements, 0, elements, used, moved);
            used += moved;
            from.used -= moved;
            System.arraycopy(from.elements, moved, from.elements, 0, from.used);
            Arrays.fill(from.elements, from.used, from.used + moved, null);
        }

        @Override
        void takeLast(Node left, int moved) {
            Leaf from = (Leaf) left;
            System.arraycopy(elements, 0, elements, moved, used);
            from.used -= moved;
            System.arraycopy(from.elements, from.used, elements, 0, moved);
            used += moved;
            Arrays.fill(from.elements, from.used, from.used + moved, null);
        }
    }

    static final class Inner extends Node {
        final Node[] children = new Node[CAPACITY];
        final int[] sizes = new int[CAPACITY];
        /** The separators; the first says nothing. */
        final byte[][] least = new byte[CAPACITY][];

        @Override
        int size() {
            int sum = 0;
            for (int i = 0; i < used; i++) {
                sum += sizes[i];
            }
            return sum;
        }

        @Override
        void takeFirst(Node right, int moved) {
            Inner from = (Inner) right;
            copy(from, 0, this, used, moved);
            used += moved;
            from.used -= moved;
            copy(from, moved, from, 0, from.used);
            from.forget(from.used, moved);
        }

        @Override
        void takeLast(Node left, int moved) {
            Inner from = (Inner) left;
            copy(this, 0, this, moved, used);
            from.used -= moved;
            copy(from, from.used, this, 0, moved);
            used += moved;
            from.forget(from.used, moved);
        }

        void insert(int at, Node child, byte[] separator) {
            copy(this, at, this, at + 1, used - at);
            children[at] = child;
            sizes[at] = child.size();
            least[at] = separator;
            used++;
        }

        void remove(int at) {
            copy(this, at + 1, this, at, used - at - 1);
            forget(--used, 1);
        }

        private static void copy(Inner from, int first, Inner to, int at, int count) {
            System.arraycopy(from.children, first, to.children, at, count);
            System.arraycopy(from.sizes, first, to.sizes, at, count);
            System.arraycopy(from.least, first, to.least, at, count);
        }

        private void forget(int from, int count) {
            Arrays.fill(children, from, from + count, null);
            Arrays.fill(least, from, from + count, null);
        }
    }

    /** A place in front of an element; walks in both directions. Valid until the next change of the index. */
    static final class Cursor {
        private Leaf leaf;
        private int at;

        /** Goes to the element of this rank, from 0; beyond the last, to the end. */
        void seek(OrderedIndex index, long rank) {
            Node node = index.root;
            int rest = (int) Math.min(rank, index.size);
            while (node instanceof Inner inner) {
                int child = 0;
                while (child < inner.used - 1 && rest >= inner.sizes[child]) {
                    rest -= inner.sizes[child++];
                }
                node = inner.children[child];
            }
            leaf = (Leaf) node;
            at = rest;
        }

        /** The element behind the cursor, which moves over it; null at the end. */
        byte[] next() {
            if (at == leaf.used) {
                if (leaf.next == null) {
                    return null;
                }
                leaf = leaf.next;
                at = 0;
            }
            return leaf.elements[at++];
        }

        /** The element before the cursor, which moves over it; null at the begin. */
        byte[] previous() {
            if (at == 0) {
                if (leaf.previous == null) {
                    return null;
                }
                leaf = leaf.previous;
                at = leaf.used;
            }
            return leaf.elements[--at];
        }
    }

    private final SortedBound bound = new SortedBound();
    private final Bytes name = new Bytes();
    Node root = new Leaf();
    private int size;
    private int leaves = 1;
    private int inners;
    /** First element of the node that a split has just made. */
    private byte[] splitLeast;
    /** The element that is being inserted or removed; {@link #bound} lies before it. */
    private byte[] sought;

    int size() {
        return size;
    }

    long memoryBytes() {
        return leaves * LEAF_BYTES + inners * INNER_BYTES;
    }

    /** How many elements come before the bound. */
    int position(SortedBound before) {
        int position = 0;
        Node node = root;
        while (node instanceof Inner inner) {
            int child = childBefore(inner, before);
            for (int i = 0; i < child; i++) {
                position += inner.sizes[i];
            }
            node = inner.children[child];
        }
        return position + positionInLeaf((Leaf) node, before);
    }

    /** The last child that can have elements before the bound. */
    private static int childBefore(Inner inner, SortedBound before) {
        int low = 1;
        int high = inner.used;
        while (low < high) {
            int middle = low + high >>> 1;
            if (before.isAfter(inner.least[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private static int positionInLeaf(Leaf leaf, SortedBound before) {
        int low = 0;
        int high = leaf.used;
        while (low < high) {
            int middle = low + high >>> 1;
            if (before.isAfter(leaf.elements[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The child that an element belongs to: the last one whose separator is not greater. */
    private int childOf(Inner inner) {
        int low = 1;
        int high = inner.used;
        while (low < high) {
            int middle = low + high >>> 1;
            // Not greater than the element, that is before it or equal.
            if (bound.isAfter(inner.least[middle]) || isElement(inner.least[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private boolean isElement(byte[] other) {
        return Arrays.equals(other, sought);
    }

    private void seekElement(byte[] element) {
        sought = element;
        bound.element(Element.score(element, element.length), Element.name(element, 0, name));
    }

    /** Adds an element that is not there. */
    void insert(byte[] element) {
        seekElement(element);
        Node right = insert(root, element, true);
        if (right != null) {
            Inner top = new Inner();
            inners++;
            top.insert(0, root, null);
            top.insert(1, right, splitLeast);
            root = top;
        }
        size++;
        sought = null;
    }

    private Node insert(Node node, byte[] element, boolean rightmost) {
        if (node instanceof Leaf leaf) {
            return insertIntoLeaf(leaf, element, rightmost);
        }
        Inner inner = (Inner) node;
        int child = childOf(inner);
        Node right = insert(inner.children[child], element, rightmost && child == inner.used - 1);
        if (right == null) {
            inner.sizes[child]++;
            return null;
        }
        inner.sizes[child] = inner.children[child].size();
        byte[] least = splitLeast;
        if (inner.used < CAPACITY) {
            inner.insert(child + 1, right, least);
            return null;
        }
        Inner sibling = splitInner(inner, rightmost && child == inner.used - 1);
        byte[] siblingLeast = splitLeast;
        if (child + 1 <= inner.used) {
            inner.insert(child + 1, right, least);
        } else {
            sibling.insert(child + 1 - inner.used, right, least);
        }
        splitLeast = siblingLeast;
        return sibling;
    }

    private Leaf insertIntoLeaf(Leaf leaf, byte[] element, boolean rightmost) {
        int at = positionInLeaf(leaf, bound);
        if (leaf.used < CAPACITY) {
            insertAt(leaf, at, element);
            return null;
        }
        Leaf right = new Leaf();
        leaves++;
        right.previous = leaf;
        right.next = leaf.next;
        if (right.next != null) {
            right.next.previous = right;
        }
        leaf.next = right;
        if (!rightmost || at < CAPACITY) {
            right.takeLast(leaf, CAPACITY / 2);
        }
        if (at <= leaf.used && leaf.used < CAPACITY) {
            insertAt(leaf, at, element);
        } else {
            insertAt(right, at - leaf.used, element);
        }
        splitLeast = right.elements[0];
        return right;
    }

    private static void insertAt(Leaf leaf, int at, byte[] element) {
        System.arraycopy(leaf.elements, at, leaf.elements, at + 1, leaf.used - at);
        leaf.elements[at] = element;
        leaf.used++;
    }

    /** Moves the upper half of a full node into a new one (at the right end: just the last child). */
    private Inner splitInner(Inner inner, boolean atEnd) {
        Inner right = new Inner();
        inners++;
        right.takeLast(inner, atEnd ? 1 : CAPACITY / 2);
        splitLeast = right.least[0];
        return right;
    }

    /** Removes an element that is there. */
    void remove(byte[] element) {
        seekElement(element);
        remove(root);
        while (root instanceof Inner inner && inner.used == 1) {
            root = inner.children[0];
            inners--;
        }
        size--;
        sought = null;
    }

    private void remove(Node node) {
        if (node instanceof Leaf leaf) {
            int at = positionInLeaf(leaf, bound);
            if (at == leaf.used || !isElement(leaf.elements[at])) {
                throw new IllegalStateException("an element of a sorted set is not in its order");
            }
            System.arraycopy(leaf.elements, at + 1, leaf.elements, at, leaf.used - at - 1);
            leaf.elements[--leaf.used] = null;
            return;
        }
        Inner inner = (Inner) node;
        int child = childOf(inner);
        remove(inner.children[child]);
        inner.sizes[child]--;
        if (inner.children[child].used < MERGE_BELOW && inner.used > 1) {
            rebalance(inner, child == inner.used - 1 ? child - 1 : child);
        }
    }

    /** Merges two neighbours, or lets them share what they have. */
    private void rebalance(Inner parent, int left) {
        Node first = parent.children[left];
        Node second = parent.children[left + 1];
        if (second instanceof Inner inner) {
            inner.least[0] = parent.least[left + 1];
        }
        int all = first.used + second.used;
        if (all <= MERGED_AT_MOST) {
            first.takeFirst(second, second.used);
            parent.sizes[left] += parent.sizes[left + 1];
            parent.remove(left + 1);
            forget(first, second);
            return;
        }
        int half = all / 2;
        if (first.used < half) {
            first.takeFirst(second, half - first.used);
        } else {
            second.takeLast(first, first.used - half);
        }
        parent.least[left + 1] = second instanceof Leaf leaf ? leaf.elements[0] : ((Inner) second).least[0];
        parent.sizes[left] = first.size();
        parent.sizes[left + 1] = second.size();
    }

    /** The second has been merged into the first. */
    private void forget(Node first, Node second) {
        if (first instanceof Leaf leaf) {
            leaf.next = ((Leaf) second).next;
            if (leaf.next != null) {
                leaf.next.previous = leaf;
            }
            leaves--;
        } else {
            inners--;
        }
    }
}
