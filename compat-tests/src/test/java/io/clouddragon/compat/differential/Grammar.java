package io.clouddragon.compat.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Commands as the Redis documentation writes them: {@code SET {key} {value} [NX|XX] [GET] [EX {seconds}|KEEPTTL]}.
 *
 * <p>{@code {name}} is a random value of that name, {@code [ ]} is there half of the time, {@code ( | )} and {@code [ | ]} choose,
 * {@code ...} repeats what stands before it one to three times. Other words stand for themselves, now and then in small letters.
 */
final class Grammar {
    private static final Pattern TOKEN = Pattern.compile("\\{\\w+}|\\.\\.\\.|[\\[\\]()|]|[^\\s\\[\\]()|{}]+");

    /** A part of a command. */
    interface Node {
        void emit(RandomGenerator random, List<byte[]> arguments);
    }

    private final Map<String, Function<RandomGenerator, byte[]>> values;
    private final Deque<String> tokens = new ArrayDeque<>();

    private Grammar(String template, Map<String, Function<RandomGenerator, byte[]>> values) {
        this.values = values;
        TOKEN.matcher(template).results().forEach(result -> tokens.add(result.group()));
    }

    static Node parse(String template, Map<String, Function<RandomGenerator, byte[]>> values) {
        Grammar grammar = new Grammar(template, values);
        Node node = grammar.choice();
        if (!grammar.tokens.isEmpty()) {
            throw new IllegalArgumentException("unbalanced: " + template);
        }
        return node;
    }

    private Node choice() {
        List<Node> alternatives = new ArrayList<>(List.of(sequence()));
        while ("|".equals(tokens.peek())) {
            tokens.remove();
            alternatives.add(sequence());
        }
        return alternatives.size() == 1
                ? alternatives.get(0)
                : (random, arguments) ->
                        alternatives.get(random.nextInt(alternatives.size())).emit(random, arguments);
    }

    private Node sequence() {
        List<Node> parts = new ArrayList<>();
        while (!tokens.isEmpty() && !"])|".contains(tokens.peek())) {
            Node part = part(tokens.remove());
            if ("...".equals(tokens.peek())) {
                tokens.remove();
                parts.add((random, arguments) -> {
                    for (int i = random.nextInt(3); i >= 0; i--) {
                        part.emit(random, arguments);
                    }
                });
            } else {
                parts.add(part);
            }
        }
        return (random, arguments) -> parts.forEach(part -> part.emit(random, arguments));
    }

    private Node part(String token) {
        if (token.equals("[") || token.equals("(")) {
            Node inner = choice();
            String end = tokens.remove();
            if (!end.equals(token.equals("[") ? "]" : ")")) {
                throw new IllegalArgumentException(token + " closed by " + end);
            }
            boolean optional = token.equals("[");
            return (random, arguments) -> {
                if (!optional || random.nextBoolean()) {
                    inner.emit(random, arguments);
                }
            };
        }
        if (token.startsWith("{")) {
            var value = values.get(token.substring(1, token.length() - 1));
            if (value == null) {
                throw new IllegalArgumentException("no values for " + token);
            }
            return (random, arguments) -> arguments.add(value.apply(random));
        }
        byte[] word = token.getBytes(StandardCharsets.ISO_8859_1);
        byte[] small = token.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        return (random, arguments) -> arguments.add(random.nextInt(8) == 0 ? small : word);
    }
}
