package io.clouddragon.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.clouddragon.server.config.Setting;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
    @TempDir
    private Path directory;

    @Test
    void helpDescribesEverySettingExceptThePasswords() {
        String help = commandLine(new StringWriter()).getUsageMessage();
        for (Setting setting : Setting.values()) {
            if (!Setting.isSecret(setting.settingName())) {
                assertThat(help).contains("--" + setting.settingName());
            }
        }
        assertThat(help).doesNotContainPattern("--(requirepass|tls-key-file-pass)[ =]");
    }

    @Test
    void helpNamesTheTools() {
        String help = commandLine(new StringWriter()).getUsageMessage();
        assertThat(help).contains("log", "backup", "restore", "export", "import");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--nosuch | Unknown option: '--nosuch'",
                "-x | Unknown option: '-x'",
                "--requirepass secret | Unknown option: '--requirepass'",
                "--port | Missing required parameter for option '--port'",
                "--port 70000 | --port '70000': argument must be between 0 and 65535 inclusive",
                "--port 1 --port 70000 | --port '70000': argument must be between 0 and 65535 inclusive",
                "--appendfsync sometimes | argument(s) must be one of the following: everysec, always, no",
                "--bind 0.0.0.0 | Refusing to listen on 0.0.0.0 without a password",
                "/nonexistent.conf | Cannot read the configuration file /nonexistent.conf",
                "a.conf --config b.conf | two configuration files: give one",
                "--logfile /dev/null/log | cannot write the logfile /dev/null/log",
                "--logfile /tmp | cannot write the logfile /tmp",
                "--dir a\0b | --dir 'a\0b': not a path here: Nul character not allowed",
            })
    void aWrongCommandLineIsExplainedAndEndsWithStatus2(String arguments, String message) {
        StringWriter errors = new StringWriter();
        String[] args = arguments.split(" ");
        assertThat(commandLine(errors).execute(args)).isEqualTo(2);
        assertThat(errors.toString()).contains(message).doesNotContain("Exception:");
        assertThat(errors.toString().lines()).hasSizeLessThan(4);
    }

    private static CommandLine commandLine(StringWriter errors) {
        return Main.commandLine().setErr(new PrintWriter(errors, true));
    }

    @ParameterizedTest(name = "SIG{0}")
    @CsvSource({"TERM", "INT"})
    void aSignalStopsTheServerCleanlyWithStatus0(String signal) throws Exception {
        Path config = Files.writeString(directory.resolve("c.conf"), "timeout 7\n");
        Process server = start(config.toString(), "--port", "0", "--http-port", "0", "--bind", "127.0.0.1", "-::1");
        try (BufferedReader log = server.inputReader(StandardCharsets.UTF_8)) {
            assertThat(readUntil(log, "Ready")).isTrue();
            new ProcessBuilder("kill", "-" + signal, "" + server.pid()).start().waitFor();
            assertThat(readUntil(log, "Stopped")).isTrue();
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void aDirectoryThatCannotBeUsedIsExplainedInOneLine() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Process server = start("--port", "0", "--http-port", "0", "--insecure", "--dir", file.toString());
        try (BufferedReader log = server.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = log.lines().toList();
            assertThat(lines.get(lines.size() - 1)).endsWith("Cannot start: " + file + " is not a directory");
        }
        assertThat(server.waitFor()).isEqualTo(1);
    }

    @Test
    void theServerLogGoesToTheLogfile() throws Exception {
        Path log = directory.resolve("dragon.log");
        Process server = start("--port", "0", "--http-port", "0", "--insecure", "--logfile", log.toString());
        try {
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> Files.exists(log) && Files.readString(log).contains("Ready"));
        } finally {
            server.destroy();
        }
        assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(log)).containsPattern("(?m)^\\d{4}-\\d\\d-\\d\\dT\\S+Z INFO +Server - Stopped$");
        assertThat(Files.readString(log)).contains("Ready: no port is open, on ");
    }

    @ParameterizedTest
    @CsvSource({"export", "log verify"})
    void aToolThatCannotWriteItsOutputEndsWithStatus1(String tool) throws Exception {
        Path file = Files.writeString(
                directory.resolve("export.jsonl"),
                "{\"dragon\":\"export\",\"format\":1,\"revision\":1,\"engineMillis\":1}\n{\"end\":0}\n");
        Path data = directory.resolve("data");
        assertThat(commandLine(new StringWriter()).execute("import", file.toString(), "--to", data.toString()))
                .isZero();
        List<String> command = new ArrayList<>(List.of(tool.split(" ")));
        command.add(data.toString());
        Process run = new ProcessBuilder(java(command))
                .redirectOutput(new File("/dev/full"))
                .start();
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isEqualTo(1);
        assertThat(new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .containsPattern("No space left|could not be written");
    }

    private static List<String> java(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private Process start(String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("--dir", directory.resolve("data").toString()));
        arguments.addAll(Arrays.asList(options));
        return new ProcessBuilder(java(arguments)).redirectErrorStream(true).start();
    }

    private static boolean readUntil(BufferedReader log, String text) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            if (line.contains(text)) {
                return true;
            }
        }
        return false;
    }
}
