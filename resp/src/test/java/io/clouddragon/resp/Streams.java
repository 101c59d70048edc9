package io.clouddragon.resp;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the tests here share: bytes written as Latin-1 text, streams decoded whole or in pieces, and seeds. */
final class Streams {
    private Streams() {}

    /** What came out of a stream: the commands, and the text of the error or null. */
    record Decoded(List<List<String>> commands, String error) {}

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String argument(Request request, int i) {
        return new String(request.array(), request.offset(i), request.length(i), StandardCharsets.ISO_8859_1);
    }

    static List<String> arguments(Request request) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            arguments.add(argument(request, i));
        }
        return arguments;
    }

    /** Feeds the stream cut at the given places, which ascend. */
    static Decoded decode(RequestDecoder decoder, byte[] stream, int... cuts) {
        List<List<String>> commands = new ArrayList<>();
        Request request = new Request();
        int from = 0;
        for (int piece = 0; piece <= cuts.length; piece++) {
            int to = piece < cuts.length ? cuts[piece] : stream.length;
            decoder.feed(Unpooled.wrappedBuffer(stream, from, to - from));
            from = to;
            while (decoder.next(request)) {
                commands.add(arguments(request));
            }
        }
        return new Decoded(
                commands, decoder.error() == null ? null : decoder.error().message());
    }

    static Decoded decode(byte[] stream, int... cuts) {
        return decode(new RequestDecoder(new DecoderLimits()), stream, cuts);
    }

    /** A command as clients send it. */
    static String command(String... arguments) {
        StringBuilder text = new StringBuilder("*" + arguments.length + "\r\n");
        for (String argument : arguments) {
            text.append('$')
                    .append(argument.length())
                    .append("\r\n")
                    .append(argument)
                    .append("\r\n");
        }
        return text.toString();
    }

    /** A source of randomness whose seed is printed, and taken from the system property "seed" if it is given. */
    static Random random(String test) {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println(test + ": -Dseed=" + seed);
        return new Random(seed);
    }

    static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
