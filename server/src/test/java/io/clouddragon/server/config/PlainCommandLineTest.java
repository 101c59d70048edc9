package io.clouddragon.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class PlainCommandLineTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--port 7000",
                "--port 7000 --dir data --appendfsync everysec",
                "--insecure yes --port 7000",
                "--config FILE --port 7000",
                "--port 7000 -c FILE",
                "-c FILE",
            })
    void meansWhatItMeansToTheLibrary(String line) throws Exception {
        String[] args = args(line);
        Settings plain = PlainCommandLine.read(args).settings();
        Settings other = CommandLineOptions.settings(library().parseArgs(args));
        for (Setting setting : Setting.values()) {
            assertThat(plain.value(setting).text())
                    .as(setting.settingName())
                    .isEqualTo(other.value(setting).text());
        }
        assertThat(plain.number(Setting.PORT)).isEqualTo(line.contains("7000") ? 7000 : line.isEmpty() ? 6379 : 6400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--port",
                "--port 7000 --port 7001",
                "--port=7000",
                "--port -1",
                "--PORT 7000",
                "-port 7000",
                "--port @arguments",
                "--bind 127.0.0.1",
                "--requirepass secret",
                "--nosuch 1",
                "--insecure",
                "--insecure --port 7000",
                "--config a.conf -c b.conf",
                "FILE",
                "--port 7000 FILE",
                "log verify",
                "backup --help",
            })
    void leavesTheRestToTheLibrary(String line) throws IOException {
        assertThat(PlainCommandLine.read(args(line))).isNull();
    }

    @Test
    void anEmptyValueIsLeftToTheLibrary() {
        assertThat(PlainCommandLine.read("--logfile", "")).isNull();
    }

    private String[] args(String line) throws IOException {
        Path file = Files.writeString(directory.resolve("dragon.conf"), "port 6400\n");
        return line.isEmpty()
                ? new String[0]
                : line.replace("FILE", file.toString()).split(" ");
    }

    private static CommandLine library() {
        CommandSpec spec = CommandSpec.create();
        CommandLineOptions.addTo(spec);
        return new CommandLine(spec);
    }
}
