package io.clouddragon.server.config;

import java.util.List;

/** The type of {@code save}: pairs of seconds and changes. They are checked and shown as Redis does, and cause nothing. */
final class SavePoints {
    private SavePoints() {}

    static SettingType type() {
        return new SettingType("<number>", "pairs of seconds and changes", true) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                List<String> words = splitWords(text);
                if (words.size() % 2 != 0) {
                    throw invalid();
                }
                for (int i = 0; i < words.size(); i += 2) {
                    if (number(words.get(i)) < 1 || number(words.get(i + 1)) < 0) {
                        throw invalid();
                    }
                }
                return Value.of(String.join(" ", words));
            }
        };
    }

    private static int number(String word) throws InvalidSettingException {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    private static InvalidSettingException invalid() {
        return new InvalidSettingException("Invalid save parameters");
    }
}
