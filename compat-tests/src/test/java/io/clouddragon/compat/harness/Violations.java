package io.clouddragon.compat.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Broken promises, noted and not thrown, so that a run reports all of them: counted, and the first ones in words. */
public final class Violations {
    private static final int SHOWN = 20;

    private final AtomicInteger count = new AtomicInteger();
    private final List<String> shown = new ArrayList<>();

    /** Notes a violation unless the promise holds. */
    public void expect(boolean holds, String otherwise, Object... arguments) {
        if (!holds && count.incrementAndGet() <= SHOWN) {
            synchronized (shown) {
                shown.add(String.format(otherwise, arguments));
            }
        }
    }

    public int count() {
        return count.get();
    }

    /** The first of them, in words. */
    public List<String> shown() {
        synchronized (shown) {
            return List.copyOf(shown);
        }
    }
}
