package io.clouddragon.server.family;

import java.util.Locale;

/** The text of INFO: sections, each a heading and lines {@code name:value}, with an empty line between sections. */
final class InfoText {
    private static final String[] UNITS = {"B", "K", "M", "G", "T", "P", "E"};

    private final StringBuilder text = new StringBuilder();

    InfoText section(String title) {
        if (text.length() > 0) {
            text.append("\r\n");
        }
        text.append("# ").append(title).append("\r\n");
        return this;
    }

    InfoText add(String name, String value) {
        text.append(name).append(':').append(value).append("\r\n");
        return this;
    }

    InfoText add(String name, long value) {
        return add(name, Long.toString(value));
    }

    InfoText add(String name, boolean value) {
        return add(name, value ? 1 : 0);
    }

    /** With two digits after the point. */
    InfoText addDecimal(String name, double value) {
        return add(name, String.format(Locale.ROOT, "%.2f", value));
    }

    /** In bytes, and once more for people, as {@code name_human}. */
    InfoText addBytes(String name, long bytes) {
        return add(name, bytes).add(name + "_human", human(bytes));
    }

    /** Zeros, for what does not exist in this server but is read by tools. */
    InfoText addZeros(String... names) {
        for (String name : names) {
            add(name, 0);
        }
        return this;
    }

    /** As Redis' bytesToHuman: {@code 512B}, {@code 1.50M}. */
    static String human(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%s", value, UNITS[unit]);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
