package io.clouddragon.server.config;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What values a setting takes: how a text becomes a {@link Value}, and how people are told about it. The reasons given
 * for a refusal are those of Redis 7.0's config.c.
 *
 * <p>To add a type, write a class with {@link #parse}; a type with a structure of its own has its own file, as {@link
 * OutputBufferLimits}.
 */
abstract class SettingType {
    /** No more digits than 64 bits have. */
    private static final Pattern MEMORY = Pattern.compile("0*(\\d{1,20})(b|k|kb|m|mb|g|gb)?");

    private static final String YES_OR_NO = "yes|no";

    private final String label;
    private final String values;
    private final boolean multiWord;

    /**
     * @param label stands for the value on the command line: {@code <bytes>}, {@code yes|no}
     * @param values the values in words, for the reference page
     * @param multiWord whether a line of the configuration file may give several words
     */
    SettingType(String label, String values, boolean multiWord) {
        this.label = label;
        this.values = values;
        this.multiWord = multiWord;
    }

    /**
     * @param current the value so far, for types whose texts may name only a part of it; null for the default itself
     */
    abstract Value parse(String text, Value current) throws InvalidSettingException;

    /** The value as a line of the configuration file gives it, after the name. */
    String inFile(Value value) {
        return multiWord && !value.text().isEmpty() ? value.text() : ConfigLine.quoted(value.text());
    }

    final String label() {
        return label;
    }

    /** Whether its name alone means yes on the command line. */
    final boolean isSwitch() {
        return label.equals(YES_OR_NO);
    }

    /** The values in words. */
    final String values() {
        return values;
    }

    final boolean multiWord() {
        return multiWord;
    }

    /** A decimal integer without sign, blank or leading zero that is not needed: Redis' string2ll. */
    static SettingType integer(long min, long max) {
        return new SettingType("<number>", range(min, max), false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                long number;
                try {
                    number = Long.parseLong(text);
                } catch (NumberFormatException e) {
                    throw notAnInteger();
                }
                if (!Long.toString(number).equals(text)) {
                    throw notAnInteger();
                }
                return Value.of(inRange(number, min, max));
            }
        };
    }

    /** An {@link #integer} from 0 on, which becomes the nearest one within {@code least} and {@code most}. */
    static SettingType nearest(long least, long most) {
        SettingType any = integer(0, Integer.MAX_VALUE);
        return new SettingType("<number>", range(least, most) + ", else the nearest of these", false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                return Value.of(
                        Math.max(least, Math.min(any.parse(text, current).number(), most)));
            }
        };
    }

    /** Bytes, with a unit as in Redis' memtoull: k, m, g are powers of 1000 and kb, mb, gb powers of 1024. */
    static SettingType memory(long min, long max) {
        return new SettingType("<bytes>", "size" + (min == 0 ? "" : ", at least " + formatMemory(min)), false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                return Value.of(inRange(parseMemory(text), min, max));
            }

            @Override
            String inFile(Value value) {
                return formatMemory(value.number());
            }
        };
    }

    static SettingType yesNo() {
        return new SettingType(YES_OR_NO, "yes, no", false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                return switch (text.toLowerCase(Locale.ROOT)) {
                    case "yes" -> new Value("yes", 1, null);
                    case "no" -> new Value("no", 0, null);
                    default -> throw new InvalidSettingException("argument must be 'yes' or 'no'");
                };
            }
        };
    }

    /** Takes yes and no, and stays yes: for what cannot be switched off. */
    static SettingType alwaysYes() {
        SettingType yesNo = yesNo();
        return new SettingType("yes", "yes", false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                yesNo.parse(text, current);
                return yesNo.parse("yes", current);
            }
        };
    }

    /** One of an enum's constants, written in lower case and in any case understood. */
    static <E extends Enum<E>> SettingType oneOf(Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> words = Arrays.stream(constants).map(SettingType::word).collect(Collectors.toUnmodifiableList());
        return new SettingType(String.join("|", words), String.join(", ", words), false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                int index = words.indexOf(text.toLowerCase(Locale.ROOT));
                if (index < 0) {
                    throw new InvalidSettingException(
                            "argument(s) must be one of the following: " + String.join(", ", words));
                }
                return Value.of(words.get(index), constants[index]);
            }
        };
    }

    static SettingType text() {
        return new SettingType("<text>", "text", false) {
            @Override
            Value parse(String text, Value current) {
                return Value.of(text);
            }
        };
    }

    static SettingType path() {
        return new SettingType("<path>", "path", false) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                try {
                    Path.of(text);
                    return Value.of(text);
                } catch (InvalidPathException e) {
                    // A zero byte, or characters that the process' locale cannot encode.
                    throw new InvalidSettingException("not a path here: " + e.getReason());
                }
            }
        };
    }

    /** Words between blanks; {@code parsed} is their list. */
    static SettingType words() {
        return new SettingType("<word>", "words", true) {
            @Override
            Value parse(String text, Value current) {
                List<String> words = splitWords(text);
                return Value.of(String.join(" ", words), words);
            }
        };
    }

    static List<String> splitWords(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static long parseMemory(String text) throws InvalidSettingException {
        Matcher matcher = MEMORY.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new InvalidSettingException("argument must be a memory value");
        }
        long unit = switch (matcher.group(2) == null ? "b" : matcher.group(2)) {
            case "k" -> 1_000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 1;
        };
        BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit));
        if (bytes.bitLength() > 63) {
            throw new InvalidSettingException("argument must be a memory value");
        }
        return bytes.longValue();
    }

    /** In the largest unit that leaves no remainder, as CONFIG REWRITE does. */
    static String formatMemory(long bytes) {
        if (bytes > 0 && bytes % (1 << 30) == 0) {
            return (bytes >> 30) + "gb";
        }
        if (bytes > 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "mb";
        }
        if (bytes > 0 && bytes % (1 << 10) == 0) {
            return (bytes >> 10) + "kb";
        }
        return Long.toString(bytes);
    }

    private static long inRange(long number, long min, long max) throws InvalidSettingException {
        if (number < min || number > max) {
            throw new InvalidSettingException("argument must be between " + min + " and " + max + " inclusive");
        }
        return number;
    }

    private static InvalidSettingException notAnInteger() {
        return new InvalidSettingException("argument couldn't be parsed into an integer");
    }

    private static String range(long min, long max) {
        return max >= Integer.MAX_VALUE ? "integer" + atLeast(min) : min + " to " + max;
    }

    private static String atLeast(long min) {
        return min == 0 ? "" : ", at least " + min;
    }
}
