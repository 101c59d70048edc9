package io.clouddragon.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How many bytes of replies may wait for a client before it is disconnected: for each class of clients a hard limit and a
 * soft one that may be exceeded for some seconds ({@code client-output-buffer-limit} of Redis). Immutable.
 */
public final class OutputBufferLimits {
    /** The classes, in the order in which CONFIG GET shows them. */
    public enum ClientClass {
        NORMAL,
        /** Known as {@code slave} and {@code replica}. No client is of this class yet. */
        SLAVE,
        PUBSUB
    }

    /**
     * @param hardBytes 0 = no limit
     * @param softBytes 0 = no limit
     * @param softSeconds how long the soft limit may be exceeded
     */
    public record Limit(long hardBytes, long softBytes, int softSeconds) {
        @Override
        public String toString() {
            return hardBytes + " " + softBytes + " " + softSeconds;
        }
    }

    private static final int WORDS_PER_CLASS = 4;

    private final Limit[] limits;

    private OutputBufferLimits(Limit[] limits) {
        this.limits = limits;
    }

    public Limit of(ClientClass clients) {
        return limits[clients.ordinal()];
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (ClientClass clients : ClientClass.values()) {
            text.append(text.length() == 0 ? "" : " ").append(SettingType.word(clients));
            text.append(' ').append(of(clients));
        }
        return text.toString();
    }

    /** The setting's type: four words a class; the classes that a text does not name keep their limits. */
    static SettingType type() {
        return new SettingType("<limit>", "for each class: bytes bytes seconds", true) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                Limit[] limits = current == null
                        ? new Limit[ClientClass.values().length]
                        : ((OutputBufferLimits) current.parsed()).limits.clone();
                List<String> words = splitWords(text);
                if (words.isEmpty() || words.size() % WORDS_PER_CLASS != 0) {
                    throw new InvalidSettingException("Wrong number of arguments in buffer limit configuration.");
                }
                for (int i = 0; i < words.size(); i += WORDS_PER_CLASS) {
                    limits[clientClass(words.get(i)).ordinal()] = limit(words.subList(i + 1, i + WORDS_PER_CLASS));
                }
                OutputBufferLimits parsed = new OutputBufferLimits(limits);
                return Value.of(parsed.toString(), parsed);
            }
        };
    }

    private static ClientClass clientClass(String word) throws InvalidSettingException {
        String name = word.toLowerCase(Locale.ROOT);
        return Arrays.stream(ClientClass.values())
                .filter(c -> SettingType.word(c).equals(name.equals("replica") ? "slave" : name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidSettingException("Invalid client class specified in buffer limit configuration."));
    }

    private static Limit limit(List<String> words) throws InvalidSettingException {
        try {
            int seconds = Integer.parseInt(words.get(2));
            if (seconds >= 0) {
                return new Limit(SettingType.parseMemory(words.get(0)), SettingType.parseMemory(words.get(1)), seconds);
            }
        } catch (NumberFormatException | InvalidSettingException e) {
            // Said below: Redis has one message for the three numbers.
        }
        throw new InvalidSettingException("Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    }
}
