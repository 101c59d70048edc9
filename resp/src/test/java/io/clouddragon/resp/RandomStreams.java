package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.bytes;
import static io.clouddragon.resp.Streams.command;
import static io.clouddragon.resp.Streams.pick;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Request streams made from a seed: sound ones, and sound ones with a few bytes changed, lost or repeated. */
final class RandomStreams {
    private RandomStreams() {}

    record Sound(byte[] stream, List<List<String>> commands) {}

    /** ECHO commands, as arrays and inline. */
    static Sound sound(Random random) {
        StringBuilder stream = new StringBuilder();
        List<List<String>> commands = new ArrayList<>();
        for (int left = 1 + random.nextInt(5); left > 0; left--) {
            if (random.nextInt(4) == 0) {
                String word = word(random, "abcxyz0123456789");
                stream.append("ECHO ").append(word).append(pick(random, "\n", "\r\n", " \r\n"));
                commands.add(List.of("ECHO", word));
            } else {
                String argument = word(random, "ab\r\n\0\u00ff$*-\"' \\");
                stream.append(command("ECHO", argument));
                commands.add(List.of("ECHO", argument));
            }
        }
        return new Sound(bytes(stream.toString()), commands);
    }

    static byte[] damaged(Random random) {
        byte[] stream = sound(random).stream();
        for (int left = 1 + random.nextInt(3); left > 0 && stream.length > 0; left--) {
            stream = damagedOnce(stream, random);
        }
        return stream;
    }

    /** An inline line of the characters that quoting is about; no NUL, no LF. */
    static String line(Random random) {
        StringBuilder line = new StringBuilder();
        for (int left = random.nextInt(20); left > 0; left--) {
            line.append(pick(
                    random, "\"", "\"", "'", "'", " ", " ", "\t", "\r", "\u000b", "\f", "\\", "\\x41", "\\n", "x", "a",
                    "4", "\u00e9", "\" ", "' ", " \"", " '"));
        }
        return line.toString();
    }

    private static byte[] damagedOnce(byte[] stream, Random random) {
        int at = random.nextInt(stream.length);
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.write(stream, 0, at);
        switch (random.nextInt(4)) {
            case 0 -> damaged.write(stream, at + 1, stream.length - at - 1);
            case 1 -> damaged.write(stream, at / 2, stream.length - at / 2);
            case 2 -> {
                damaged.write(pick(random, "*", "$", "-", "0", "1", "9", "\r", "\n", "\0", "\"", "'", " ", "\u00ff")
                        .charAt(0));
                damaged.write(stream, at, stream.length - at);
            }
            default -> {
                damaged.write(random.nextInt(256));
                damaged.write(stream, at + 1, stream.length - at - 1);
            }
        }
        return damaged.toByteArray();
    }

    private static String word(Random random, String alphabet) {
        StringBuilder word = new StringBuilder();
        for (int left = 1 + random.nextInt(12); left > 0; left--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }
}
