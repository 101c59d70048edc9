package io.clouddragon.server.config;

/**
 * Which keyspace events are published: the letters of {@code notify-keyspace-events} in Redis 7.0 as a bit set, one bit a
 * letter. {@code A} stands for all classes except key misses and new keys.
 */
public final class KeyspaceEvents {
    /** Every letter; its place is its bit. The first ten are what A means; a bit set is printed in this order. */
    private static final String LETTERS = "g$lshzxetdnKEm";

    private static final long ALL = bits("g$lshzxetd");

    private KeyspaceEvents() {}

    /** Whether events of this class (one of Redis' letters) are in the set. */
    public static boolean contains(long events, char letter) {
        return (events & bit(letter)) != 0;
    }

    private static long bits(String letters) {
        long bits = 0;
        for (char letter : letters.toCharArray()) {
            bits |= letter == 'A' ? ALL : bit(letter);
        }
        return bits;
    }

    private static long bit(char letter) {
        return 1L << LETTERS.indexOf(letter);
    }

    /** With A in place of its classes. Redis 7.0 leaves out n beside A; so does this. */
    private static String format(long events) {
        boolean all = (events & ALL) == ALL;
        StringBuilder text = new StringBuilder(all ? "A" : "");
        LETTERS.chars()
                .filter(letter -> contains(events, (char) letter))
                .filter(letter -> !all || "KEm".indexOf(letter) >= 0)
                .forEach(letter -> text.append((char) letter));
        return text.toString();
    }

    static SettingType type() {
        return new SettingType("<letters>", "letters of Ag$lshzxeKEtmdn", false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                if (!text.chars().allMatch(c -> c == 'A' || LETTERS.indexOf(c) >= 0)) {
                    throw new InvalidSettingException("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
                }
                long events = bits(text);
                return new Value(format(events), events, null);
            }
        };
    }
}
