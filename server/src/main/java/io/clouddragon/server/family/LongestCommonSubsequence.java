package io.clouddragon.server.family;

import io.clouddragon.storage.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A longest common subsequence of two byte strings, by the textbook's table: its cell (i, j) is the length for the first i
 * bytes of the one and the first j of the other. Time and memory are |a| × |b|. Of several answers it is the one that Redis
 * gives: walking back from the ends, where neither direction is better the second string is shortened.
 */
final class LongestCommonSubsequence {
    private static final int CELL_BYTES = 4;

    private final Bytes a;
    private final Bytes b;
    private final int[] cells;

    /** Bytes that are the same in both strings; positions of the first and the last, counted from 0. */
    record Range(int firstInA, int lastInA, int firstInB, int lastInB) {
        int length() {
            return lastInA - firstInA + 1;
        }
    }

    /** Fills the table; {@link #tableBytes} must fit into an array. */
    LongestCommonSubsequence(Bytes a, Bytes b) {
        this.a = a;
        this.b = b;
        this.cells = new int[(int) (tableBytes(a, b) / CELL_BYTES)];
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                cells[at(i, j)] = a.at(i - 1) == b.at(j - 1)
                        ? cells[at(i - 1, j - 1)] + 1
                        : Math.max(cells[at(i - 1, j)], cells[at(i, j - 1)]);
            }
        }
    }

    /** What the table takes. */
    static long tableBytes(Bytes a, Bytes b) {
        return CELL_BYTES * (a.length() + 1L) * (b.length() + 1L);
    }

    private int at(int i, int j) {
        return i * (b.length() + 1) + j;
    }

    int length() {
        return cells[at(a.length(), b.length())];
    }

    /** The subsequence as ranges of both strings, the last one first. */
    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        int i = a.length();
        int j = b.length();
        while (i > 0 && j > 0) {
            if (a.at(i - 1) == b.at(j - 1)) {
                int endInA = i;
                int endInB = j;
                do {
                    i--;
                    j--;
                } while (i > 0 && j > 0 && a.at(i - 1) == b.at(j - 1));
                ranges.add(new Range(i, endInA - 1, j, endInB - 1));
            } else if (cells[at(i - 1, j)] > cells[at(i, j - 1)]) {
                i--;
            } else {
                j--;
            }
        }
        return ranges;
    }

    byte[] text() {
        byte[] text = new byte[length()];
        int at = text.length;
        for (Range range : ranges()) {
            at -= range.length();
            System.arraycopy(a.array(), a.offset() + range.firstInA(), text, at, range.length());
        }
        return text;
    }
}
