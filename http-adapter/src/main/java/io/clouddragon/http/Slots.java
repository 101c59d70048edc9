package io.clouddragon.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A list whose elements are used again after {@link #clear}: the arrays of a request, without garbage for each. */
final class Slots<T> {
    private final List<T> slots = new ArrayList<>();
    private final Supplier<T> factory;
    private int size;

    Slots(Supplier<T> factory) {
        this.factory = factory;
    }

    /** Appends an element, in the state in which it was last left. */
    T next() {
        if (size == slots.size()) {
            slots.add(factory.get());
        }
        return slots.get(size++);
    }

    T get(int index) {
        return slots.get(index);
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }
}
