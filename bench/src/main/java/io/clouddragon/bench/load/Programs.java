package io.clouddragon.bench.load;

import io.clouddragon.bench.locks.LockBench;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Load generators that are programs of their own. */
public final class Programs {
    /** For one row on one server. */
    private static final int LIMIT_SECONDS = 180;

    private static final Pattern REQUESTS = Pattern.compile("-n (\\d+)%");
    /** Rate and 99th percentile in the last line of {@code redis-benchmark --csv}. */
    private static final Pattern CSV = Pattern.compile(
            "\"([0-9.]+)\",\"[0-9.]+\",\"[0-9.]+\",\"[0-9.]+\",\"[0-9.]+\",\"([0-9.]+)\",\"[0-9.]+\"\\s*$");

    private static final Pattern WRK_P99 = Pattern.compile(" 99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern WRK_RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private Programs() {}

    /** redis-benchmark; {@code -n P%} stands for so many per cent of the requests. */
    public static Load redisBenchmark(String arguments) {
        return (target, scale) -> {
            Matcher requests = REQUESTS.matcher(arguments);
            String scaled = requests.replaceFirst(
                    found -> "-n " + Math.max(1, (long) scale.requests() * Long.parseLong(found.group(1)) / 100));
            List<String> command =
                    new ArrayList<>(List.of("redis-benchmark", "-p", Integer.toString(target.port()), "--csv"));
            command.addAll(List.of(scaled.split(" ")));
            return csv(run(command));
        };
    }

    /** Pairs of lock and unlock; Redis by the recipe of its documentation. */
    public static Load locks(String dragonDialect, String arguments) {
        return (target, scale) -> {
            boolean http = target.isDragon() && dragonDialect.equals("http");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    LockBench.class.getName(),
                    "--dialect",
                    target.isDragon() ? dragonDialect : "redis",
                    "--port",
                    Integer.toString(http ? target.httpPort() : target.port()),
                    "--seconds",
                    Integer.toString(scale.seconds())));
            command.addAll(List.of(arguments.split(" ")));
            return csv(run(command));
        };
    }

    /** wrk, which posts a batch to database 0. */
    public static Load wrk(int connections, String batch) {
        return (target, scale) -> {
            Path script = Files.createTempFile("wrk", ".lua");
            try {
                Files.writeString(script, "wrk.method = \"POST\"\nwrk.body = '" + batch + "'\n");
                String output = run(List.of(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + scale.seconds() + "s",
                        "--latency",
                        "-s",
                        script.toString(),
                        "http://127.0.0.1:" + target.httpPort() + "/db/0"));
                return wrkSample(output);
            } finally {
                Files.delete(script);
            }
        };
    }

    private static Sample wrkSample(String output) throws IOException {
        Matcher rate = WRK_RATE.matcher(output);
        Matcher p99 = WRK_P99.matcher(output);
        if (!rate.find() || !p99.find() || output.contains("Non-2xx")) {
            throw new IOException("wrk: " + output);
        }
        double unit = p99.group(2).equals("us") ? 0.001 : p99.group(2).equals("s") ? 1000 : 1;
        return new Sample(Double.parseDouble(rate.group(1)), Double.parseDouble(p99.group(1)) * unit);
    }

    private static Sample csv(String output) throws IOException {
        Matcher columns = CSV.matcher(output);
        if (!columns.find()) {
            throw UnknownCommandException.of(output);
        }
        return new Sample(Double.parseDouble(columns.group(1)), Double.parseDouble(columns.group(2)));
    }

    /** Standard output and error of a program that has to end in time with status 0. */
    private static String run(List<String> command) throws IOException, InterruptedException {
        File output = File.createTempFile("load", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " took more than " + LIMIT_SECONDS + " s");
            }
            String text = Files.readString(output.toPath(), StandardCharsets.ISO_8859_1);
            if (process.exitValue() != 0) {
                throw UnknownCommandException.of(text);
            }
            return text;
        } finally {
            process.destroyForcibly();
            Files.delete(output.toPath());
        }
    }
}
