package io.clouddragon.resp;

import static io.clouddragon.resp.Streams.pick;

import java.util.List;
import java.util.Random;

/** Texts of numbers, and of what is nearly one. */
final class NumberTexts {
    private NumberTexts() {}

    static final List<String> ODD = List.of(
            "",
            " ",
            "-",
            "+",
            ".",
            "-.",
            "e5",
            "1e",
            "1e+",
            ".e1",
            "1.2.3",
            " 1",
            "1 ",
            "1\t",
            "1\0",
            "1d",
            "1f",
            "1L",
            "0",
            "-0",
            "+0",
            "00",
            "007",
            "+1",
            "--1",
            "5.",
            ".5",
            "-.5e-1",
            "1E5",
            "1e5",
            "1e+05",
            "1e22",
            "1e23",
            "1e16",
            "1e17",
            "99999999999999999",
            "100000000000000000",
            "9007199254740993",
            "0.1",
            "3.1",
            "1e-4",
            "1e-5",
            "5e-324",
            "2e-324",
            "1e-400",
            "0e-400",
            "1.7976931348623157e308",
            "1e309",
            "1e400",
            "0e99999999999",
            "1e99999999999",
            "1e-99999999999",
            "1e4932",
            "1.2e4932",
            "1e4933",
            "1e-4950",
            "1e-4960",
            "nan",
            "-nan",
            "NaN",
            "nan(1)",
            "inf",
            "-inf",
            "+Inf",
            "INFINITY",
            "infin",
            "0x",
            "0x.",
            "0x1",
            "-0X1F",
            "0x.8",
            "0x8.",
            "0x1p",
            "0x1p4",
            "0x1P-2",
            "0x1.8p+1",
            "0x1.fffffffffffff8p0",
            "0xg",
            "0x0p99999999",
            "0x1p99999999",
            "0x1p-99999999",
            "0x1p16383",
            "0x1p16384",
            "1_000",
            "1,5",
            "\u00b2",
            "0.30000000000000004",
            "18446744073709551615",
            "18446744073709551617",
            "36893488147419103233",
            "36893488147419103235");

    /** A number of any size that a double holds, written in some way; now and then slightly damaged. */
    static String random(Random random) {
        String text = switch (random.nextInt(7)) {
            case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 1 -> Double.toString(random.nextInt(2_000_000) / 1000.0 - 1000);
            case 2 -> Double.toString(random.nextGaussian());
            case 3 -> finite(random).toString();
            case 4 -> Double.toHexString(finite(random));
            case 5 -> random.nextInt(1000) + "." + Math.abs(random.nextLong()) + "e" + (random.nextInt(60) - 30);
            default -> random.nextInt(100) + "." + random.nextInt(100);
        };
        if (random.nextInt(20) == 0) {
            int at = random.nextInt(text.length() + 1);
            return text.substring(0, at) + pick(random, " ", ".", "-", "0", "e", "x", "\0") + text.substring(at);
        }
        return text;
    }

    static Double finite(Random random) {
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.isNaN(value) || Double.isInfinite(value) ? 0.1 : value;
    }
}
