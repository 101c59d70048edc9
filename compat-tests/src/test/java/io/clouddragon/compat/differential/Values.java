package io.clouddragon.compat.differential;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The values that fill the {@link Grammar}'s places: few keys, so that commands meet, and hot values, so that edges are met.
 *
 * <p>Deadlines never fall into a run: relative ones are at least 100 s away or already past, and spread so widely that two of
 * them are never within the clock's tolerance of each other except by rare chance.
 */
final class Values {
    private static final String MAX = "9223372036854775807";
    private static final String MIN = "-9223372036854775808";
    private static final String BEYOND = "9223372036854775808";
    private static final String BINARY = "\0\r\n\u00ff\"\\";

    /** Far ahead of every run, and the same for both servers. */
    private static final long YEAR_2100_SECONDS = 4_102_444_800L;

    private Values() {}

    /** The values that all families share. */
    static Map<String, Function<RandomGenerator, byte[]>> standard() {
        Map<String, Function<RandomGenerator, byte[]>> values = new TreeMap<>();
        values.put("key", oneOf("k1", "k2", "k3", "k4", "k5", "k1", "k2", "k3", "n1", "n2", "", "bin" + BINARY));
        values.put("number", oneOf("n1", "n2", "n3", "n4"));
        values.put(
                "value",
                mostly(Values::value, oneOf("", MAX, MIN, BEYOND, " 1", "1 ", "+1", "01", "-0", "nan", BINARY)));
        values.put("int", mostly(Values::smallInt, oneOf(MAX, MIN, BEYOND, "abc", "1.5", "", "+5", "00", "-0", " 1")));
        values.put(
                "float",
                mostly(Values::decimal, oneOf("inf", "-inf", "nan", "abc", "", " 1.5", "1e3", "5.0e3", "1.50")));
        values.put("offset", mostly(Values::offset, oneOf(MAX, MIN, BEYOND, "abc", "", "-9223372036854775807")));
        values.put("size", mostly(Values::offset, oneOf("536870912", MAX, "-1", "abc", "4294967296", "536870911999")));
        values.put(
                "seconds",
                mostly(Values::farSeconds, oneOf("0", "-1", "abc", MAX, "9223372036854776", "1.5", "", MIN)));
        values.put("millis", mostly(Values::farMillis, oneOf("0", "-1", "abc", MAX, BEYOND, "1.5", "", MIN)));
        values.put("atSeconds", mostly(Values::atSeconds, oneOf("0", "1", "-5", "abc", MAX, "9223372036854776", "")));
        values.put("atMillis", mostly(Values::atMillis, oneOf("0", "1", "-5", "abc", MAX, BEYOND, "")));
        values.put(
                "pattern",
                oneOf(
                        "*", "k*", "k?", "k[1-3]", "k[^1]", "\\k1", "none", "k[", "", "*1", "[kn]?", "bin*", "**",
                        "k\\"));
        values.put("count", oneOf("1", "2", "10", "1000", "0", "-1", "abc", MAX));
        values.put("db", oneOf("0", "1", "2"));
        values.put("badDb", oneOf("99", "-1", "abc", "1.5", BEYOND, ""));
        values.put("junk", oneOf("junk", "", "-1", "1.5", "0", BEYOND, "NX", "GET", BINARY));
        return values;
    }

    static Function<RandomGenerator, byte[]> oneOf(String... choices) {
        List<byte[]> bytes = List.of(choices).stream()
                .map(choice -> choice.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        return random -> bytes.get(random.nextInt(bytes.size()));
    }

    private static Function<RandomGenerator, byte[]> mostly(
            Function<RandomGenerator, String> usual, Function<RandomGenerator, byte[]> hot) {
        return random ->
                random.nextInt(6) == 0 ? hot.apply(random) : usual.apply(random).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String value(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> smallInt(random);
            case 1 -> decimal(random);
            case 2 -> Long.toString(random.nextLong());
            case 3 -> "x".repeat(44); // the longest string that Redis embeds in its object header
            case 4 -> "y".repeat(random.nextInt(8) > 0 ? 45 + random.nextInt(40) : 20_000);
            case 5 -> word(random, 3);
            case 6 -> word(random, 30);
            default -> List.of("foo", "bar", "foobar", "ohmytext", "mynewtext").get(random.nextInt(5));
        };
    }

    /** Few letters, so that LCS finds something. */
    private static String word(RandomGenerator random, int most) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            word.append((char) ('a' + random.nextInt(4)));
        }
        return word.toString();
    }

    private static String smallInt(RandomGenerator random) {
        return Integer.toString(random.nextInt(-20, 21));
    }

    private static String decimal(RandomGenerator random) {
        return Integer.toString(random.nextInt(-50, 51))
                + List.of("", ".5", ".25", ".1", ".125").get(random.nextInt(5));
    }

    private static String offset(RandomGenerator random) {
        return Integer.toString(random.nextInt(-12, 30));
    }

    private static String farSeconds(RandomGenerator random) {
        return Long.toString(random.nextLong(100, 100_000_000));
    }

    private static String farMillis(RandomGenerator random) {
        return Long.toString(random.nextLong(100_000, 100_000_000_000L));
    }

    private static String atSeconds(RandomGenerator random) {
        return Long.toString(YEAR_2100_SECONDS + random.nextInt(3) * 1000);
    }

    private static String atMillis(RandomGenerator random) {
        return Long.toString(YEAR_2100_SECONDS * 1000 + random.nextInt(3) * 1_000_000);
    }
}
