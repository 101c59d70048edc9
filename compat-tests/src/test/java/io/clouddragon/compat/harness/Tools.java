package io.clouddragon.compat.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of the machine that tests lean on: {@code redis-server}, {@code redis-cli}, {@code redis-benchmark}. */
public final class Tools {
    private Tools() {}

    /** A finished program: exit status and what it printed, both streams together. */
    public record Finished(int status, String output) {}

    /**
     * The path of a program. Where it is missing the calling test is skipped, but fails when the environment variable
     * {@code CI} is {@code true}: there nothing may be left out in silence.
     */
    public static Path require(String program) {
        var found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(found).as("%s must be installed in CI", program).isPresent();
        }
        Assumptions.assumeTrue(found.isPresent(), program + " is not installed");
        return found.orElseThrow();
    }

    /** Runs a program to its end with the given standard input; fails, and ends it, when it takes longer than the limit. */
    public static Finished run(byte[] input, Duration limit, List<String> command) throws IOException {
        Path output = Files.createTempFile("tool", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input);
            }
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            String printed = Files.readString(output, StandardCharsets.ISO_8859_1);
            assertThat(ended)
                    .as("%s ended within %s; it printed:%n%s", command, limit, printed)
                    .isTrue();
            return new Finished(process.exitValue(), printed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
