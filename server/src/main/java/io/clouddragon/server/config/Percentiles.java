package io.clouddragon.server.config;

import io.clouddragon.resp.RedisDoubles;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/** The type of {@code latency-tracking-info-percentiles}: numbers from 0 to 100, shown with at most six decimals, as in Redis. */
final class Percentiles {
    private static final int DECIMALS = 6;

    private Percentiles() {}

    static SettingType type() {
        return new SettingType("<number>", "numbers from 0 to 100", true) {
            @Override
            Value parse(String text, Value current) throws InvalidSettingException {
                List<String> words = splitWords(text);
                StringJoiner shown = new StringJoiner(" ");
                for (String word : words) {
                    shown.add(BigDecimal.valueOf(percentile(word))
                            .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                            .stripTrailingZeros()
                            .toPlainString());
                }
                return Value.of(shown.toString());
            }
        };
    }

    private static double percentile(String word) throws InvalidSettingException {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        double percentile = RedisDoubles.parse(bytes, 0, bytes.length);
        if (Double.isNaN(percentile)) {
            throw new InvalidSettingException("Invalid latency-tracking-info-percentiles parameters");
        }
        if (percentile < 0 || percentile > 100) {
            throw new InvalidSettingException(
                    "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
        }
        return percentile;
    }
}
