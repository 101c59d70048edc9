package io.clouddragon.server.config;

/**
 * One value of a setting in the three forms in which it is read; immutable.
 *
 * @param text as CONFIG GET shows it
 * @param number an integer, bytes, 1 or 0 for yes or no, a bit set; 0 for all else
 * @param parsed an enum constant, a list or a record of the setting's own; null where text or number say it all
 */
record Value(String text, long number, Object parsed) {
    static Value of(String text) {
        return new Value(text, 0, null);
    }

    static Value of(long number) {
        return new Value(Long.toString(number), number, null);
    }

    static Value of(String text, Object parsed) {
        return new Value(text, 0, parsed);
    }
}
