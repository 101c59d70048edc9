package io.clouddragon.server.command;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * How many errors were answered, and how many of each prefix, for INFO. Scripts make up prefixes as they like: so no more than
 * {@value #MAX_PREFIXES} are told apart, as in Redis 7.2, and of each as much as fits a line of INFO. Event loop only.
 */
public final class ErrorCounts {
    static final int MAX_PREFIXES = 128;
    private static final int MAX_CHARACTERS = 64;

    private final Map<String, long[]> byPrefix = new TreeMap<>();
    private long total;

    /** Counts an error: its prefix is its first word. */
    void count(String text) {
        total++;
        String prefix = prefix(text);
        long[] known = byPrefix.get(prefix);
        if (known != null) {
            known[0]++;
        } else if (byPrefix.size() < MAX_PREFIXES) {
            byPrefix.put(prefix, new long[] {1});
        }
    }

    /** Without what means something in INFO, as Redis' {@code getSafeInfoString}. */
    private static String prefix(String text) {
        int end = 0;
        while (end < Math.min(text.length(), MAX_CHARACTERS) && " \r\n".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(0, end).replace('#', '_').replace(':', '_');
    }

    public long total() {
        return total;
    }

    /** In order of the prefixes. */
    public void forEach(ObjLongConsumer<String> visitor) {
        byPrefix.forEach((prefix, count) -> visitor.accept(prefix, count[0]));
    }

    void reset() {
        byPrefix.clear();
        total = 0;
    }
}
