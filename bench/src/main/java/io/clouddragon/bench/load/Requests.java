package io.clouddragon.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Requests for a {@link Stream}, each in the same buffer. Keys are those of redis-benchmark: {@code key:000000001234}. */
@FunctionalInterface
public interface Requests {
    int DIGITS = 12;

    /** The next request; valid until the one after it is asked for. */
    ByteBuffer next();

    static Requests get(int keys, SplittableRandom random) {
        return withKeys(keys, random, "GET", "key:" + "0".repeat(DIGITS));
    }

    static Requests set(int keys, int valueBytes, SplittableRandom random) {
        return withKeys(keys, random, "SET", "key:" + "0".repeat(DIGITS), "x".repeat(valueBytes));
    }

    /** One of the first kind, else of the second, with this probability. */
    static Requests mixed(double probability, Requests first, Requests second, SplittableRandom random) {
        return () -> (random.nextDouble() < probability ? first : second).next();
    }

    /** SETs of each key once, in order. */
    static Requests fill(int from, int valueBytes) {
        ByteBuffer request = command("SET", "key:" + "0".repeat(DIGITS), "x".repeat(valueBytes));
        int digits = keyDigits(request);
        int[] key = {from};
        return () -> {
            putNumber(request, digits, key[0]++);
            return request.rewind();
        };
    }

    private static Requests withKeys(int keys, SplittableRandom random, String... words) {
        ByteBuffer request = command(words);
        int digits = keyDigits(request);
        return () -> {
            putNumber(request, digits, random.nextInt(keys));
            return request.rewind();
        };
    }

    static ByteBuffer command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static int keyDigits(ByteBuffer request) {
        return new String(request.array(), StandardCharsets.US_ASCII).indexOf("key:") + "key:".length();
    }

    private static void putNumber(ByteBuffer request, int at, int number) {
        int rest = number;
        for (int i = DIGITS - 1; i >= 0; i--) {
            request.put(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
