package io.clouddragon.server.family;

import io.clouddragon.resp.RedisDoubles;
import io.clouddragon.server.command.Call;
import io.clouddragon.storage.bytes.Bytes;
import io.clouddragon.storage.keyspace.KeyedView;
import io.clouddragon.storage.keyspace.Kind;
import io.clouddragon.storage.keyspace.ListView;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The elements of a list, set or sorted set in the order that SORT asks for. Elements and weights are views of what is
 * stored, not copies: valid until the next write.
 */
final class SortedRow {
    /** An element and what it is sorted by: a number, or bytes ({@code null} where there are none). */
    private static final class Item {
        private final Bytes element;
        private double score;
        private Bytes weight;

        Item(Bytes element) {
            this.element = element;
        }

        Bytes element() {
            return element;
        }

        double score() {
            return score;
        }

        Bytes weight() {
            return weight;
        }
    }

    private final Call call;
    private final boolean descending;
    private Item[] items;

    /** Of the collection that the call's entry shows. */
    SortedRow(Call call, boolean descending) {
        this.call = call;
        this.descending = descending;
    }

    // ---- as they are

    /** Elements in the collection's own order, from its end if descending. */
    Bytes[] unsorted(long from, long count) {
        Bytes[] elements = new Bytes[(int) count];
        if (call.entry().kind() == Kind.LIST) {
            ListView list = call.list();
            list.seek(descending ? list.size() - from : from);
            Arrays.setAll(elements, i -> {
                Bytes element = new Bytes();
                boolean found = descending ? list.previous(element) : list.next(element);
                return found ? element : null;
            });
            return elements;
        }
        KeyedView keyed = call.keyed();
        boolean backwards = descending && call.entry().kind() == Kind.SORTED_SET;
        if (call.entry().kind() == Kind.SORTED_SET) {
            keyed.seek(backwards ? keyed.size() - from : from);
        } else {
            for (long i = 0; i < from; i++) {
                keyed.next();
            }
        }
        Arrays.setAll(elements, i -> {
            boolean found = backwards ? keyed.previous() : keyed.next();
            return found ? keyed.name(new Bytes()) : null;
        });
        return elements;
    }

    // ---- in order

    /**
     * Sorts all elements.
     *
     * @param by what gives the weights; null: the elements are their own
     * @return false when a weight is no number and has to be one
     */
    boolean sorted(SortPattern by, boolean alphabetic) {
        Bytes[] elements = elements();
        items = new Item[elements.length];
        for (int i = 0; i < items.length; i++) {
            items[i] = new Item(elements[i]);
        }
        if (!weigh(by, alphabetic)) {
            return false;
        }
        Comparator<Item> order = alphabetic
                ? Comparator.comparing(Item::weight, Comparator.nullsFirst(Comparator.naturalOrder()))
                // Equal numbers go by the elements, so that the result is always the same.
                : Comparator.comparingDouble(Item::score).thenComparing(Item::element);
        Arrays.sort(items, descending ? order.reversed() : order);
        return true;
    }

    private Bytes[] elements() {
        Bytes[] elements = new Bytes[(int) call.entry().elements()];
        if (call.entry().kind() == Kind.LIST) {
            ListView list = call.list();
            for (int i = 0; i < elements.length; i++) {
                elements[i] = new Bytes();
                list.next(elements[i]);
            }
        } else {
            KeyedView keyed = call.keyed();
            for (int i = 0; i < elements.length && keyed.next(); i++) {
                elements[i] = keyed.name(new Bytes());
            }
        }
        return elements;
    }

    private boolean weigh(SortPattern by, boolean alphabetic) {
        boolean allNumbers = true;
        for (Item item : items) {
            Bytes weight = by == null ? item.element : by.lookUp(call, item.element);
            if (alphabetic) {
                item.weight = weight;
            } else if (weight != null) {
                // Zeros of both signs are the same weight.
                item.score = number(weight) + 0.0;
                allNumbers &= !Double.isNaN(item.score);
            }
        }
        return allNumbers;
    }

    /**
     * As C's strtod, which Redis asks: space may stand before the number, a NUL ends it, and nothing at all is 0. NaN for no
     * number.
     */
    private static double number(Bytes text) {
        int end = 0;
        while (end < text.length() && text.at(end) != 0) {
            end++;
        }
        if (end == 0) {
            return 0;
        }
        int start = 0;
        while (start < end && isSpace(text.at(start))) {
            start++;
        }
        return RedisDoubles.parse(text.array(), text.offset() + start, end - start);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    /** Some of the sorted elements. */
    Bytes[] part(long from, long count) {
        Bytes[] part = new Bytes[(int) count];
        Arrays.setAll(part, i -> items[(int) from + i].element);
        return part;
    }
}
