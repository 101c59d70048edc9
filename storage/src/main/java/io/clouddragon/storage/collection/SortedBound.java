package io.clouddragon.storage.collection;

import io.clouddragon.storage.bytes.Bytes;
import java.util.Arrays;

/**
 * A place between two elements of a sorted set, whose order is by score and then by name, byte by byte: some elements come
 * before it, the others after it. Reusable; keeps no copy of the name.
 */
public final class SortedBound {
    private final Bytes other = new Bytes();
    private Bytes name;
    private double score;
    private boolean byScore;
    private boolean inclusive;

    /** Before or behind ({@code behind}) all elements with this score. */
    public SortedBound score(double value, boolean behind) {
        score = value;
        name = null;
        byScore = true;
        inclusive = behind;
        return this;
    }

    /** Before or behind this name, where all scores are the same. */
    public SortedBound name(Bytes value, boolean behind) {
        name = value;
        byScore = false;
        inclusive = behind;
        return this;
    }

    /** Before the element with this score and name. */
    public SortedBound element(double ofScore, Bytes ofName) {
        score = ofScore;
        name = ofName;
        byScore = true;
        inclusive = false;
        return this;
    }

    /** Whether the element between {@code start} and {@code end} comes before this bound. */
    public boolean isAfter(byte[] array, int start, int end) {
        if (byScore) {
            double itsScore = Element.score(array, end);
            if (itsScore != score) {
                return itsScore < score;
            }
            if (name == null) {
                return inclusive;
            }
        }
        Element.name(array, start, other);
        int order = Arrays.compareUnsigned(
                array,
                other.offset(),
                other.offset() + other.length(),
                name.array(),
                name.offset(),
                name.offset() + name.length());
        return order < 0 || order == 0 && inclusive;
    }

    boolean isAfter(byte[] element) {
        return isAfter(element, 0, element.length);
    }
}
